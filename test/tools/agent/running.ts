import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../../../packages/pocket-cloud";
import { type AgentSummary, runAgent } from "../../../tools/agent/agent";
import { readConfig } from "../../../tools/agent/config/config";
import type { Connection } from "../../../tools/kit/connect";
import { feedOfStream } from "../../../tools/kit/feeds";

export interface RunningAgent {
  readonly said: string[];
  /** Stops it as Ctrl-C does. */
  stop(): Promise<AgentSummary>;
}

/** Runs an agent in this process, with its configuration and checkpoints in a folder. */
export function startAgent(
  dir: string,
  config: Record<string, unknown>,
  connection: Connection,
): RunningAgent {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, "agent.json");
  writeFileSync(path, JSON.stringify({ "cloudwatch.emitMetrics": false, ...config }));
  const interrupt = new AbortController();
  const said: string[] = [];
  const running = runAgent({
    config: readConfig(path),
    connection,
    checkpointFile: join(dir, "checkpoints.json"),
    feedOf: feedOfStream,
    log: (what) => said.push(what.replaceAll(`${dir}/`, "")),
    signal: interrupt.signal,
  });
  running.catch(() => {});
  return {
    said,
    stop: () => {
      interrupt.abort();
      return running;
    },
  };
}

/** Everything a stream holds, shard by shard in order. */
export async function recordsIn({ call, administrator }: Cloud, StreamName: string) {
  const records: { readonly partitionKey: string; readonly text: string }[] = [];
  const { Shards = [] } = await call("kinesis", "ListShards", { StreamName }, administrator);
  for (const { ShardId } of Shards) {
    const start = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    let next = (await call("kinesis", "GetShardIterator", start, administrator)).ShardIterator;
    for (let behind = 1; next && behind > 0; ) {
      const page = await call("kinesis", "GetRecords", { ShardIterator: next }, administrator);
      for (const { Data, PartitionKey = "" } of page.Records ?? [])
        records.push({ partitionKey: PartitionKey, text: Buffer.from(Data ?? []).toString() });
      next = page.NextShardIterator;
      behind = page.MillisBehindLatest ?? 0;
    }
  }
  return records;
}

export const linesIn = async (cloud: Cloud, stream: string): Promise<string[]> =>
  (await recordsIn(cloud, stream)).flatMap(({ text }) => text.split("\n").slice(0, -1));

/** Shorter than the timeout of a test, so that the error says what was waited for. */
const PATIENCE_SECONDS = 100;

/** Asks again and again until it is so. The error says what was waited for. */
export async function until(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  seconds = PATIENCE_SECONDS,
): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await holds()); await sleep(20))
    if (Date.now() > end) {
      const awaited = typeof what === "string" ? what : what();
      throw new Error(`waited ${seconds} s in vain until ${awaited}`);
    }
}

/** The promise's value. The error says what was waited for when it takes longer. */
export async function within<T>(
  seconds: number,
  what: string | (() => string),
  promise: Promise<T>,
): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  promise.then(end, end);
  await until(what, () => done, seconds);
  return promise;
}
