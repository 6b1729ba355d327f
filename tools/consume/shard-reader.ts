import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import { backoffMs, pause } from "../../functions/shared/backoff";
import { isTransient } from "../../functions/shared/put-packs";

/** Where reading begins. */
export type Start =
  | { readonly type: "TRIM_HORIZON" }
  | { readonly type: "LATEST" }
  | { readonly type: "AT_TIMESTAMP"; readonly at: Date };

export interface Reading {
  readonly kinesis: Pick<KinesisClient, "send">;
  readonly stream: string;
  readonly signal: AbortSignal;
  readonly log: (what: string) => void;
  readonly random?: () => number;
  /** The service's time, approximately. */
  readonly now?: () => number;
}

/** Attempts after transient errors. Throttled reads are retried without limit. */
const MAX_ATTEMPTS = 8;

/** Yields the pages of a shard until its end; an open shard has none. */
export async function* readShard(
  reading: Reading,
  shardId: string,
  start: Start,
): AsyncGenerator<GetRecordsCommandOutput> {
  const began = new Date((reading.now ?? Date.now)());
  let last: string | undefined;
  const position = (): Position => {
    if (last !== undefined)
      return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: last };
    return start.type === "AT_TIMESTAMP"
      ? { ShardIteratorType: start.type, Timestamp: start.at }
      : { ShardIteratorType: start.type };
  };
  let iterator = await iteratorAt(reading, shardId, position());
  while (iterator !== undefined) {
    const page = await nextPage(reading, iterator);
    if (page === "expired") {
      reading.log(`${shardId}: its iterator expired; continuing after the last record`);
      // LATEST again would skip the records that arrived in the meantime.
      const renewed: Position =
        last === undefined && start.type === "LATEST"
          ? { ShardIteratorType: "AT_TIMESTAMP", Timestamp: began }
          : position();
      iterator = await iteratorAt(reading, shardId, renewed);
      continue;
    }
    last = page.Records?.at(-1)?.SequenceNumber ?? last;
    yield page;
    iterator = page.NextShardIterator;
  }
}

type Position = Pick<
  GetShardIteratorCommandInput,
  "ShardIteratorType" | "StartingSequenceNumber" | "Timestamp"
>;

async function iteratorAt(
  reading: Reading,
  ShardId: string,
  position: Position,
): Promise<string | undefined> {
  const command = new GetShardIteratorCommand({ StreamName: reading.stream, ShardId, ...position });
  const { ShardIterator } = await withRetries(reading, () =>
    reading.kinesis.send(command, { abortSignal: reading.signal }),
  );
  return ShardIterator;
}

async function nextPage(
  reading: Reading,
  ShardIterator: string,
): Promise<GetRecordsCommandOutput | "expired"> {
  const command = new GetRecordsCommand({ ShardIterator, Limit: 10_000 });
  return withRetries(reading, async () => {
    try {
      return await reading.kinesis.send(command, { abortSignal: reading.signal });
    } catch (error) {
      if (error instanceof ExpiredIteratorException) return "expired";
      throw error;
    }
  });
}

/** Retries a call with backoff: without limit while throttled, a few times after other transient errors. */
export async function withRetries<T>(
  { signal, log, random = Math.random }: Pick<Reading, "signal" | "log" | "random">,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1, failures = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || !isTransient(error)) throw error;
      if (!isThrottle(error) && ++failures === MAX_ATTEMPTS) throw error;
      if (failures === 1 && !isThrottle(error)) log(`retrying: ${error.name}: ${error.message}`);
      await pause(backoffMs(attempt + 1, random), signal);
    }
  }
}

const isThrottle = ({ name }: Error): boolean => /Throughput|Throttling|LimitExceeded/.test(name);
