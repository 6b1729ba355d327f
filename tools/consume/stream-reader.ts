import { setTimeout as sleep } from "node:timers/promises";
import {
  type GetRecordsCommandOutput,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from "@aws-sdk/client-kinesis";
import { Lineage } from "./lineage";
import { persistently, type Reading, readShard, type Start } from "./shard-reader";
import { Turns } from "./turns";

export interface StreamReading extends Reading {
  readonly start: Start;
  /** Without it, each shard is read to where its tip was at the start. */
  readonly follow: boolean;
  /** Between two reads of a shard, which gives five a second to all its readers. */
  readonly paceMillis?: number;
  /** Between two reads of a shard that has nothing new. */
  readonly idleMillis?: number;
  readonly onShard: (shardId: string) => void;
  readonly onPage: (shardId: string, page: GetRecordsCommandOutput) => Promise<void>;
}

/** Pages held at a time, of ten megabytes at most. */
const PAGES_AT_ONCE = 4;
const PACE_MS = 200;
const IDLE_MS = 1000;

/** Reads all shards of a stream side by side, parents before their children. Ends by itself only without `follow`. */
export async function readStream(reading: StreamReading): Promise<void> {
  const { start, follow } = reading;
  const lineage = new Lineage();
  const turns = new Turns(PAGES_AT_ONCE);
  const failed = new AbortController();
  const stop = () => failed.abort();
  reading.signal.addEventListener("abort", stop, { once: true });
  if (reading.signal.aborted) stop();
  const mine = { ...reading, signal: failed.signal };
  const first = await shardsOf(mine);
  // Nothing new ever comes into a closed shard.
  const worth = start.type === "LATEST" ? first.filter(isOpen) : first;
  lineage.add(worth);
  const known = new Set(first.map(({ ShardId }) => ShardId));
  const work = async (shardId: string): Promise<void> => {
    reading.onShard(shardId);
    // A shard that came later is all new, whatever the start.
    const from: Start = known.has(shardId) ? start : { type: "TRIM_HORIZON" };
    const ended = await readTo(mine, turns, shardId, from);
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

/** Whether the shard came to its end, rather than to the tip. */
async function readTo(reading: StreamReading, turns: Turns, shardId: string, start: Start): Promise<boolean> {
  const { signal, paceMillis = PACE_MS, idleMillis = IDLE_MS } = reading;
  const atTip = tip();
  const pages = readShard(reading, shardId, start);
  try {
    for (;;) {
      const page = await turns.take(async () => {
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
 * Where the tip was when reading began, by the service's own clock: the last record of a page arrived, and the page says
 * how long before now that was.
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
    const page: ListShardsCommandOutput = await persistently(reading, () =>
      reading.kinesis.send(command, { abortSignal: reading.signal }),
    );
    shards.push(...(page.Shards ?? []));
    request = page.NextToken === undefined ? undefined : { NextToken: page.NextToken };
  }
  return shards;
}
