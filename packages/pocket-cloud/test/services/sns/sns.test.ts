import { strict as assert } from "node:assert";
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { lambdaEvent } from "../../../services/sns/notification";
import { createFunction, type Lab, lab, logged } from "../lambda/lab";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:alerts";
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";

describe("SNS", () => {
  let at: Lab;
  let sns: SNSClient;
  let QueueUrl = "";
  beforeEach(async () => {
    at = await lab();
    sns = new SNSClient({ ...at.client, maxAttempts: 1 });
    await sns.send(new CreateTopicCommand({ Name: "alerts" }));
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: QUEUE,
          Condition: { ArnEquals: { "aws:SourceArn": TOPIC } },
        },
      ],
    });
    QueueUrl =
      (
        await at.cloud.call(
          "sqs",
          "CreateQueue",
          { QueueName: "q", Attributes: { Policy } },
          at.cloud.administrator,
        )
      ).QueueUrl ?? "";
  });
  afterEach(async () => {
    sns.destroy();
    await at.end();
  });

  const subscribe = (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) =>
    sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint, Attributes }));
  const publish = (Message: string, severity = "high") =>
    sns.send(
      new PublishCommand({
        TopicArn: TOPIC,
        Message,
        Subject: "Price",
        MessageAttributes: { severity: { DataType: "String", StringValue: severity } },
      }),
    );
  const received = async () => {
    const { Messages = [] } = await at.cloud.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl, MaxNumberOfMessages: 10 },
      at.cloud.administrator,
    );
    return Messages.map((message) => message.Body ?? "");
  };

  it("delivers to a queue whose policy allows it", async () => {
    await subscribe("sqs", QUEUE);
    await publish("up");
    await at.advance(1000);
    const [body = ""] = await received();
    const { Type, Message, Subject, TopicArn, MessageAttributes } = JSON.parse(body);
    assert.deepEqual(
      { Type, Message, Subject, TopicArn, MessageAttributes },
      {
        Type: "Notification",
        Message: "up",
        Subject: "Price",
        TopicArn: TOPIC,
        MessageAttributes: { severity: { Type: "String", Value: "high" } },
      },
    );
  });

  it("does not deliver to a queue without such a policy", async () => {
    await at.cloud.call(
      "sqs",
      "SetQueueAttributes",
      { QueueUrl, Attributes: { Policy: "" } },
      at.cloud.administrator,
    );
    await subscribe("sqs", QUEUE);
    await publish("up");
    await at.advance(1000);
    assert.deepEqual(await received(), []);
  });

  it("applies filter policies and raw delivery", async () => {
    await subscribe("sqs", QUEUE, {
      RawMessageDelivery: "true",
      FilterPolicy: '{"severity":[{"prefix":"hi"}]}',
    });
    await publish("one", "low");
    await publish("two", "high");
    await at.advance(1000);
    assert.deepEqual(await received(), ["two"]);
  });

  it("refuses an invalid filter policy", async () => {
    const FilterPolicy = '{"severity":"high"}';
    await assert.rejects(subscribe("sqs", QUEUE, { FilterPolicy }), {
      name: "InvalidParameterException",
      message:
        'Invalid parameter: Attributes Reason: FilterPolicy: "severity" must be an object or an array\n at [Source: (String)"{"severity":"high"}"; line: 1, column: 14]',
    });
    const { SubscriptionArn } = await subscribe("sqs", QUEUE);
    const change = { SubscriptionArn, AttributeName: "FilterPolicy", AttributeValue: FilterPolicy };
    await assert.rejects(sns.send(new SetSubscriptionAttributesCommand(change)), {
      message:
        'Invalid parameter: FilterPolicy: "severity" must be an object or an array\n at [Source: (String)"{"severity":"high"}"; line: 1, column: 14]',
    });
  });

  it("invokes a function whose policy allows it", async () => {
    await createFunction(
      at,
      "f",
      "exports.handler = async (e) => { process.stdout.write('>' + e.Records[0].Sns.Message); }",
    );
    const FunctionName = "f";
    await at.cloud.call(
      "lambda",
      "AddPermission",
      {
        FunctionName,
        StatementId: "sns",
        Action: "lambda:InvokeFunction",
        Principal: "sns.amazonaws.com",
        SourceArn: TOPIC,
      },
      at.cloud.administrator,
    );
    await subscribe("lambda", "arn:aws:lambda:us-east-1:000000000000:function:f");
    await publish("up");
    await at.advance(1000);
    assert.deepEqual(await logged(at), ["up"]);
  });

  it("retries a failed delivery", async () => {
    await subscribe("sqs", QUEUE, { RawMessageDelivery: "true" });
    at.cloud.faults.set([
      {
        service: "sqs",
        operation: "SendMessage",
        fault: { kind: "error", code: "ServiceUnavailable", status: 503 },
        times: 2,
      },
    ]);
    await publish("up");
    await at.advance(60_000);
    assert.deepEqual(await received(), ["up"]);
  });

  it("leaves e-mail subscriptions pending and refuses HTTP subscriptions", async () => {
    await subscribe("email", "me@example.com");
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    assert.deepEqual(
      Subscriptions?.map(({ Endpoint, SubscriptionArn }) => [Endpoint, SubscriptionArn]),
      [["me@example.com", "PendingConfirmation"]],
    );
    await assert.rejects(subscribe("https", "https://example.com"), {
      message: "The embedded cloud does not support SNS subscriptions of protocol https",
    });
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    assert.equal(Attributes?.SubscriptionsPending, "1");
  });

  it("hands the trace of the publisher's request on to queues", async () => {
    const trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1";
    sns.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, { "X-Amzn-Trace-Id": trace });
        return next(args);
      },
      { step: "build" },
    );
    await subscribe("sqs", QUEUE);
    await publish("up");
    await at.advance(1000);
    const input = { QueueUrl, MessageSystemAttributeNames: ["AWSTraceHeader" as const] };
    const { Messages } = await at.cloud.call("sqs", "ReceiveMessage", input, at.cloud.administrator);
    assert.deepEqual(Messages?.[0]?.Attributes, { AWSTraceHeader: trace });
  });

  it("signs events for functions with version 1 in every case", () => {
    const message = { id: "i", topicArn: TOPIC, body: "b", attributes: {}, at: 0, signature: "2" };
    const subscription = { arn: `${TOPIC}:s`, topicArn: TOPIC, protocol: "lambda", endpoint: "f" };
    const event = lambdaEvent({ ...subscription, attributes: {}, pending: false }, message);
    const { Records } = event as { Records: { Sns: { SignatureVersion: string } }[] };
    assert.equal(Records[0]?.Sns.SignatureVersion, "1");
  });
});
