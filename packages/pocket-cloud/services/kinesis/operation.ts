import { AwsError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Rules } from "../../rules";
import type { Operation } from "../../service";
import { invalidArgument } from "./errors";
import type { Stream } from "./model";
import type { KinesisStore } from "./store";

export type Op<O extends OperationName<"kinesis">> = Operation<Input<"kinesis", O>, Output<"kinesis", O>>;

/** An operation of the service, made for one store. */
export type Make<O extends OperationName<"kinesis">> = (store: KinesisStore) => Op<O>;

export interface Named {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

const STREAM_NAME = /[a-zA-Z0-9_.-]+/;

export const streamRules: Rules = {
  StreamName: { length: [1, 128], pattern: STREAM_NAME },
  StreamARN: { length: [1, 2048], pattern: /arn:aws.*:kinesis:.*:\d{12}:stream\/\S+/ },
};

export const shardIdRule = { length: [1, 128], pattern: STREAM_NAME } as const;

/** The stream's name, from whichever of name and ARN was given. */
export function nameOf({ StreamName, StreamARN }: Named): string {
  const fromArn = StreamARN?.slice(StreamARN.indexOf(":stream/") + ":stream/".length);
  if (StreamName !== undefined && fromArn !== undefined && StreamName !== fromArn)
    throw invalidArgument("The provided StreamARN and StreamName are inconsistent.");
  const name = StreamName ?? fromArn;
  if (name === undefined)
    throw new AwsError("ValidationException", "Either StreamName or StreamARN must be specified.");
  return name;
}

export const named = (store: KinesisStore, input: Named): Stream => store.stream(nameOf(input));

/** IAM resources of an operation on a stream. */
export const onStream =
  (store: KinesisStore) =>
  (input: Named): readonly string[] => [store.arn(nameOf(input))];

/** A dry run ends here: all that could refuse the request has let it pass. */
export function endDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (DryRun)
    throw new AwsError(
      "DryRunOperationException",
      "The request would have succeeded, but the DryRun flag is set.",
    );
}

/** One page of a sorted list after a key. */
export function page<T>(items: readonly T[], limit: number): { items: T[]; more: boolean } {
  return { items: items.slice(0, limit), more: items.length > limit };
}
