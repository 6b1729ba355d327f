import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateDeliveryStreamCommand, FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { startCloud } from "../../../cloud";
import { Journal } from "../../../storage/journal";
import { ROLE, seedRole } from "../firehose/cloud";

/** ROUNDS=50 in the environment runs more rounds. */
const ROUNDS = Number(process.env.ROUNDS ?? 2);
const CALLS_BEFORE_KILL = 25;

interface Victim {
  readonly process: ChildProcess;
  readonly endpoint: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
}

async function victim(dir: string): Promise<Victim> {
  const child = spawn(process.execPath, ["--require", "tsx/cjs", join(__dirname, "victim.ts"), dir], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { process: child, ...(JSON.parse(line.toString()) as Omit<Victim, "process">) };
}

describe("A cloud killed under load", function () {
  this.timeout(300_000 + ROUNDS * 10_000);
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "kill-"));
    seedRole(dir);
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  it(`has every acknowledged record afterwards (${ROUNDS} rounds)`, async () => {
    const acknowledged = { stream: new Set<string>(), direct: new Set<string>() };
    let serial = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { process: child, endpoint, credentials } = await victim(dir);
      const options = { endpoint, credentials, region: "us-east-1", maxAttempts: 1 };
      const kinesis = new KinesisClient(options);
      const firehose = new FirehoseClient(options);
      if (round === 0) {
        await kinesis.send(new CreateStreamCommand({ StreamName: "ticks", ShardCount: 2 }));
        const S3DestinationConfiguration = {
          RoleARN: ROLE,
          BucketARN: "arn:aws:s3:::none",
        };
        await firehose.send(
          new CreateDeliveryStreamCommand({ DeliveryStreamName: "raw", S3DestinationConfiguration }),
        );
      }
      let calls = 0;
      const load = async () => {
        for (;;) {
          const ids = Array.from({ length: 20 }, () => `${++serial}`);
          const data = ids.map((id) => Buffer.from(`${id} ${"x".repeat(serial % 500)}`));
          try {
            const Records = data.map((Data, index) => ({ Data, PartitionKey: ids[index] }));
            await kinesis.send(new PutRecordsCommand({ StreamName: "ticks", Records }));
            for (const id of ids) acknowledged.stream.add(id);
            await firehose.send(
              new PutRecordBatchCommand({
                DeliveryStreamName: "raw",
                Records: data.map((Data) => ({ Data })),
              }),
            );
            for (const id of ids) acknowledged.direct.add(id);
          } catch {
            return;
          }
          if (++calls === CALLS_BEFORE_KILL + round) child.kill("SIGKILL");
        }
      };
      await Promise.all([load(), load(), load(), once(child, "exit")]);
      kinesis.destroy();
      firehose.destroy();
    }
    assert.ok(acknowledged.stream.size >= ROUNDS * CALLS_BEFORE_KILL * 20);
    assert.deepEqual(await missing(acknowledged.stream, streamed(dir)), []);
    assert.deepEqual(await missing(acknowledged.direct, direct(dir)), []);
  });
});

async function missing(
  expected: ReadonlySet<string>,
  found: ReadonlySet<string> | Promise<ReadonlySet<string>>,
): Promise<string[]> {
  const there = await found;
  return [...expected].filter((id) => !there.has(id));
}

const idOf = (data: Uint8Array | undefined): string =>
  Buffer.from(data ?? [])
    .toString()
    .split(" ")[0] ?? "";

async function streamed(dir: string): Promise<Set<string>> {
  const cloud = await startCloud({ dir, enforceLimits: false });
  const { call, administrator } = cloud;
  const found = new Set<string>();
  const { Shards = [] } = await call("kinesis", "ListShards", { StreamName: "ticks" }, administrator);
  for (const { ShardId } of Shards) {
    const start = { StreamName: "ticks", ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    let next = (await call("kinesis", "GetShardIterator", start, administrator)).ShardIterator;
    for (let behind = 1; behind > 0; ) {
      const {
        Records = [],
        NextShardIterator,
        MillisBehindLatest = 0,
      } = await call("kinesis", "GetRecords", { ShardIterator: next }, administrator);
      for (const { Data } of Records) found.add(idOf(Data));
      next = NextShardIterator;
      behind = MillisBehindLatest;
    }
  }
  await cloud.stop();
  return found;
}

function direct(dir: string): Set<string> {
  const base = join(dir, "cloud", "firehose");
  const folder = readdirSync(base).find((name) => name.startsWith("raw-")) ?? "";
  const journal = new Journal(join(base, folder));
  const found = new Set<string>();
  for (let at = 1; at < journal.next; ) {
    const records = journal.read(at, 1000);
    for (const { data } of records) found.add(idOf(data));
    at = (records.at(-1)?.position ?? journal.next) + 1;
  }
  journal.close();
  return found;
}
