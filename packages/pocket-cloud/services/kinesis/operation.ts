import { AwsError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import { type NamesStream, nameOf } from "./model";
import type { KinesisStore } from "./store";
import type { Subscriptions } from "./subscriptions";

/** Makes an operation on the streams of a store. */
export type Make<O extends OperationName<"kinesis">> = (
  store: KinesisStore,
  subscriptions: Subscriptions,
) => Operation<Input<"kinesis", O>, Output<"kinesis", O>>;

/** AWS's quota of shards per account in its largest regions. */
export const SHARD_LIMIT = 20_000;

/** IAM resources of an operation on a stream. */
export const onStream =
  (store: KinesisStore) =>
  (input: NamesStream): readonly string[] => [store.arn(nameOf(input))];

/** IAM resources of an operation on the stream or consumer of an ARN. */
export const onResource = ({ ResourceARN = "" }: { readonly ResourceARN?: string | undefined }) => [
  ResourceARN,
];

/** Ends a dry run. Called after all checks of the request. */
export function endDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (DryRun)
    throw new AwsError(
      "DryRunOperationException",
      "The request would have succeeded, but the DryRun flag is set.",
    );
}

/** The first `limit` items, and whether there are more. */
export const pageOf = <T>(items: readonly T[], limit: number): { items: T[]; more: boolean } => ({
  items: items.slice(0, limit),
  more: items.length > limit,
});
