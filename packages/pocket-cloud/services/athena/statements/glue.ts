import type { Table, TableInput } from "@aws-sdk/client-glue";
import { QueryFailure } from "../../../../trino-duckdb";
import { AwsError } from "../../../errors";
import type { Input, OperationName, Output } from "../../../models";
import type { RunContext } from "./statement";

/** Calls Glue with the permissions of the query's caller. Errors of Glue fail the query. */
export async function glue<O extends OperationName<"glue">>(
  { store, execution }: RunContext,
  operation: O,
  input: Input<"glue", O>,
): Promise<Output<"glue", O>> {
  try {
    return await store.cloud.call("glue", operation, input, execution.caller);
  } catch (error) {
    if (error instanceof AwsError)
      throw new QueryFailure(
        error.status === 403 ? "PERMISSION_DENIED" : "HIVE_METASTORE_ERROR",
        error.message,
      );
    throw error;
  }
}

/** Undefined if the table does not exist. */
export async function findTable(
  context: RunContext,
  schema: string,
  name: string,
): Promise<Table | undefined> {
  try {
    return (
      await context.store.cloud.call(
        "glue",
        "GetTable",
        { DatabaseName: schema, Name: name },
        context.execution.caller,
      )
    ).Table;
  } catch (error) {
    if (error instanceof AwsError && error.code === "EntityNotFoundException") return undefined;
    if (error instanceof AwsError) throw new QueryFailure("PERMISSION_DENIED", error.message);
    throw error;
  }
}

export async function mustFindTable(
  context: RunContext,
  { schema = context.execution.database, name }: { schema?: string; name: string },
): Promise<Table & { readonly DatabaseName: string; readonly Name: string }> {
  const table = await findTable(context, schema, name);
  if (!table)
    throw new QueryFailure("TABLE_NOT_FOUND", `Table 'awsdatacatalog.${schema}.${name}' does not exist`);
  return { ...table, DatabaseName: schema, Name: name };
}

/** The input for UpdateTable that leaves the table unchanged. */
export function inputOf(table: Table): TableInput & { Name: string } {
  const {
    Name = "",
    Description,
    Owner,
    Retention,
    StorageDescriptor,
    PartitionKeys,
    ViewOriginalText,
    ViewExpandedText,
    TableType,
    Parameters,
  } = table;
  return {
    Name,
    Description,
    Owner,
    Retention,
    StorageDescriptor,
    PartitionKeys,
    ViewOriginalText,
    ViewExpandedText,
    TableType,
    Parameters,
  };
}

export async function allPages<T>(
  ask: (token: string | undefined) => Promise<{ items: readonly T[]; next?: string | undefined }>,
): Promise<T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await ask(token);
    found.push(...items);
    token = next;
  } while (token);
  return found;
}
