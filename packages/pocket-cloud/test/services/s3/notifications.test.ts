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
    const { QueueUrl } = await call("sqs", "CreateQueue", { QueueName: "notified" }, administrator);
    const QueueArn = "arn:aws:sqs:us-east-1:000000000000:notified";
    await at.s3.createBucket({ Bucket: "telling" });
    const FilterRules = [
      { Name: "prefix" as const, Value: "in/" },
      { Name: "suffix" as const, Value: ".csv" },
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
        const [record] = JSON.parse(Body).Records;
        notified.push(
          `${record.eventName} ${record.s3.bucket.name} ${record.s3.object.key} ${record.s3.object.size}`,
        );
      }
    }
    assert.deepEqual(notified.sort(), [
      "ObjectCreated:Put telling in/a+b.csv 1",
      "ObjectRemoved:Delete telling in/a+b.csv 1",
    ]);
  }).timeout(20_000);

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
