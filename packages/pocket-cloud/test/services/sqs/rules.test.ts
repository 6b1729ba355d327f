import { strict as assert } from "node:assert";
import { SQS } from "@aws-sdk/client-sqs";
import { type Lab, lab } from "../lambda/lab";

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

/** The messages are those of AWS, recorded by localstack's test_sqs and test_sqs_move_task. */
describe("SQS queues", () => {
  let at: Lab;
  let sqs: SQS;
  beforeEach(async () => {
    at = await lab();
    sqs = new SQS({ ...at.client, maxAttempts: 1 });
  });
  afterEach(async () => {
    sqs.destroy();
    await at.end();
  });
  const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
    (
      await sqs.createQueue({
        QueueName,
        Attributes: { ...(QueueName.endsWith(".fifo") && { FifoQueue: "true" }), ...Attributes },
      })
    ).QueueUrl ?? "";
  const refuses = (promise: Promise<unknown>, name: string, message: string) =>
    assert.rejects(promise, (error: Error) => {
      assert.deepEqual([error.name, error.message], [name, message]);
      return true;
    });

  it("take booleans in any case", async () => {
    const QueueUrl = await create("big.fifo", { FifoQueue: "True", ContentBasedDeduplication: "TRUE" });
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    assert.deepEqual([Attributes?.FifoQueue, Attributes?.ContentBasedDeduplication], ["true", "true"]);
  });

  it("of the FIFO type take a delay of 0 for the queue's own", async () => {
    const QueueUrl = await create("late.fifo", { ContentBasedDeduplication: "true", DelaySeconds: "900" });
    await sqs.sendMessage({ QueueUrl, MessageBody: "a", MessageGroupId: "g", DelaySeconds: 0 });
    assert.equal((await sqs.receiveMessage({ QueueUrl })).Messages, undefined);
  });

  it("leave out empty tags, empty failures and the reuse of a key that is gone", async () => {
    const QueueUrl = await create("q", {
      KmsMasterKeyId: "alias/aws/sqs",
      KmsDataKeyReusePeriodSeconds: "600",
    });
    assert.equal((await sqs.listQueueTags({ QueueUrl })).Tags, undefined);
    await sqs.setQueueAttributes({
      QueueUrl,
      Attributes: { KmsMasterKeyId: "", KmsDataKeyReusePeriodSeconds: "300" },
    });
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    assert.equal(Attributes?.KmsDataKeyReusePeriodSeconds, undefined);
    const sent = await sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: "1", MessageBody: "a" }] });
    assert.equal(sent.Failed, undefined);
  });

  it("list all attributes of a message for *, and hide it again after its timeout", async () => {
    const QueueUrl = await create("q", { VisibilityTimeout: "1" });
    const MessageAttributes = { a: { DataType: "String", StringValue: "1" } };
    await sqs.sendMessage({ QueueUrl, MessageBody: "body", MessageAttributes });
    const { Messages } = await sqs.receiveMessage({ QueueUrl, MessageAttributeNames: ["*"] });
    assert.deepEqual(Messages?.[0]?.MessageAttributes, MessageAttributes);
    await at.advance(2_000);
    await sqs.changeMessageVisibility({
      QueueUrl,
      ReceiptHandle: Messages?.[0]?.ReceiptHandle,
      VisibilityTimeout: 60,
    });
    assert.equal((await sqs.receiveMessage({ QueueUrl })).Messages, undefined);
  });

  it("of the standard type have no attributes of FIFO queues", async () => {
    for (const [name, message] of [
      ["FifoQueue", "Unknown Attribute FifoQueue."],
      ["ContentBasedDeduplication", "Unknown Attribute ContentBasedDeduplication."],
      ["DeduplicationScope", "You can specify the DeduplicationScope only when FifoQueue is set to true."],
      ["FifoThroughputLimit", "You can specify the FifoThroughputLimit only when FifoQueue is set to true."],
    ] as const)
      await refuses(create("q", { [name]: "false" }), "InvalidAttributeName", message);
    const QueueUrl = await create("q");
    const set = (url: string, Attributes: Record<string, string>) =>
      sqs.setQueueAttributes({ QueueUrl: url, Attributes });
    await refuses(
      set(QueueUrl, { FifoQueue: "true" }),
      "InvalidAttributeName",
      "Unknown Attribute FifoQueue.",
    );
    await refuses(
      set(await create("q.fifo"), { FifoQueue: "false" }),
      "InvalidAttributeValue",
      "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
    );
    await refuses(
      set(QueueUrl, { KmsMasterKeyId: "alias/aws/sqs", SqsManagedSseEnabled: "true" }),
      "InvalidAttributeName",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  });

  it("refuse a batch as a whole for its ids, or an entry of a FIFO queue without group", async () => {
    const QueueUrl = await create("q");
    const fifo = await create("q.fifo");
    const id =
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
    for (const Id of ["", "invalid:id", "x".repeat(81)]) {
      await refuses(
        sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id, MessageBody: "m" }] }),
        "InvalidBatchEntryId",
        id,
      );
      await refuses(
        sqs.deleteMessageBatch({ QueueUrl, Entries: [{ Id, ReceiptHandle: "r" }] }),
        "InvalidBatchEntryId",
        id,
      );
    }
    await refuses(
      sqs.sendMessageBatch({
        QueueUrl: fifo,
        Entries: [{ Id: "1", MessageBody: "m", MessageDeduplicationId: "d" }],
      }),
      "InvalidParameterValue",
      "The request must contain the parameter MessageGroupId.",
    );
    await refuses(
      sqs.sendMessageBatch({ QueueUrl: fifo, Entries: [{ Id: "1", MessageBody: "m", MessageGroupId: "g" }] }),
      "InvalidParameterValue",
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  });

  it("refuse identifiers and attributes of messages", async () => {
    const QueueUrl = await create("q");
    const fifo = await create("q.fifo");
    await refuses(
      sqs.sendMessage({ QueueUrl, MessageBody: "m", MessageGroupId: "group 123" }),
      "InvalidParameterValue",
      "Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
    await refuses(
      sqs.sendMessage({ QueueUrl: fifo, MessageBody: "m", MessageGroupId: "g", MessageDeduplicationId: "" }),
      "InvalidParameterValue",
      "Value  for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
    await refuses(
      sqs.sendMessage({
        QueueUrl,
        MessageBody: "m",
        MessageAttributes: { ErrorDetails: { DataType: "String", StringValue: "" } },
      }),
      "InvalidParameterValue",
      "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    );
  });

  it("of the FIFO type refuse a receipt handle after the visibility timeout; standard queues take it", async () => {
    const Attributes = { VisibilityTimeout: "1" };
    for (const [name, more] of [
      ["q", {}],
      ["q.fifo", { MessageGroupId: "g", MessageDeduplicationId: "d" }],
    ] as const) {
      const QueueUrl = await create(name, Attributes);
      await sqs.sendMessage({ QueueUrl, MessageBody: "m", ...more });
      const { Messages = [] } = await sqs.receiveMessage({ QueueUrl });
      const ReceiptHandle = Messages[0]?.ReceiptHandle;
      await at.advance(2000);
      const deleted = sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      if (name === "q") await deleted;
      else
        await refuses(
          deleted,
          "InvalidParameterValue",
          `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
        );
    }
  });

  it("check their redrive policies", async () => {
    await create("dead");
    await create("closed", { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const policy = (deadLetterTargetArn: string, maxReceiveCount: number | string = 3) =>
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
    const cases: [string, string, RegExp][] = [
      ["q", policy(arnOf("absent")), /Reason: Dead letter target does not exist\.$/],
      [
        "q.fifo",
        policy(arnOf("dead")),
        /Reason: Dead-letter queue must be same type of queue as the source\.$/,
      ],
      [
        "q",
        policy(arnOf("dead"), 0),
        /Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive\.$/,
      ],
      [
        "q",
        '{"maxReceiveCount":3}',
        /Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn\.$/,
      ],
      ["q", policy(arnOf("closed")), /does not allow this queue/],
    ];
    for (const [name, RedrivePolicy, message] of cases)
      await assert.rejects(create(name, { RedrivePolicy }), { name: "InvalidParameterValue", message });
    const QueueUrl = await create("q", { RedrivePolicy: policy(arnOf("dead"), "3") });
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy: "" } });
    await assert.rejects(
      sqs.setQueueAttributes({
        QueueUrl,
        Attributes: { RedriveAllowPolicy: '{"redrivePermission":"some"}' },
      }),
      { name: "InvalidParameterValue" },
    );
  });

  describe("move messages back from a dead-letter queue", () => {
    let dead = "";
    const SourceArn = arnOf("dead");
    beforeEach(async () => {
      dead = await create("dead");
      await create("q", {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: SourceArn, maxReceiveCount: 1 }),
      });
      for (let index = 0; index < 10; index++)
        await sqs.sendMessage({ QueueUrl: dead, MessageBody: `m${index}` });
    });
    const listed = async () => (await sqs.listMessageMoveTasks({ SourceArn, MaxResults: 10 })).Results ?? [];

    it("at once to a destination", async () => {
      await sqs.startMessageMoveTask({ SourceArn, DestinationArn: arnOf("q") });
      const [task] = await listed();
      const { StartedTimestamp, ...rest } = task ?? {};
      assert.equal(StartedTimestamp, at.cloud.clock.now());
      assert.deepEqual(rest, {
        ApproximateNumberOfMessagesMoved: 10,
        ApproximateNumberOfMessagesToMove: 10,
        DestinationArn: arnOf("q"),
        SourceArn,
        Status: "COMPLETED",
      });
    });

    it("so many each second, until the task is cancelled", async () => {
      const { TaskHandle } = await sqs.startMessageMoveTask({
        SourceArn,
        DestinationArn: arnOf("q"),
        MaxNumberOfMessagesPerSecond: 1,
      });
      await refuses(
        sqs.startMessageMoveTask({ SourceArn }),
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
      await at.advance(2500);
      const [running] = await listed();
      assert.deepEqual([running?.Status, running?.TaskHandle], ["RUNNING", TaskHandle]);
      const { ApproximateNumberOfMessagesMoved } = await sqs.cancelMessageMoveTask({ TaskHandle });
      assert.equal(ApproximateNumberOfMessagesMoved, 3);
      await at.advance(5000);
      const [cancelled] = await listed();
      assert.deepEqual([cancelled?.Status, cancelled?.ApproximateNumberOfMessagesMoved], ["CANCELLED", 3]);
      await refuses(
        sqs.cancelMessageMoveTask({ TaskHandle }),
        "ResourceNotFoundException",
        "Task does not exist.",
      );
    });

    it("also after a restart of the cloud", async () => {
      await sqs.startMessageMoveTask({
        SourceArn,
        DestinationArn: arnOf("q"),
        MaxNumberOfMessagesPerSecond: 1,
      });
      sqs.destroy();
      at = await at.restart();
      sqs = new SQS({ ...at.client, maxAttempts: 1 });
      await at.advance(20_000);
      const [task] = await listed();
      assert.deepEqual([task?.Status, task?.ApproximateNumberOfMessagesMoved], ["COMPLETED", 10]);
    });

    it("unless something is missing", async () => {
      const missing = (name: string) =>
        `The resource that you specified for the ${name} parameter doesn't exist.`;
      await refuses(
        sqs.startMessageMoveTask({ SourceArn: arnOf("absent") }),
        "ResourceNotFoundException",
        missing("SourceArn"),
      );
      await refuses(
        sqs.startMessageMoveTask({ SourceArn, DestinationArn: arnOf("absent") }),
        "ResourceNotFoundException",
        missing("DestinationArn"),
      );
      await refuses(
        sqs.startMessageMoveTask({ SourceArn: arnOf("q") }),
        "InvalidParameterValue",
        "Source queue must be configured as a Dead Letter Queue.",
      );
      await refuses(
        sqs.cancelMessageMoveTask({ TaskHandle: "nonsense" }),
        "InvalidParameterValue",
        "Value for parameter TaskHandle is invalid.",
      );
      // These messages were sent to the dead-letter queue itself, so they have no source.
      await sqs.startMessageMoveTask({ SourceArn });
      const [task] = await listed();
      assert.deepEqual([task?.Status, task?.FailureReason], ["FAILED", "CouldNotDetermineMessageSource"]);
    });
  });
});
