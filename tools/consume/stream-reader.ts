import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type GetRecordsCommandOutput,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from "@aws-sdk/client-kinesis";
import { Lineage } from "./lineage";
import { type Reading, readShard, type Start, withRetries } from "./shard-reader";

export interface StreamReading extends Reading {
  readonly start: Start;
  /** False: read each shard up to its tip at the start. */
  readonly follow: boolean;
  /** Between two reads of a shard, which allows five a second for all its readers. */
  readonly paceMillis?: number;
  /** Between two reads of a shard without new records. */
  readonly idleMillis?: number;
  readonly onShard: (shardId: string) => void;
  readonly onPage: (shardId: string, page: GetRecordsCommandOutput) => Promise<void>;
}

/** Pages in memory at a time, of up to 10 MB each. */
const MAX_PAGES = 4;
const PACE_MS = 200;
const IDLE_MS = 1000;

/** Reads all shards of a stream in parallel, parents before children. With `follow`, it ends only on abort. */
export async function readStream(reading: StreamReading): Promise<void> {
  const { start, follow } = reading;
  const lineage = new Lineage();
  const semaphore = new Semaphore(MAX_PAGES);
  const failed = new AbortController();
  // Each call in progress listens to the signal, and a stream may have hundreds of shards.
  setMaxListeners(0, failed.signal);
  const stop = () => failed.abort();
  reading.signal.addEventListener("abort", stop, { once: true });
  if (reading.signal.aborted) stop();
  const mine = { ...reading, signal: failed.signal };
  const first = await shardsOf(mine);
  // A closed shard gets no new records.
  const relevant = start.type === "LATEST" ? first.filter(isOpen) : first;
  lineage.add(relevant);
  const known = new Set(first.map(({ ShardId }) => ShardId));
  const work = async (shardId: string): Promise<void> => {
    reading.onShard(shardId);
    // A shard created after the start is read from its beginning.
    const from: Start = known.has(shardId) ? start : { type: "TRIM_HORIZON" };
    const ended = await readTo(mine, semaphore, shardId, from);
    lineage.done(shardId);
    if (ended && follow) lineage.add(await shardsOf(mine));
    await begin();
  };
  const begin = async (): Promise<void> => {
    await Promise.all(lineage.ready().map(work));
  };
  try {
    await begin();
  } catch (error) {
    failed.abort();
    throw error;
  } finally {
    reading.signal.removeEventListener("abort", stop);
  }
}

/** Reads a shard. True at the end of the shard, false at the tip. */
async function readTo(
  reading: StreamReading,
  semaphore: Semaphore,
  shardId: string,
  start: Start,
): Promise<boolean> {
  const { signal, paceMillis = PACE_MS, idleMillis = IDLE_MS } = reading;
  const atTip = tip();
  const pages = readShard(reading, shardId, start);
  try {
    for (;;) {
      const page = await semaphore.run(async () => {
        const { value, done } = await pages.next();
        if (done) return undefined;
        await reading.onPage(shardId, value);
        return value;
      });
      if (!page) return true;
      if (!reading.follow && atTip(page)) return page.NextShardIterator === undefined;
      if (page.NextShardIterator === undefined) return true;
      const idle = (page.Records ?? []).length === 0 && page.MillisBehindLatest === 0;
      await sleep(idle ? idleMillis : paceMillis, undefined, { signal });
    }
  } finally {
    await pages.return(undefined);
  }
}

/**
 * Tells whether a page reaches the tip as it was when reading began, by the service's clock: a page states how far its
 * last record is behind the tip.
 */
function tip(): (page: GetRecordsCommandOutput) => boolean {
  let began: number | undefined;
  return ({ Records = [], MillisBehindLatest = 0 }) => {
    const arrived = Records.at(-1)?.ApproximateArrivalTimestamp?.getTime();
    if (MillisBehindLatest === 0) return true;
    if (arrived === undefined) return false;
    began ??= arrived + MillisBehindLatest;
    return arrived >= began;
  };
}

const isOpen = (shard: Shard): boolean => shard.SequenceNumberRange?.EndingSequenceNumber === undefined;

async function shardsOf(reading: Reading): Promise<Shard[]> {
  const shards: Shard[] = [];
  // A continued listing must not name the stream again.
  let request: { StreamName: string } | { NextToken: string } | undefined = { StreamName: reading.stream };
  while (request) {
    const command: ListShardsCommand = new ListShardsCommand(request);
    const page: ListShardsCommandOutput = await withRetries(reading, () =>
      reading.kinesis.send(command, { abortSignal: reading.signal }),
    );
    shards.push(...(page.Shards ?? []));
    request = page.NextToken === undefined ? undefined : { NextToken: page.NextToken };
  }
  return shards;
}

/** Limits how many tasks run at a time. */
class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
