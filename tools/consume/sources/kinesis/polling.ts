import { setTimeout as sleep } from "node:timers/promises";
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-kinesis";
import { after, iteratorPosition, type Position } from "./position";
import { type Reading, type ReadPages, withRetries } from "./reading";

export interface Polling {
  /** Between two reads of a shard, which allows five a second for all its readers. */
  readonly paceMillis?: number | undefined;
  /** Between two reads of a shard without new records. */
  readonly idleMillis?: number | undefined;
}

/** Pages in memory at a time, of up to 10 MB each. */
const MAX_PAGES = 4;
const PACE_MS = 200;
const IDLE_MS = 1000;
/** What a shard gives all its readers together. */
const SHARD_BYTES_PER_MS = (2 * 1024 * 1024) / 1000;

/** Reads shards by GetRecords. Few pages are in memory at a time, whatever the number of shards. */
export function polling({ paceMillis = PACE_MS, idleMillis = IDLE_MS }: Polling): ReadPages {
  const permits = new Semaphore(MAX_PAGES);
  return async function* (reading, shardId, from) {
    const began = new Date((reading.now ?? Date.now)());
    let position = from;
    // A cloud without limits refuses nothing.
    let wasRefused = false;
    const onRefused = () => {
      wasRefused = true;
    };
    let iterator = await iteratorAt(reading, shardId, position);
    while (iterator !== undefined) {
      let wait = paceMillis;
      await permits.acquire();
      try {
        const page = await nextPage(reading, iterator, onRefused);
        if (page === "expired") {
          reading.log(`${shardId}: its iterator expired; continuing after the last record`);
          // LATEST again would skip the records that arrived in the meantime.
          if (position.type === "LATEST") position = { type: "AT_TIMESTAMP", at: began };
          iterator = await iteratorAt(reading, shardId, position);
          continue;
        }
        const last = page.Records?.at(-1)?.SequenceNumber;
        if (last !== undefined) position = after(last);
        iterator = page.NextShardIterator;
        yield { ...page, ended: iterator === undefined };
        if (wasRefused) wait = Math.max(wait, bytesIn(page) / SHARD_BYTES_PER_MS);
        if (last === undefined && page.MillisBehindLatest === 0) wait = idleMillis;
      } finally {
        permits.release();
      }
      if (iterator !== undefined) await sleep(wait, undefined, { signal: reading.signal });
    }
  };
}

async function iteratorAt(
  reading: Reading,
  ShardId: string,
  position: Position,
): Promise<string | undefined> {
  const request = { StreamName: reading.stream, ShardId, ...iteratorPosition(position) };
  const command = new GetShardIteratorCommand(request);
  const { ShardIterator } = await withRetries(reading, () =>
    reading.kinesis.send(command, { abortSignal: reading.signal }),
  );
  return ShardIterator;
}

async function nextPage(
  reading: Reading,
  ShardIterator: string,
  onRefused: () => void,
): Promise<GetRecordsCommandOutput | "expired"> {
  const command = new GetRecordsCommand({ ShardIterator, Limit: 10_000 });
  return withRetries(reading, async () => {
    try {
      return await reading.kinesis.send(command, { abortSignal: reading.signal });
    } catch (error) {
      if (error instanceof ExpiredIteratorException) return "expired";
      if (error instanceof ProvisionedThroughputExceededException) onRefused();
      throw error;
    }
  });
}

const bytesIn = ({ Records = [] }: GetRecordsCommandOutput): number =>
  Records.reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0);

/** Limits how many pages are taken at a time. */
class Semaphore {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async acquire(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.free++;
  }
}
