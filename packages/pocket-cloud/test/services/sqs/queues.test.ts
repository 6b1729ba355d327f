import { strict as assert } from "node:assert";
import { SQS } from "@aws-sdk/client-sqs";
import { type Lab, lab } from "../lambda/lab";

describe("SQS queues", () => {
  let at: Lab;
  let sqs: SQS;
  let QueueUrl = "";
  beforeEach(async () => {
    at = await lab();
    sqs = new SQS({ ...at.client, maxAttempts: 1 });
    QueueUrl = (await sqs.createQueue({ QueueName: "jobs" })).QueueUrl ?? "";
  });
  afterEach(async () => {
    sqs.destroy();
    await at.end();
  });
  const send = (...bodies: string[]) =>
    sqs.sendMessageBatch({
      QueueUrl,
      Entries: bodies.map((MessageBody, at) => ({ Id: `m${at}`, MessageBody })),
    });
  const receive = async () =>
    (await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })).Messages ?? [];

  it("change visibility and delete in batches, and list failed entries", async () => {
    await send("a", "b");
    const messages = await receive();
    const Entries = messages.map(({ ReceiptHandle }, at) => ({
      Id: `e${at}`,
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    const changed = await sqs.changeMessageVisibilityBatch({
      QueueUrl,
      Entries: [...Entries, { Id: "bad", ReceiptHandle: "nonsense", VisibilityTimeout: 0 }],
    });
    assert.deepEqual(
      changed.Successful?.map(({ Id }) => Id),
      ["e0", "e1"],
    );
    assert.deepEqual(
      changed.Failed?.map(({ Id, Code }) => [Id, Code]),
      [["bad", "ReceiptHandleIsInvalid"]],
    );
    const again = await receive();
    assert.equal(again.length, 2);
    const deleted = await sqs.deleteMessageBatch({
      QueueUrl,
      Entries: again.map(({ ReceiptHandle }, at) => ({ Id: `d${at}`, ReceiptHandle })),
    });
    assert.equal(deleted.Successful?.length, 2);
    await at.advance(60_000);
    assert.deepEqual(await receive(), []);
  });

  it("are purged", async () => {
    await send("a", "b", "c");
    await sqs.purgeQueue({ QueueUrl });
    await at.advance(61_000);
    assert.deepEqual(await receive(), []);
  });

  it("have tags", async () => {
    await sqs.tagQueue({ QueueUrl, Tags: { team: "lake", env: "dev" } });
    await sqs.untagQueue({ QueueUrl, TagKeys: ["env"] });
    assert.deepEqual((await sqs.listQueueTags({ QueueUrl })).Tags, { team: "lake" });
  });

  it("list their dead-letter sources, and are deleted", async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:jobs",
      maxReceiveCount: 3,
    });
    const source = (await sqs.createQueue({ QueueName: "source", Attributes: { RedrivePolicy } })).QueueUrl;
    assert.deepEqual((await sqs.listDeadLetterSourceQueues({ QueueUrl })).queueUrls, [source]);
    await sqs.deleteQueue({ QueueUrl: source });
    await assert.rejects(sqs.getQueueUrl({ QueueName: "source" }), { name: "QueueDoesNotExist" });
    assert.deepEqual((await sqs.listQueues({})).QueueUrls, [QueueUrl]);
  });

  it("change their attributes within AWS's limits", async () => {
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: "90" } });
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["VisibilityTimeout"] });
    assert.deepEqual(Attributes, { VisibilityTimeout: "90" });
    await assert.rejects(sqs.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: "901" } }), {
      name: "InvalidAttributeValue",
    });
  });
});
