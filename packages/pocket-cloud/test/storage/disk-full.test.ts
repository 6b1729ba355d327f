import { strict as assert } from "node:assert";
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { Collection } from "../../storage/collection";
import { type Lab, lab } from "../services/lambda/lab";
import { temporaryDirectory } from "../temporary";

/** From now on the disk takes so many bytes more, the last write in part, as a file system that runs full does. */
function fillDisk(room: number): () => void {
  const { writeSync, writeFileSync } = fs;
  let left = room;
  const full = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const write = (
    file: number,
    bytes: Uint8Array,
    from?: number,
    count?: number,
    position?: number | null,
  ) => {
    const at = from ?? 0;
    const length = count ?? bytes.byteLength - at;
    if (left <= 0) throw full();
    const part = Math.min(length, left);
    left -= part;
    return writeSync(file, bytes, at, part, position ?? null);
  };
  fs.writeSync = write as typeof fs.writeSync;
  fs.writeFileSync = () => {
    throw full();
  };
  return () => {
    fs.writeSync = writeSync;
    fs.writeFileSync = writeFileSync;
  };
}

describe("A full disk", () => {
  let at: Lab;
  let makeRoom = () => {};
  let logged: string[] = [];
  beforeEach(async () => {
    logged = [];
    at = await lab({ log: (line) => logged.push(line) });
  });
  afterEach(async () => {
    makeRoom();
    await at.end();
  });
  const full = (error: Error & { code?: string }) => /ENOSPC: no space left on device/.test(error.message);

  it("fails a whole PutRecords call, and keeps earlier and later records", async () => {
    const { call, administrator: admin } = at.cloud;
    await call("kinesis", "CreateStream", { StreamName: "ticks", ShardCount: 1 }, admin);
    await at.advance(10_000);
    const put = (text: string) =>
      call(
        "kinesis",
        "PutRecord",
        { StreamName: "ticks", PartitionKey: "p", Data: Buffer.from(text) },
        admin,
      );
    await put("before");
    makeRoom = fillDisk(7);
    await assert.rejects(put("lost"), full);
    makeRoom();
    await put("after");
    at = await at.restart();
    const start = {
      StreamName: "ticks",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    } as const;
    const cloud = at.cloud;
    const { ShardIterator } = await cloud.call("kinesis", "GetShardIterator", start, cloud.administrator);
    const { Records } = await cloud.call("kinesis", "GetRecords", { ShardIterator }, cloud.administrator);
    assert.deepEqual(
      Records?.map(({ Data }) => Buffer.from(Data ?? []).toString()),
      ["before", "after"],
    );
  });

  it("leaves an item of a collection as it is on disk when its change cannot be saved", () => {
    const dir = temporaryDirectory();
    try {
      const tables = new Collection<{ status: string; tags: { team?: string } }>(dir.path, "tables");
      const held = tables.set("t", { status: "ACTIVE", tags: { team: "data" } });
      makeRoom = fillDisk(7);
      const change = (item: { status: string; tags: { team?: string } }) => {
        item.status = "DELETING";
        delete item.tags.team;
      };
      assert.throws(() => tables.update("t", change), full);
      makeRoom();
      assert.deepEqual(tables.get("t"), { status: "ACTIVE", tags: { team: "data" } });
      assert.equal(tables.get("t"), held);
      assert.deepEqual(new Collection(dir.path, "tables").get("t"), {
        status: "ACTIVE",
        tags: { team: "data" },
      });
    } finally {
      dir.remove();
    }
  });

  it("fails writes of items and messages completely", async () => {
    const { call, administrator: admin } = at.cloud;
    const table = {
      TableName: "coins",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    } as const;
    await call(
      "dynamodb",
      "CreateTable",
      { ...table, AttributeDefinitions: [...table.AttributeDefinitions], KeySchema: [...table.KeySchema] },
      admin,
    );
    const { QueueUrl } = await call("sqs", "CreateQueue", { QueueName: "jobs" }, admin);
    const put = (id: string) =>
      call("dynamodb", "PutItem", { TableName: "coins", Item: { id: { S: id } } }, admin);
    const send = (MessageBody: string) => call("sqs", "SendMessage", { QueueUrl, MessageBody }, admin);
    await put("before");
    await send("before");
    makeRoom = fillDisk(9);
    await assert.rejects(put("lost"), full);
    makeRoom();
    makeRoom = fillDisk(9);
    await assert.rejects(send("lost"), full);
    makeRoom();
    await put("after");
    await send("after");
    at = await at.restart();
    const cloud = at.cloud;
    const { Items } = await cloud.call("dynamodb", "Scan", { TableName: "coins" }, cloud.administrator);
    assert.deepEqual(Items?.map(({ id }) => id?.S).sort(), ["after", "before"]);
    const url = (await cloud.call("sqs", "GetQueueUrl", { QueueName: "jobs" }, cloud.administrator)).QueueUrl;
    const { Messages } = await cloud.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: url, MaxNumberOfMessages: 10 },
      cloud.administrator,
    );
    assert.deepEqual(Messages?.map(({ Body }) => Body).sort(), ["after", "before"]);
  });

  it("leaves the metrics of the services in memory, and writes them when there is room again", async () => {
    const observe = (value: number) =>
      at.cloud.bus.emit("metrics:values", {
        namespace: "Test",
        dimensions: { of: "a" },
        values: { n: value },
        units: { n: "Count" },
      });
    observe(1);
    await sleep(1200);
    makeRoom = fillDisk(5);
    for (const value of [2, 4]) {
      observe(value);
      await sleep(1200);
    }
    assert.match(logged.join("\n"), /^monitoring: metrics cannot be written to disk .*ENOSPC[^\n]*$/);
    makeRoom();
    observe(8);
    await sleep(1200);
    at = await at.restart();
    const { Datapoints } = await at.cloud.call(
      "monitoring",
      "GetMetricStatistics",
      {
        Namespace: "Test",
        MetricName: "n",
        Dimensions: [{ Name: "of", Value: "a" }],
        StartTime: new Date(at.cloud.clock.now() - 120_000),
        EndTime: new Date(at.cloud.clock.now() + 120_000),
        Period: 3600,
        Statistics: ["Sum"],
      },
      at.cloud.administrator,
    );
    assert.deepEqual(
      Datapoints?.map(({ Sum }) => Sum),
      [15],
    );
  });

  it("fails a query that cannot store its state, and the next one succeeds", async () => {
    const { call, administrator: admin } = at.cloud;
    await call("s3", "CreateBucket", { Bucket: "results" }, admin);
    const run = () =>
      call(
        "athena",
        "StartQueryExecution",
        { QueryString: "SELECT 1", ResultConfiguration: { OutputLocation: "s3://results/" } },
        admin,
      );
    const end = async (QueryExecutionId: string | undefined) => {
      for (;;) {
        const { QueryExecution } = await call("athena", "GetQueryExecution", { QueryExecutionId }, admin);
        const state = QueryExecution?.Status?.State ?? "";
        if (!["QUEUED", "RUNNING"].includes(state)) return state;
        await sleep(20);
      }
    };
    await end((await run()).QueryExecutionId);
    // Room for the execution's first state, but not for the following ones.
    for (const room of [0, 600, 1200]) {
      makeRoom = fillDisk(room);
      const state = await run().then(
        ({ QueryExecutionId }) => end(QueryExecutionId),
        () => "FAILED",
      );
      assert.equal(state, "FAILED");
      makeRoom();
    }
    assert.equal(await end((await run()).QueryExecutionId), "SUCCEEDED");
  });

  it("returns the reason, and keeps the previous object", async () => {
    const s3 = new S3({ ...at.client, forcePathStyle: true, maxAttempts: 1 });
    await s3.createBucket({ Bucket: "lake" });
    await s3.putObject({ Bucket: "lake", Key: "a", Body: "before" });
    makeRoom = fillDisk(3);
    await assert.rejects(s3.putObject({ Bucket: "lake", Key: "a", Body: "lost" }), full);
    await assert.rejects(s3.createBucket({ Bucket: "other" }), full);
    makeRoom();
    assert.equal(
      await (await s3.getObject({ Bucket: "lake", Key: "a" })).Body?.transformToString(),
      "before",
    );
    assert.equal(fs.readdirSync(join(at.dir, "cloud", "s3", "buckets", "lake", "objects")).length, 1);
    assert.deepEqual(
      (await s3.listBuckets({})).Buckets?.map(({ Name }) => Name),
      ["lake"],
    );
    s3.destroy();
  });
});
