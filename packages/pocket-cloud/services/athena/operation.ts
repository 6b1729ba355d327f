import type { Caller } from "../../caller";
import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import type { AthenaStore } from "./store";

export type AthenaOperation<O extends OperationName<"athena">> = Operation<
  Input<"athena", O>,
  Output<"athena", O>
>;
export type Make<O extends OperationName<"athena">> = (store: AthenaStore) => AthenaOperation<O>;

/** Athena passes on the caller's request (Athena user guide, "Use CalledVia context keys for Athena"). */
export const viaAthena = (caller: Caller): Caller => ({ ...caller, calledVia: "athena.amazonaws.com" });

export const PRIMARY = "primary";

/** Permissions are checked on the workgroup that the call names, or on that of its query. */
export const onWorkGroup = (store: AthenaStore) => ({
  resources: (input: { readonly WorkGroup?: string | undefined }) => [
    store.workGroupArn(input.WorkGroup ?? PRIMARY),
  ],
});

export const onExecution = (store: AthenaStore) => ({
  resources: (input: { readonly QueryExecutionId: string | undefined }) => [
    store.workGroupArn(store.executions.get(input.QueryExecutionId ?? "")?.workGroup ?? PRIMARY),
  ],
});

export const onCatalog = (store: AthenaStore) => ({
  resources: (input: { readonly CatalogName?: string | undefined; readonly Name?: string | undefined }) => [
    `arn:aws:athena:${store.cloud.region}:${store.cloud.accountId}:datacatalog/${input.CatalogName ?? input.Name ?? "AwsDataCatalog"}`,
  ],
});
