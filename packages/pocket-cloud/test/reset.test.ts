import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { type Cloud, startCloud } from "..";

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** SDK clients of one cloud; they stay the same through `reset` and `restore`. */
function clientsOf({ endpoint, region, credentials }: Cloud) {
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  const clients = {
    dynamodb: new DynamoDB(config),
    kinesis: new Kinesis(config),
    s3: new S3({ ...config, forcePathStyle: true }),
    sqs: new SQS(config),
  };
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

type Clients = ReturnType<typeof clientsOf>;

async function fill({ dynamodb, kinesis, s3 }: Clients): Promise<void> {
  await s3.createBucket({ Bucket: "lake" });
  await s3.putObject({ Bucket: "lake", Key: "a", Body: "one" });
  await kinesis.createStream({ StreamName: "prices", ShardCount: 1 });
  await dynamodb.createTable({
    TableName: "latest",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await dynamodb.putItem({ TableName: "latest", Item: { id: { S: "a" } } });
}

const contents = async ({ dynamodb, kinesis, s3 }: Clients) => ({
  buckets: (await s3.listBuckets({})).Buckets?.map(({ Name }) => Name) ?? [],
  streams: (await kinesis.listStreams({})).StreamNames,
  tables: (await dynamodb.listTables({})).TableNames,
});

const FILLED = { buckets: ["lake"], streams: ["prices"], tables: ["latest"] };
const EMPTY = { buckets: [], streams: [], tables: [] };

describe("A cloud for tests", () => {
  let cloud: Cloud;
  let clients: Clients;

  before(async () => {
    cloud = await startCloud({ clock: { simulateFrom: START } });
    clients = clientsOf(cloud);
  });
  after(async () => {
    clients.destroy();
    await cloud.stop();
  });
  beforeEach(() => cloud.reset());

  it("answers GET /_local/health", async () => {
    const response = await fetch(`${cloud.endpoint}/_local/health`);
    assert.deepEqual(await response.json(), {
      status: "running",
      time: "2026-01-01T00:00:00.000Z",
      region: "us-east-1",
    });
  });

  it("is empty after reset, on the same endpoint, with the same keys and its first time", async () => {
    await fill(clients);
    assert.deepEqual(await contents(clients), FILLED);
    await cloud.clock.advanceTo(START + HOUR);
    const { endpoint, credentials } = cloud;
    await cloud.reset();
    assert.deepEqual(await contents(clients), EMPTY);
    assert.deepEqual([cloud.endpoint, cloud.credentials], [endpoint, credentials]);
    assert.equal(cloud.clock.now(), START);
    await fill(clients);
    assert.deepEqual(await contents(clients), FILLED);
  });

  it("takes injected faults back on reset", async () => {
    const fault = { kind: "error", code: "Boom", status: 400 } as const;
    cloud.faults.set([{ service: "s3", operation: "*", fault }]);
    await assert.rejects(clients.s3.listBuckets({}), { name: "Boom" });
    await cloud.reset();
    await clients.s3.listBuckets({});
  });

  it("restores the state and the time of a snapshot, more than once", async () => {
    await fill(clients);
    await cloud.clock.advanceTo(START + HOUR);
    const snapshot = await cloud.snapshot();
    for (const round of [1, 2]) {
      await clients.s3.putObject({ Bucket: "lake", Key: "a", Body: `changed ${round}` });
      await clients.dynamodb.deleteItem({ TableName: "latest", Key: { id: { S: "a" } } });
      await clients.kinesis.deleteStream({ StreamName: "prices" });
      await cloud.clock.advanceTo(START + 2 * HOUR);
      await cloud.restore(snapshot);
      assert.deepEqual(await contents(clients), FILLED);
      const { Body } = await clients.s3.getObject({ Bucket: "lake", Key: "a" });
      assert.equal(await Body?.transformToString(), "one");
      const { Item } = await clients.dynamodb.getItem({ TableName: "latest", Key: { id: { S: "a" } } });
      assert.deepEqual(Item, { id: { S: "a" } });
      assert.equal(cloud.clock.now(), START + HOUR);
    }
  });

  it("closes the connections of long polls on reset", async () => {
    const { QueueUrl } = await clients.sqs.createQueue({ QueueName: "jobs" });
    const poll = assert.rejects(clients.sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }), {
      code: "ECONNRESET",
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await cloud.reset();
    await poll;
    await assert.rejects(clients.sqs.getQueueUrl({ QueueName: "jobs" }), { name: "QueueDoesNotExist" });
  });

  it("runs resets one after the other, and stops after the last one", async () => {
    const other = await startCloud();
    await Promise.all([other.reset(), other.reset(), other.stop()]);
    await assert.rejects(fetch(`${other.endpoint}/_local/health`));
  });
});

describe("startCloud", () => {
  it("uses a temporary directory without dir, and removes it on stop", async () => {
    const cloud = await startCloud();
    const snapshot = await cloud.snapshot();
    assert.ok(existsSync(snapshot.dir));
    await cloud.stop();
    assert.equal(existsSync(snapshot.dir), false);
  });

  it("starts only the services named, and those they need", async () => {
    const cloud = await startCloud({ services: ["athena", "sqs"] });
    const clients = clientsOf(cloud);
    try {
      assert.deepEqual(Object.keys(cloud.operations()).sort(), [
        "athena",
        "glue",
        "iam",
        "kms",
        "s3",
        "sqs",
        "sts",
      ]);
      await clients.sqs.createQueue({ QueueName: "jobs" });
      await assert.rejects(clients.kinesis.listStreams({}), {
        name: "NotImplementedException",
        message: "The embedded cloud does not run the service kinesis",
      });
    } finally {
      clients.destroy();
      await cloud.stop();
    }
  });

  it("refuses an unknown service and names those there are", async () => {
    await assert.rejects(startCloud({ services: ["s3", "ec2" as never] }), {
      message:
        'services: there is no service "ec2"; the services are athena, budgets, dynamodb, firehose, glue, iam, kinesis, kms, lambda, logs, monitoring, s3, scheduler, secretsmanager, sns, sqs, ssm, sts',
    });
  });
});
