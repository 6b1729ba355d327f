import { strict as assert } from "node:assert";
import { type MessageAttributeValue, SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { type Lab, lab } from "../lambda/lab";

/** The messages are those of AWS, recorded by localstack's test_sns. */
describe("SNS refuses, with AWS's messages,", () => {
  let at: Lab;
  let sns: SNS;
  let sqs: SQS;
  let standard = "";
  let fifo = "";
  const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  before(async () => {
    at = await lab();
    sns = new SNS({ ...at.client, maxAttempts: 1 });
    sqs = new SQS({ ...at.client, maxAttempts: 1 });
    standard = (await sns.createTopic({ Name: "alerts" })).TopicArn ?? "";
    fifo = (await sns.createTopic({ Name: "alerts.fifo", Attributes: { FifoTopic: "true" } })).TopicArn ?? "";
  });
  after(async () => {
    sns.destroy();
    sqs.destroy();
    await at.end();
  });
  const refuses = (promise: Promise<unknown>, message: string, name = "InvalidParameterException") =>
    assert.rejects(promise, (error: Error) => {
      assert.deepEqual([error.name, error.message], [name, message]);
      return true;
    });
  const subscribe = (Endpoint: string, Attributes: Record<string, string> = {}, TopicArn = standard) =>
    sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint, Attributes, ReturnSubscriptionArn: true });

  it("a protocol that does not exist", () =>
    refuses(
      sns.subscribe({ TopicArn: standard, Protocol: "test-protocol", Endpoint: "x" }),
      "Invalid parameter: Amazon SNS does not support this protocol string: test-protocol",
    ));

  it("a queue's URL as endpoint", () =>
    refuses(subscribe(`http://127.0.0.1/000000000000/q`), "Invalid parameter: SQS endpoint ARN"));

  it("values of subscription attributes", async () => {
    await refuses(
      subscribe(queueArn("a"), { RawMessageDelivery: "wrongvalue" }),
      "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false.",
    );
    const { SubscriptionArn } = await subscribe(queueArn("b"));
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.setSubscriptionAttributes({ SubscriptionArn, AttributeName, AttributeValue });
    await refuses(
      set("RawMessageDelivery", ""),
      "Invalid parameter: RawMessageDelivery: Invalid value []. Must be true or false.",
    );
    await refuses(
      set("FilterPolicyScope", "RandomValue"),
      "Invalid parameter: FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes",
    );
    await refuses(
      set("RedrivePolicy", '{"deadLetterTargetArn":"fake-arn"}'),
      "Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn",
    );
    await refuses(set("FakeAttribute", "x"), "Invalid parameter: AttributeName");
  });

  it("another subscription of the same endpoint with other attributes", async () => {
    const first = await subscribe(queueArn("same"), { RawMessageDelivery: "true" });
    const again = await subscribe(queueArn("same"), { RawMessageDelivery: "true" });
    const without = await subscribe(queueArn("same"));
    assert.deepEqual(
      [again.SubscriptionArn, without.SubscriptionArn],
      [first.SubscriptionArn, first.SubscriptionArn],
    );
    await refuses(
      subscribe(queueArn("same"), { RawMessageDelivery: "false" }),
      "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    );
  });

  it("FIFO and standard where they do not fit", async () => {
    await refuses(
      subscribe(queueArn("q.fifo")),
      "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
    await refuses(
      subscribe(
        queueArn("q.fifo"),
        { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead") }) },
        fifo,
      ),
      "Invalid parameter: Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
    );
    await refuses(
      sns.publish({ TopicArn: standard, Message: "m", MessageDeduplicationId: "d" }),
      "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
    await refuses(
      sns.publish({ TopicArn: fifo, Message: "m", MessageGroupId: "g" }),
      "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  });

  it("a whole batch for its ids, its size or an entry without group", async () => {
    const batch = (
      PublishBatchRequestEntries: { Id: string; Message: string; MessageGroupId?: string }[],
      TopicArn = standard,
    ) => sns.publishBatch({ TopicArn, PublishBatchRequestEntries });
    await refuses(
      batch([{ Id: "message.id", Message: "m" }]),
      "The Id of a batch entry in the batch request contains an impermissible character: message.id",
      "InvalidBatchEntryIdException",
    );
    await refuses(
      batch([{ Id: "a".repeat(81), Message: "m" }]),
      `The Id of a batch entry in the batch request is too long: ${"a".repeat(81)}`,
      "InvalidBatchEntryIdException",
    );
    await refuses(
      batch([{ Id: "1", Message: "m" }], fifo),
      "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    );
    await refuses(
      batch([{ Id: "1", Message: "m", MessageGroupId: "g" }], fifo),
      "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
    const long = "x".repeat(200_000);
    await refuses(
      batch([
        { Id: "1", Message: long },
        { Id: "2", Message: long },
      ]),
      "The length of all the messages put together is more than the limit.",
      "BatchRequestTooLongException",
    );
  });

  it("message attributes", async () => {
    const cases: [string, MessageAttributeValue, string][] = [
      [
        "attr1",
        { DataType: "String", StringValue: "" },
        "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
      ],
      [
        "attr1",
        { DataType: "String", BinaryValue: Buffer.from("x") },
        "The message attribute 'attr1' with type 'String' must use field 'String'.",
      ],
      [
        "attr1",
        { DataType: "Binary", StringValue: "x" },
        "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
      ],
      [
        "attr1",
        { DataType: "InvalidType", StringValue: "x" },
        "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
      ],
      [
        "a^b",
        { DataType: "String", StringValue: "x" },
        "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
      ],
      [
        ".a",
        { DataType: "String", StringValue: "x" },
        "Invalid message attribute name starting with character '.' was found.",
      ],
      [
        "a.",
        { DataType: "String", StringValue: "x" },
        "Invalid message attribute name ending with character '.' was found.",
      ],
      [
        "a..b",
        { DataType: "String", StringValue: "x" },
        "Message attribute name can not have successive '.' character.",
      ],
      [
        "a".repeat(257),
        { DataType: "String", StringValue: "x" },
        "Length of message attribute name must be less than 256 bytes.",
      ],
    ];
    for (const [name, value, message] of cases)
      await refuses(
        sns.publish({ TopicArn: standard, Message: "m", MessageAttributes: { [name]: value } }),
        message,
        "InvalidParameterValueException",
      );
  });

  describe("and does what AWS does", () => {
    it("with a FIFO topic: sequence numbers, and no second delivery of one deduplication id", async () => {
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: "*",
          },
        ],
      });
      const { QueueUrl } = await sqs.createQueue({
        QueueName: "in.fifo",
        Attributes: { FifoQueue: "true", Policy },
      });
      await subscribe(queueArn("in.fifo"), {}, fifo);
      const publish = (MessageDeduplicationId: string) =>
        sns.publish({ TopicArn: fifo, Message: "m", MessageGroupId: "g", MessageDeduplicationId });
      const [one, again, two] = [await publish("1"), await publish("1"), await publish("2")];
      assert.equal(again.MessageId, one.MessageId);
      assert.match(one.SequenceNumber ?? "", /^\d{20}$/);
      assert.ok((two.SequenceNumber ?? "") > (one.SequenceNumber ?? ""));
      await at.advance(1000);
      const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
      const bodies = Messages.map(({ Body = "" }) => JSON.parse(Body));
      assert.deepEqual(
        bodies.map(({ SequenceNumber }) => SequenceNumber),
        [one.SequenceNumber, two.SequenceNumber],
      );
      assert.deepEqual(Object.keys(bodies[0]), [
        "Type",
        "MessageId",
        "SequenceNumber",
        "TopicArn",
        "Message",
        "Timestamp",
        "UnsubscribeURL",
      ]);
    });
  });

  it("ARNs that are none, and topics of other regions", async () => {
    const refused = (TopicArn: string, message: string) =>
      assert.rejects(sns.publish({ TopicArn, Message: "m" }), { name: "InvalidParameterException", message });
    await refused(
      "nothing",
      "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    );
    await refused("arn:aws:sns:eu-west-1:000000000000:topic", "Invalid parameter: TopicArn");
  });

  it("subscription ARNs that are none, and messages that are too long with their attributes", async () => {
    const refused = (call: Promise<unknown>, message: string) =>
      assert.rejects(call, { name: "InvalidParameterException", message });
    await refused(
      sns.unsubscribe({ SubscriptionArn: "nothing" }),
      "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
    );
    await refused(sns.unsubscribe({ SubscriptionArn: standard }), "Invalid parameter: SubscriptionId");
    await refused(
      sns.publish({
        TopicArn: standard,
        Message: "m".repeat(262_144),
        MessageAttributes: { a: { DataType: "String", StringValue: "x" } },
      }),
      "Invalid parameter: Message too long",
    );
  });

  it("repeated tags, and names that do not fit the type of topic", async () => {
    const refused = (input: Parameters<typeof sns.createTopic>[0], message: string) =>
      assert.rejects(sns.createTopic(input), { name: "InvalidParameterException", message });
    const Tags = [
      { Key: "k", Value: "1" },
      { Key: "k", Value: "2" },
    ];
    await refused({ Name: "tagged", Tags }, "Invalid parameter: Duplicated keys are not allowed.");
    await refused({ Name: "plain.fifo" }, "Invalid parameter: Topic Name");
    await refused({ Name: "plain", Attributes: { FifoTopic: "true" } }, "Invalid parameter: Topic Name");
  });
});
