import {
  CreateStreamCommand,
  DeleteStreamCommand,
  IncreaseStreamRetentionPeriodCommand,
  ResourceInUseException,
} from "@aws-sdk/client-kinesis";
import { Failure, Refusal } from "../kit/errors";
import { describe, fieldsOf, refuseOwn, type StreamContext, untilActive } from "./status";

const DEFAULT_RETENTION = 24;

export async function createStream(
  context: StreamContext,
  { shards, retention }: { readonly shards: number | undefined; readonly retention: number },
): Promise<void> {
  const { kinesis, stream, signal, print } = context;
  refuseOwn(stream, "declare");
  const mode =
    shards === undefined
      ? { StreamModeDetails: { StreamMode: "ON_DEMAND" as const } }
      : { ShardCount: shards, StreamModeDetails: { StreamMode: "PROVISIONED" as const } };
  try {
    await kinesis.send(new CreateStreamCommand({ StreamName: stream, ...mode }), { abortSignal: signal });
  } catch (error) {
    if (error instanceof ResourceInUseException) throw new Failure(`the stream ${stream} exists already`);
    throw error;
  }
  await untilActive(context);
  // CreateStream always takes 24 hours.
  if (retention > DEFAULT_RETENTION) {
    const command = new IncreaseStreamRetentionPeriodCommand({
      StreamName: stream,
      RetentionPeriodHours: retention,
    });
    await kinesis.send(command, { abortSignal: signal });
  }
  const { mode: created, shards: count, arn } = fieldsOf(await untilActive(context));
  print(`created ${stream}: ${created}, ${count} shard${count === 1 ? "" : "s"}, ${arn}`);
}

export async function deleteStream(context: StreamContext, confirmed: boolean): Promise<void> {
  const { kinesis, stream, signal, print } = context;
  refuseOwn(stream, "remove");
  await describe(context);
  if (!confirmed) throw new Refusal(`all records of ${stream} would be lost: add --yes to delete it`);
  const command = new DeleteStreamCommand({ StreamName: stream, EnforceConsumerDeletion: true });
  await kinesis.send(command, { abortSignal: signal });
  print(`deleted ${stream}`);
}
