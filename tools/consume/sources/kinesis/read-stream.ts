import { setMaxListeners } from "node:events";
import type { Shard } from "@aws-sdk/client-kinesis";
import { Lineage } from "./lineage";
import { type Polling, polling } from "./polling";
import { type Position, TRIM_HORIZON } from "./position";
import { readShard } from "./read-shard";
import type { Page, Reading, ReadPages } from "./reading";
import { descendantsOf, isOpen, listShards, shardOfSequence } from "./shards";

export interface StreamReading extends Reading, Polling {
  /** A sequence number: only its record's shard is read, and the shards that come out of it. */
  readonly start: Position;
  /** False: read each shard up to its tip at the start. */
  readonly follow: boolean;
  /** How shards are read; polling by default. */
  readonly pages?: ReadPages | undefined;
  readonly onShard: (shardId: string) => void;
  readonly onPage: (shardId: string, page: Page) => Promise<void>;
}

/** Reads all shards of a stream in parallel, parents before children. With `follow`, it ends only on abort. */
export async function readStream(reading: StreamReading): Promise<void> {
  const { start, follow, onShard, onPage } = reading;
  await abortable(reading.signal, async (signal) => {
    const mine = { ...reading, signal, pages: reading.pages ?? polling(reading) };
    const root = "sequence" in start ? await shardOfSequence(mine, start.sequence) : undefined;
    const list = async () => {
      const shards = await listShards(mine);
      return root === undefined ? shards : descendantsOf(shards, root);
    };
    const lineage = new Lineage();
    const first = await list();
    lineage.add(relevantTo(start, first));
    const known = new Set(root === undefined ? first.map(({ ShardId }) => ShardId) : [root]);
    const work = async (shardId: string): Promise<void> => {
      onShard(shardId);
      // A shard created after the start is read from its beginning.
      const from = known.has(shardId) ? start : TRIM_HORIZON;
      const ended = await readShard(mine, shardId, from, (page) => onPage(shardId, page));
      lineage.done(shardId);
      if (ended && follow) lineage.add(await list());
      await begin();
    };
    const begin = async (): Promise<void> => {
      await Promise.all(lineage.ready().map(work));
    };
    await begin();
  });
}

/** A closed shard gets no new records. */
const relevantTo = ({ type }: Position, shards: readonly Shard[]): readonly Shard[] =>
  type === "LATEST" ? shards.filter(isOpen) : shards;

/** Runs work whose signal aborts with the outer one, and when the work fails. */
export async function abortable(
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  // Each call in progress listens to the signal, and a stream may have hundreds of shards.
  setMaxListeners(0, failed.signal);
  const stop = () => failed.abort();
  outer.addEventListener("abort", stop, { once: true });
  if (outer.aborted) stop();
  try {
    await work(failed.signal);
  } catch (error) {
    failed.abort();
    throw error;
  } finally {
    outer.removeEventListener("abort", stop);
  }
}
