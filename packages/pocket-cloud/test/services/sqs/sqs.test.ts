import { strict as assert } from "node:assert";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { type Lab, lab } from "../lambda/lab";

describe("SQS", () => {
  let at: Lab;
  let sqs: SQSClient;
  let QueueUrl = "";
  beforeEach(async () => {
    at = await lab();
    sqs = new SQSClient({ ...at.client, maxAttempts: 1 });
    QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: "q" }))).QueueUrl ?? "";
  });
  afterEach(async () => {
    sqs.destroy();
    await at.end();
  });

  const send = (MessageBody: string, more: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (url = QueueUrl, more: object = {}) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, ...more })))
      .Messages ?? [];

  it("hides a received message for its visibility timeout, until it is deleted", async () => {
    await send("hello");
    const [first] = await receive();
    assert.equal(first?.Body, "hello");
    assert.deepEqual(await receive(), []);
    await at.advance(31_000);
    const [again] = await receive(QueueUrl, { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    assert.equal(again?.Attributes?.ApproximateReceiveCount, "2");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
    await at.advance(31_000);
    assert.deepEqual(await receive(), []);
  });

  it("returns attributes with the digests that the SDK checks", async () => {
    await send("x", {
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "alert" },
        raw: { DataType: "Binary", BinaryValue: Buffer.from([1]) },
      },
    });
    const [message] = await receive(QueueUrl, { MessageAttributeNames: ["All"] });
    assert.equal(message?.MessageAttributes?.kind?.StringValue, "alert");
    assert.deepEqual([...(message?.MessageAttributes?.raw?.BinaryValue ?? [])], [1]);
  });

  it("delays messages, and returns one early after ChangeMessageVisibility", async () => {
    await send("late", { DelaySeconds: 60 });
    assert.deepEqual(await receive(), []);
    await at.advance(61_000);
    const [message] = await receive();
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    assert.equal((await receive())[0]?.Body, "late");
  });

  it("moves a message received too often to the dead-letter queue, and back with StartMessageMoveTask", async () => {
    const dead = (await sqs.send(new CreateQueueCommand({ QueueName: "dead" }))).QueueUrl ?? "";
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead",
      maxReceiveCount: 2,
    });
    const source =
      (
        await sqs.send(
          new CreateQueueCommand({
            QueueName: "source",
            Attributes: { RedrivePolicy, VisibilityTimeout: "1" },
          }),
        )
      ).QueueUrl ?? "";
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: "bad" }));
    for (let i = 0; i < 3; i++) {
      await receive(source);
      await at.advance(2000);
    }
    assert.equal((await receive(dead))[0]?.Body, "bad");
    // A message in flight stays until it is visible again.
    await at.advance(31_000);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: "arn:aws:sqs:us-east-1:000000000000:dead" }));
    assert.equal((await receive(source))[0]?.Body, "bad");
  });

  it("delivers a FIFO queue's groups in order and drops duplicates", async () => {
    const url =
      (await sqs.send(new CreateQueueCommand({ QueueName: "q.fifo", Attributes: { FifoQueue: "true" } })))
        .QueueUrl ?? "";
    for (const [body, id] of [
      ["1", "a"],
      ["2", "b"],
      ["2 again", "b"],
    ])
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: body,
          MessageGroupId: "g",
          MessageDeduplicationId: id,
        }),
      );
    const [first, ...rest] = await receive(url, { MaxNumberOfMessages: 1 });
    assert.deepEqual([first?.Body, rest.length], ["1", 0]);
    assert.deepEqual(await receive(url), []);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    assert.deepEqual(
      (await receive(url)).map((message) => message.Body),
      ["2"],
    );
  });

  it("deduplicates in the message group where the queue says so", async () => {
    const queue = await sqs.send(
      new CreateQueueCommand({
        QueueName: "groups.fifo",
        Attributes: {
          FifoQueue: "true",
          ContentBasedDeduplication: "true",
          DeduplicationScope: "messageGroup",
        },
      }),
    );
    for (const MessageGroupId of ["1", "2", "2"])
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queue.QueueUrl, MessageBody: "same", MessageGroupId }),
      );
    const received = await receive(queue.QueueUrl ?? "", {
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ["MessageGroupId"],
    });
    assert.deepEqual(received.map(({ Attributes }) => Attributes?.MessageGroupId).sort(), ["1", "2"]);
  });

  it("deduplicates in the scope of before for a minute after a change", async () => {
    const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    const { QueueUrl: url = "" } = await sqs.send(
      new CreateQueueCommand({ QueueName: "changed.fifo", Attributes }),
    );
    const put = (MessageBody: string, MessageGroupId: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, MessageGroupId }));
    const bodies = async () =>
      (await receive(url, { MaxNumberOfMessages: 10, VisibilityTimeout: 0 })).map(({ Body }) => Body);
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DeduplicationScope: "messageGroup" } }),
    );
    await put("a", "1");
    await put("a", "2");
    assert.deepEqual(await bodies(), ["a"]);
    await at.advance(60_000);
    await put("b", "1");
    await put("b", "2");
    assert.deepEqual((await bodies()).sort(), ["a", "b", "b"]);
  });

  it("answers a long poll as soon as a message arrives", async () => {
    const waiting = receive(QueueUrl, { WaitTimeSeconds: 10 });
    await send("now");
    assert.equal((await waiting)[0]?.Body, "now");
  });

  it("restores its messages after a restart", async () => {
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "1", MessageBody: "a" },
          { Id: "2", MessageBody: "b" },
        ],
      }),
    );
    at = await at.restart();
    sqs.destroy();
    sqs = new SQSClient({ ...at.client, maxAttempts: 1 });
    QueueUrl = (await sqs.send(new GetQueueUrlCommand({ QueueName: "q" }))).QueueUrl ?? "";
    assert.deepEqual(
      (await receive()).map((message) => message.Body),
      ["a", "b"],
    );
  });

  it("returns queue attributes", async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    assert.equal(Attributes?.QueueArn, "arn:aws:sqs:us-east-1:000000000000:q");
    assert.equal(Attributes?.VisibilityTimeout, "30");
    assert.equal(Attributes?.SqsManagedSseEnabled, "true");
  });

  it("refuses a queue that does not exist", async () => {
    await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: "nowhere" })), {
      name: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
    });
  });
});
