import { crc32 } from "node:zlib";
import type { Input } from "../../models";
import { invalidArgument } from "./errors";
import type { Stream } from "./model";
import { positionIn } from "./sequence";
import type { KinesisStore, ShardLog } from "./store";

/** The content of an opaque shard iterator. It needs no secrecy: GetRecords authorizes access to the stream it names. */
export interface Iterator {
  readonly stream: string;
  readonly createdAt: number;
  readonly shard: string;
  readonly position: number;
  readonly issuedAt: number;
}

export const ITERATOR_LIFE_MS = 5 * 60_000;

export function encodeIterator(iterator: Iterator): string {
  const body = Buffer.from(JSON.stringify(iterator));
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(body));
  return Buffer.concat([Buffer.from([0, 0, 0, 1]), sum, body]).toString("base64");
}

export function decodeIterator(text: string): Iterator {
  const bytes = Buffer.from(text, "base64");
  const body = bytes.subarray(8);
  if (bytes.byteLength <= 8 || bytes.readUInt32LE(4) !== crc32(body))
    throw invalidArgument("Invalid ShardIterator.");
  return JSON.parse(body.toString()) as Iterator;
}

type Start = Pick<Input<"kinesis", "GetShardIterator">, "StartingSequenceNumber" | "Timestamp"> & {
  readonly type: Input<"kinesis", "GetShardIterator">["ShardIteratorType"];
};

/** The position of the first record to read. */
export function startPosition(store: KinesisStore, stream: Stream, shard: ShardLog, start: Start): number {
  const positions: Record<NonNullable<Start["type"]>, () => number> = {
    LATEST: () => shard.log.next,
    TRIM_HORIZON: () => shard.log.positionAt(store.horizon(stream)),
    AT_TIMESTAMP: () => shard.log.positionAt(timestamp(store, start)),
    AT_SEQUENCE_NUMBER: () => Math.max(1, fromSequence(store, stream, shard, start)),
    AFTER_SEQUENCE_NUMBER: () => fromSequence(store, stream, shard, start) + 1,
  };
  return positions[start.type as NonNullable<Start["type"]>]();
}

function timestamp(store: KinesisStore, { Timestamp }: Start): number {
  if (!Timestamp)
    throw invalidArgument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP.");
  if (Timestamp.getTime() > store.cloud.clock.now())
    throw invalidArgument(
      "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis.",
    );
  return Timestamp.getTime();
}

function fromSequence(
  store: KinesisStore,
  stream: Stream,
  shard: ShardLog,
  { type, StartingSequenceNumber }: Start,
): number {
  if (StartingSequenceNumber === undefined)
    throw invalidArgument(
      `Must either specify startingSequenceNumber or timestamp for iterator of type ${type}.`,
    );
  const position = positionIn(shard.prefix, StartingSequenceNumber);
  if (position === undefined || position > shard.log.next)
    throw invalidArgument(
      `StartingSequenceNumber ${StartingSequenceNumber} used in GetShardIterator on shard ${shard.shard.id} in stream ${stream.name} under account ${store.cloud.accountId} is invalid because it did not come from this stream.`,
    );
  return position;
}
