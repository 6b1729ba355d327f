import { strict as assert } from "node:assert";
import { awsError, type Lab, lab } from "./cloud";

describe("S3 notifications", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  it("are sent to a queue for matching events, prefixes and suffixes", async () => {
    const { call, administrator } = at.cloud;
    const QueueArn = "arn:aws:sqs:us-east-1:000000000000:notified";
    const Attributes = { Policy: policyFor(QueueArn) };
    const { QueueUrl } = await call(
      "sqs",
      "CreateQueue",
      { QueueName: "notified", Attributes },
      administrator,
    );
    await at.s3.createBucket({ Bucket: "telling" });
    const FilterRules = [
      { Name: "Prefix" as "prefix", Value: "in/" },
      { Name: "Suffix" as "suffix", Value: ".csv" },
    ];
    const Events = ["s3:ObjectCreated:*" as const, "s3:ObjectRemoved:Delete" as const];
    const QueueConfigurations = [{ Id: "q", QueueArn, Events, Filter: { Key: { FilterRules } } }];
    await at.s3.putBucketNotificationConfiguration({
      Bucket: "telling",
      NotificationConfiguration: { QueueConfigurations },
    });
    assert.deepEqual(
      (await at.s3.getBucketNotificationConfiguration({ Bucket: "telling" })).QueueConfigurations,
      QueueConfigurations,
    );
    await at.s3.putObject({ Bucket: "telling", Key: "in/a b.csv", Body: "x" });
    await at.s3.putObject({ Bucket: "telling", Key: "in/a.txt", Body: "x" });
    await at.s3.putObject({ Bucket: "telling", Key: "out/a.csv", Body: "x" });
    await at.s3.deleteObject({ Bucket: "telling", Key: "in/a b.csv" });
    const notified: string[] = [];
    while (notified.length < 2) {
      const { Messages = [] } = await call(
        "sqs",
        "ReceiveMessage",
        { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 },
        administrator,
      );
      for (const { Body = "{}" } of Messages) {
        const [record] = JSON.parse(Body).Records ?? [];
        if (!record) continue;
        notified.push(
          `${record.eventName} ${record.s3.bucket.name} ${record.s3.object.key} ${record.s3.object.size}`,
        );
      }
    }
    assert.deepEqual(notified.sort(), [
      "ObjectCreated:Put telling in/a+b.csv 1",
      "ObjectRemoved:Delete telling in/a+b.csv undefined",
    ]);
  });

  it("begin with a test event to queues and topics", async () => {
    const { call, administrator } = at.cloud;
    const QueueArn = "arn:aws:sqs:us-east-1:000000000000:tested";
    const Attributes = { Policy: policyFor(QueueArn) };
    const { QueueUrl } = await call("sqs", "CreateQueue", { QueueName: "tested", Attributes }, administrator);
    await at.s3.createBucket({ Bucket: "testing" });
    const QueueConfigurations = [{ QueueArn, Events: ["s3:ObjectCreated:*" as const] }];
    const NotificationConfiguration = { QueueConfigurations };
    await at.s3.putBucketNotificationConfiguration({ Bucket: "testing", NotificationConfiguration });
    const { Messages: [message] = [] } = await call("sqs", "ReceiveMessage", { QueueUrl }, administrator);
    const { Time, RequestId, HostId, ...event } = JSON.parse(message?.Body ?? "{}");
    assert.deepEqual(event, { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "testing" });
    assert.match(Time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(RequestId && HostId);
  });

  describe("to destinations that S3 cannot use", () => {
    const Bucket = "refusing";
    const queue = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
    const topic = "arn:aws:sns:us-east-1:000000000000:none";
    const fn = "arn:aws:lambda:us-east-1:000000000000:function:none";
    const Events = ["s3:ObjectCreated:*" as const];
    before(() => at.s3.createBucket({ Bucket }));

    const put = (NotificationConfiguration: object, SkipDestinationValidation = false) =>
      at.s3.putBucketNotificationConfiguration({
        Bucket,
        NotificationConfiguration,
        SkipDestinationValidation,
      });
    const refused = (configuration: object, members: object) =>
      assert.rejects(put(configuration), {
        name: "InvalidArgument",
        message: "Unable to validate the following destination configurations",
        ...members,
      });

    it("because they do not exist are refused", async () => {
      const QueueConfigurations = ["a", "b"].map((name) => ({ QueueArn: queue(name), Events }));
      await refused(
        { QueueConfigurations },
        {
          ArgumentName1: queue("a"),
          ArgumentValue1: "The destination queue does not exist",
          ArgumentName2: queue("b"),
          ArgumentValue2: "The destination queue does not exist",
        },
      );
      await refused(
        { TopicConfigurations: [{ TopicArn: topic, Events }] },
        { ArgumentName1: topic, ArgumentValue1: "The destination topic does not exist" },
      );
      await refused(
        { LambdaFunctionConfigurations: [{ LambdaFunctionArn: fn, Events }] },
        { ArgumentName1: `${fn}, null`, ArgumentValue1: `Not authorized to invoke function [${fn}]` },
      );
    });

    it("because their policy does not allow S3 for the bucket are refused", async () => {
      const { call, administrator } = at.cloud;
      await call("sqs", "CreateQueue", { QueueName: "closed" }, administrator);
      await refused({ QueueConfigurations: [{ QueueArn: queue("closed"), Events }] }, {});
      const Policy = policyFor(queue("other"), "arn:aws:s3:::another");
      await call("sqs", "CreateQueue", { QueueName: "other", Attributes: { Policy } }, administrator);
      await refused({ QueueConfigurations: [{ QueueArn: queue("other"), Events }] }, {});
    });

    it("because their key does not allow S3 are refused", async () => {
      const { call, administrator } = at.cloud;
      const { KeyMetadata } = await call("kms", "CreateKey", {}, administrator);
      const KeyId = KeyMetadata?.KeyId ?? "";
      const Attributes = { Policy: policyFor(queue("sealed")), KmsMasterKeyId: KeyId };
      await call("sqs", "CreateQueue", { QueueName: "sealed", Attributes }, administrator);
      const configuration = { QueueConfigurations: [{ QueueArn: queue("sealed"), Events }] };
      await refused(configuration, {});
      const Action = ["kms:GenerateDataKey", "kms:Decrypt"];
      const Statement = [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action, Resource: "*" },
      ];
      await call(
        "kms",
        "PutKeyPolicy",
        { KeyId, Policy: JSON.stringify({ Statement }), BypassPolicyLockoutSafetyCheck: true },
        administrator,
      );
      await put(configuration);
    });

    it("are accepted with SkipDestinationValidation, but not when the ARN cannot be read", async () => {
      await put({ QueueConfigurations: [{ QueueArn: queue("a"), Events }] }, true);
      await assert.rejects(put({ QueueConfigurations: [{ QueueArn: "invalid-queue", Events }] }, true), {
        name: "InvalidArgument",
        message: "The ARN could not be parsed",
        ArgumentName: "Queue",
        ArgumentValue: "invalid-queue",
      });
    });

    it("because of the name of a filter are refused", () =>
      assert.rejects(
        put({
          QueueConfigurations: [
            {
              QueueArn: queue("a"),
              Events,
              Filter: { Key: { FilterRules: [{ Name: "INVALID", Value: "x" }] } },
            },
          ],
        }),
        { name: "InvalidArgument", message: "filter rule name must be either prefix or suffix" },
      ));
  });

  const policyFor = (resource: string, bucket = "arn:aws:s3:::*") =>
    JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: resource,
          Condition: { ArnLike: { "aws:SourceArn": bucket } },
        },
      ],
    });

  it("to EventBridge are refused", async () => {
    await at.s3.createBucket({ Bucket: "bridged" });
    await assert.rejects(
      at.s3.putBucketNotificationConfiguration({
        Bucket: "bridged",
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
      awsError(
        "NotImplemented",
        "The embedded cloud does not support S3 notifications to EventBridge; use a queue, a topic or a function",
        501,
      ),
    );
  });
});
