import { strict as assert } from "node:assert";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { createFunction, type Lab, lab } from "../lambda/lab";

describe("SNS subscriptions", () => {
  let at: Lab;
  let sns: SNS;
  let sqs: SQS;
  let TopicArn = "";
  const account = "us-east-1:000000000000";
  beforeEach(async () => {
    at = await lab();
    sns = new SNS({ ...at.client, maxAttempts: 1 });
    sqs = new SQS({ ...at.client, maxAttempts: 1 });
    TopicArn = (await sns.createTopic({ Name: "alerts" })).TopicArn ?? "";
  });
  afterEach(async () => {
    sns.destroy();
    sqs.destroy();
    await at.end();
  });

  /** Creates a queue whose policy allows topics to send to it. */
  const queue = async (QueueName: string) => {
    const arn = `arn:aws:sqs:${account}:${QueueName}`;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: arn,
        },
      ],
    });
    const { QueueUrl = "" } = await sqs.createQueue({ QueueName, Attributes: { Policy } });
    const texts = async () =>
      ((await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })).Messages ?? []).map(
        ({ Body }) => Body,
      );
    return { arn, QueueUrl, texts };
  };

  it("send what a subscriber refuses to the dead-letter queue as the subscriber would have got it", async () => {
    const dead = await queue("dead");
    const closed = await sqs.createQueue({ QueueName: "closed" });
    await sns.subscribe({
      TopicArn,
      Protocol: "sqs",
      Endpoint: `arn:aws:sqs:${account}:closed`,
      Attributes: {
        RawMessageDelivery: "TRUE",
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }),
      },
    });
    const MessageAttributes = { feed: { DataType: "String", StringValue: "crypto" } };
    await sns.publish({ TopicArn, Message: "plain", MessageAttributes });
    await at.advance(3_600_000);
    const { Messages } = await sqs.receiveMessage({
      QueueUrl: dead.QueueUrl,
      MessageAttributeNames: ["All"],
    });
    assert.deepEqual(
      Messages?.map((message) => [message.Body, message.MessageAttributes]),
      [["plain", MessageAttributes]],
    );
    assert.ok(closed.QueueUrl);
  });

  it("are the same when their attributes are the defaults", async () => {
    const inbox = await queue("again");
    const subscribe = (Attributes?: Record<string, string>) =>
      sns.subscribe({
        TopicArn,
        Protocol: "sqs",
        Endpoint: inbox.arn,
        ReturnSubscriptionArn: true,
        ...(Attributes && { Attributes }),
      });
    const { SubscriptionArn } = await subscribe({ RawMessageDelivery: "True" });
    const again = await subscribe({ RawMessageDelivery: "true", FilterPolicyScope: "MessageAttributes" });
    assert.equal(again.SubscriptionArn, SubscriptionArn);
  });

  it("deliver signed documents from standard topics", async () => {
    const inbox = await queue("signed");
    await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: inbox.arn });
    await sns.publish({ TopicArn, Message: "m" });
    await at.advance(1000);
    const [text = "{}"] = await inbox.texts();
    assert.equal(Buffer.from(JSON.parse(text).Signature, "base64").byteLength, 256);
  });

  it("have attributes and are deleted", async () => {
    const inbox = await queue("inbox");
    const { SubscriptionArn } = await sns.subscribe({
      TopicArn,
      Protocol: "sqs",
      Endpoint: inbox.arn,
      ReturnSubscriptionArn: true,
    });
    await sns.setSubscriptionAttributes({
      SubscriptionArn,
      AttributeName: "RawMessageDelivery",
      AttributeValue: "true",
    });
    const { Attributes } = await sns.getSubscriptionAttributes({ SubscriptionArn });
    assert.equal(Attributes?.RawMessageDelivery, "true");
    assert.equal((await sns.listSubscriptions({})).Subscriptions?.[0]?.Endpoint, inbox.arn);
    const sent = await sns.publishBatch({
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: "1", Message: "a" },
        { Id: "2", Message: "b" },
      ],
    });
    assert.deepEqual(
      sent.Successful?.map(({ Id }) => Id),
      ["1", "2"],
    );
    await at.advance(1000);
    assert.deepEqual((await inbox.texts()).sort(), ["a", "b"]);
    await sns.unsubscribe({ SubscriptionArn });
    assert.deepEqual((await sns.listSubscriptions({})).Subscriptions ?? [], []);
  });

  it("receive the message for their protocol", async () => {
    const inbox = await queue("inbox");
    const Attributes = { RawMessageDelivery: "true" };
    await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: inbox.arn, Attributes });
    const send = (message: object) =>
      sns.publish({ TopicArn, MessageStructure: "json", Message: JSON.stringify(message) });
    await send({ default: "for the rest", sqs: "for queues", lambda: "for functions" });
    await send({ default: "for all" });
    await at.advance(1000);
    assert.deepEqual(await inbox.texts(), ["for queues", "for all"]);
    await assert.rejects(send({ sqs: "for queues" }), {
      message: "Invalid parameter: Message Structure - No default entry in JSON message body",
    });
  });

  it("receive the valid entries of a batch; the others are listed as failed", async () => {
    const { Successful, Failed } = await sns.publishBatch({
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: "good", Message: "x" },
        { Id: "bad", Message: "" },
      ],
    });
    assert.deepEqual(
      Successful?.map(({ Id }) => Id),
      ["good"],
    );
    assert.deepEqual(Failed, [
      { Id: "bad", Code: "InvalidParameter", Message: "Invalid parameter: Empty message", SenderFault: true },
    ]);
  });

  it("are deleted with their topic", async () => {
    await sns.setTopicAttributes({ TopicArn, AttributeName: "DisplayName", AttributeValue: "Alerts" });
    assert.equal((await sns.getTopicAttributes({ TopicArn })).Attributes?.DisplayName, "Alerts");
    assert.deepEqual((await sns.listTopics({})).Topics, [{ TopicArn }]);
    await sns.deleteTopic({ TopicArn });
    await assert.rejects(sns.getTopicAttributes({ TopicArn }), { name: "NotFoundException" });
  });

  it("send undeliverable messages to their dead-letter queue", async () => {
    const dead = await queue("dead");
    await createFunction(at, "f", "exports.handler = async () => {};");
    const Endpoint = `arn:aws:lambda:${account}:function:f`;
    await sns.subscribe({
      TopicArn,
      Protocol: "lambda",
      Endpoint,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) },
    });
    await at.cloud.call("lambda", "DeleteFunction", { FunctionName: "f" }, at.cloud.administrator);
    await sns.publish({ TopicArn, Message: "undeliverable" });
    await at.advance(3_600_000 * 24);
    const [body = ""] = await dead.texts();
    assert.match(body ?? "", /undeliverable/);
  });

  it("do not affect a topic's tags", async () => {
    await sns.tagResource({
      ResourceArn: TopicArn,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await sns.untagResource({ ResourceArn: TopicArn, TagKeys: ["a"] });
    assert.deepEqual((await sns.listTagsForResource({ ResourceArn: TopicArn })).Tags, [
      { Key: "b", Value: "2" },
    ]);
  });

  it("are refused for HTTP endpoints", async () => {
    for (const [Protocol, Endpoint] of [
      ["http", "http://169.254.169.254/latest/meta-data"],
      ["https", "https://example.com/hook"],
    ] as const)
      await assert.rejects(sns.subscribe({ TopicArn, Protocol, Endpoint }), {
        message: `The embedded cloud does not support SNS subscriptions of protocol ${Protocol}`,
      });
  });

  it("show the scope of a filter policy only with the policy", async () => {
    const { SubscriptionArn } = await sns.subscribe({
      TopicArn,
      Protocol: "sqs",
      Endpoint: "arn:aws:sqs:us-east-1:000000000000:filtered",
    });
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.setSubscriptionAttributes({ SubscriptionArn, AttributeName, AttributeValue });
    const scope = async () =>
      (await sns.getSubscriptionAttributes({ SubscriptionArn })).Attributes?.FilterPolicyScope;
    await set("FilterPolicyScope", "MessageBody");
    assert.equal(await scope(), undefined);
    await set("FilterPolicy", '{"a":["b"]}');
    assert.equal(await scope(), "MessageBody");
  });

  it("are not ended without an ARN, and endpoints of phones get no messages", async () => {
    await assert.rejects(sns.unsubscribe({ SubscriptionArn: "" }), {
      name: "InvalidParameterException",
      message: "Invalid parameter: SubscriptionArn Reason: no value for required parameter",
    });
    const TargetArn = "arn:aws:sns:us-east-1:000000000000:endpoint/APNS/abcdef/f7d5aa8e";
    await assert.rejects(sns.publish({ TargetArn, Message: "m" }), {
      message: "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
    });
  });
});
