import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { coldStart, logged } from "./support/bundle";
import { batch, coin, context, line, sequence } from "./support/events";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString();

describe("evaluate-rules on the embedded topic", () => {
  const dir = mkdtempSync(join(tmpdir(), "evaluate-rules-"));
  let cloud: Cloud;
  let sns: SNSClient;
  let sqs: SQSClient;
  let QueueUrl = "";
  let TOPIC_ARN = "";
  let LOOK_BACK_TABLE = "";

  before(async () => {
    cloud = await startCloud({ dir });
    const options = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
    sns = new SNSClient(options);
    sqs = new SQSClient(options);
  });

  beforeEach(async function () {
    const Name = `alerts-${this.currentTest?.title.length}`;
    LOOK_BACK_TABLE = Name;
    await cloud.call(
      "dynamodb",
      "CreateTable",
      {
        TableName: LOOK_BACK_TABLE,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "bucket", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "bucket", KeyType: "HASH" }],
      },
      cloud.administrator,
    );
    TOPIC_ARN = (await sns.send(new CreateTopicCommand({ Name }))).TopicArn ?? "";
    const queue = TOPIC_ARN.replace(":sns:", ":sqs:");
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queue,
          Condition: { ArnEquals: { "aws:SourceArn": TOPIC_ARN } },
        },
      ],
    });
    const created = await sqs.send(new CreateQueueCommand({ QueueName: Name, Attributes: { Policy } }));
    QueueUrl = created.QueueUrl ?? "";
    await sns.send(
      new SubscribeCommand({
        TopicArn: TOPIC_ARN,
        Protocol: "sqs",
        Endpoint: queue,
        Attributes: {
          RawMessageDelivery: "true",
          FilterPolicy: JSON.stringify({ severity: ["critical"] }),
        },
      }),
    );
  });

  afterEach(() => cloud.faults.set([]));

  after(async () => {
    sns.destroy();
    sqs.destroy();
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const start = () =>
    coldStart("evaluate-rules", cloud, {
      FEED: "crypto",
      TOPIC_ARN,
      LOOK_BACK_TABLE,
      LOOK_BACK_BUCKETS: "1",
    });
  const offPeg = (minute: number) => line(coin("tether", at(minute), 0.9));

  /** The ids of what reached the subscriber, once at least so many have. */
  async function received(count: number): Promise<unknown[]> {
    const ids: unknown[] = [];
    while (ids.length < count) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      ids.push(...Messages.map(({ Body = "" }) => (JSON.parse(Body) as { id: unknown }).id));
    }
    return ids.sort();
  }

  it("reaches a subscriber once for each rule, subject and span", async () => {
    const handler = await start();
    const { lines } = await logged(() => handler(batch(offPeg(0), offPeg(5)), context()));
    await logged(() => handler(batch(offPeg(5), line(coin("dai", at(5), 0.9))), context()));
    assert.deepEqual(await received(2), [
      "off-peg/dai/2026-01-02T00:00:00.000Z",
      "off-peg/tether/2026-01-02T00:00:00.000Z",
    ]);
    assert.equal(lines.find((entry) => "_aws" in entry)?.Alerts, 1);
  });

  it("fails the batch while the topic refuses, and alerts on the retry", async () => {
    const handler = await start();
    cloud.faults.set([
      { service: "sns", operation: "Publish", fault: { kind: "error", code: "InternalError", status: 500 } },
    ]);
    const event = batch(line(coin("bitcoin", at(0))), offPeg(0));
    const { result } = await logged(() => handler(event, context()));
    assert.deepEqual(result, { batchItemFailures: [{ itemIdentifier: sequence(2) }] });
    cloud.faults.set([]);
    assert.deepEqual((await logged(() => handler(event, context()))).result, { batchItemFailures: [] });
    assert.deepEqual(await received(1), ["off-peg/tether/2026-01-02T00:00:00.000Z"]);
  });

  it("repeats an alert under one id when its acknowledgement is lost, and not after a cold start", async () => {
    cloud.faults.set([{ service: "sns", operation: "Publish", fault: { kind: "lost-ack" }, times: 1 }]);
    const { result } = await logged(async () => (await start())(batch(offPeg(0)), context()));
    assert.deepEqual(result, { batchItemFailures: [] });
    const { lines } = await logged(async () => (await start())(batch(offPeg(5)), context()));
    assert.deepEqual(
      lines
        .filter(({ message }) => message === "evaluated")
        .map(({ published, repeated }) => [published, repeated]),
      [[0, 1]],
    );
    assert.deepEqual(await received(2), [
      "off-peg/tether/2026-01-02T00:00:00.000Z",
      "off-peg/tether/2026-01-02T00:00:00.000Z",
    ]);
  });
});
