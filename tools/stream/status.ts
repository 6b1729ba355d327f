import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListStreamsCommand,
  ResourceNotFoundException,
  type StreamDescriptionSummary,
} from "@aws-sdk/client-kinesis";
import { Refusal } from "../kit/errors";
import { feedOfStream } from "../kit/feeds";
import { missingStream } from "../kit/kinesis";

export interface StreamContext {
  readonly kinesis: KinesisClient;
  readonly stream: string;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

export async function describe({
  kinesis,
  stream,
  signal,
}: StreamContext): Promise<StreamDescriptionSummary> {
  try {
    const command = new DescribeStreamSummaryCommand({ StreamName: stream });
    const { StreamDescriptionSummary: found } = await kinesis.send(command, { abortSignal: signal });
    if (found) return found;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  throw await missingStream(kinesis, stream);
}

/** The stream belongs to the program, which would change it back or fail at its next deployment. */
export function refuseOwn(stream: string, what: string): void {
  if (feedOfStream(stream))
    throw new Refusal(
      `${stream} is a stream of pricelake's program: ${what} it in the program's configuration`,
    );
}

const POLL_MS = 500;

/** Waits until the stream can be used. */
export async function untilActive(context: StreamContext): Promise<StreamDescriptionSummary> {
  for (;;) {
    const found = await describe(context);
    if (found.StreamStatus === "ACTIVE") return found;
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
}

export async function status(context: StreamContext, json: boolean): Promise<void> {
  const fields = fieldsOf(await describe(context));
  if (json) context.print(JSON.stringify(fields));
  else for (const [name, value] of Object.entries(fields)) context.print(`${name.padEnd(12)} ${value}`);
}

export function fieldsOf(found: StreamDescriptionSummary) {
  return {
    stream: found.StreamName,
    status: found.StreamStatus,
    mode: found.StreamModeDetails?.StreamMode,
    shards: found.OpenShardCount,
    retention: `${found.RetentionPeriodHours} h`,
    encryption: found.EncryptionType ?? "NONE",
    consumers: found.ConsumerCount ?? 0,
    created: found.StreamCreationTimestamp?.toISOString(),
    arn: found.StreamARN,
  };
}

/** One line per stream: name, status, mode, shards, retention. */
export async function listStreams({ kinesis, signal, print }: StreamContext, json: boolean): Promise<void> {
  let after: string | undefined;
  do {
    const request = after === undefined ? {} : { ExclusiveStartStreamName: after };
    const page = await kinesis.send(new ListStreamsCommand(request), { abortSignal: signal });
    for (const stream of page.StreamNames ?? []) {
      const found = await describe({ kinesis, stream, signal, print });
      const { mode, shards, retention, status: state } = fieldsOf(found);
      print(
        json
          ? JSON.stringify(fieldsOf(found))
          : `${stream.padEnd(40)} ${state} ${mode} ${shards} shard${shards === 1 ? "" : "s"} ${retention}`,
      );
    }
    after = page.HasMoreStreams ? page.StreamNames?.at(-1) : undefined;
  } while (after !== undefined);
}
