import { strict as assert } from "node:assert";
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Athena } from "@aws-sdk/client-athena";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { type Cloud, startCloud } from "../../cloud";
import { temporaryDirectory } from "../temporary";

describe("The permissions of the state directory", () => {
  let umask = 0;
  before(() => {
    umask = process.umask(0);
  });
  after(() => {
    process.umask(umask);
  });

  it("are 0700 for directories and 0600 for files, whatever the umask", async () => {
    const parent = temporaryDirectory();
    const dir = join(parent.path, "state");
    const cloud = await startCloud({ dir });
    try {
      await useServices(cloud);
      assert.deepEqual(openTo(dir), []);
    } finally {
      await cloud.stop();
    }
    assert.deepEqual(openTo(dir), []);
    parent.remove();
  });

  it("are restricted for a directory of an earlier version, whose files were readable by everyone", async () => {
    const parent = temporaryDirectory();
    const dir = join(parent.path, "state");
    mkdirSync(join(dir, "cloud", "kms"), { recursive: true });
    writeFileSync(join(dir, "cloud", "kms", "keys.json"), "[]");
    chmodSync(dir, 0o755);
    const cloud = await startCloud({ dir });
    try {
      assert.equal(statSync(dir).mode & 0o777, 0o700);
      assert.equal(statSync(join(dir, "cloud")).mode & 0o777, 0o700);
    } finally {
      await cloud.stop();
      parent.remove();
    }
  });

  it("are left alone for a directory that holds other files", async () => {
    const { path, remove } = temporaryDirectory();
    chmodSync(path, 0o755);
    writeFileSync(join(path, "other"), "");
    const cloud = await startCloud({ dir: path });
    try {
      assert.equal(statSync(path).mode & 0o777, 0o755);
      assert.equal(statSync(join(path, "cloud")).mode & 0o777, 0o700);
    } finally {
      await cloud.stop();
      remove();
    }
  });
});

async function useServices({ endpoint, region, credentials, flush }: Cloud): Promise<void> {
  const settings = { endpoint, region, credentials, maxAttempts: 1 };
  const s3 = new S3({ ...settings, forcePathStyle: true });
  await s3.createBucket({ Bucket: "lake" });
  await s3.putObject({ Bucket: "lake", Key: "small", Body: "text" });
  await s3.putObject({ Bucket: "lake", Key: "large", Body: Buffer.alloc(3 << 20) });
  const kms = new KMS(settings);
  await kms.createKey({});
  const kinesis = new Kinesis(settings);
  await kinesis.createStream({ StreamName: "ticks", ShardCount: 1 });
  await kinesis.putRecord({ StreamName: "ticks", PartitionKey: "a", Data: Buffer.from("b") });
  const logs = new CloudWatchLogs(settings);
  await logs.createLogGroup({ logGroupName: "group" });
  await logs.createLogStream({ logGroupName: "group", logStreamName: "stream" });
  const logEvents = [{ timestamp: Date.now(), message: "event" }];
  await logs.putLogEvents({ logGroupName: "group", logStreamName: "stream", logEvents });
  const dynamo = new DynamoDB(settings);
  await dynamo.createTable({
    TableName: "items",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await dynamo.putItem({ TableName: "items", Item: { id: { S: "a" } } });
  const athena = new Athena(settings);
  const ResultConfiguration = { OutputLocation: "s3://lake/results/" };
  const { QueryExecutionId } = await athena.startQueryExecution({
    QueryString: "SELECT 1",
    ResultConfiguration,
  });
  const state = async () =>
    (await athena.getQueryExecution({ QueryExecutionId })).QueryExecution?.Status?.State;
  while (!["SUCCEEDED", "FAILED"].includes((await state()) ?? ""))
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await state(), "SUCCEEDED");
  await flush();
  for (const client of [s3, kms, kinesis, logs, dynamo, athena]) client.destroy();
}

/** Paths that the group or others may access. */
function openTo(dir: string): string[] {
  return ["", ...readdirSync(dir, { recursive: true, encoding: "utf8" })].filter(
    (name) => (statSync(join(dir, name)).mode & 0o077) !== 0,
  );
}
