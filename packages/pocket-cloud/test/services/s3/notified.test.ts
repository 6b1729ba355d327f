import { strict as assert } from "node:assert";
import { S3 } from "@aws-sdk/client-s3";
import { createFunction, type Lab, lab, logged } from "../lambda/lab";

describe("S3 notifications to topics and functions", () => {
  let at: Lab;
  let s3: S3;
  const account = "us-east-1:000000000000";
  const Bucket = "noted";
  const allow = (Service: string, Action: string, Resource: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service }, Action, Resource }],
    });
  beforeEach(async () => {
    at = await lab();
    s3 = new S3({ ...at.client, forcePathStyle: true, maxAttempts: 1 });
    await s3.createBucket({ Bucket });
  });
  afterEach(async () => {
    s3.destroy();
    await at.end();
  });

  it("invoke a function whose policy allows the bucket", async () => {
    await createFunction(
      at,
      "f",
      `exports.handler = async ({ Records: [{ eventName, s3 }] }) => {
         process.stdout.write(">" + eventName + " " + s3.object.key);
       };`,
    );
    const LambdaFunctionArn = `arn:aws:lambda:${account}:function:f`;
    const { call, administrator } = at.cloud;
    const permission = {
      FunctionName: "f",
      StatementId: "bucket",
      Action: "lambda:InvokeFunction",
      Principal: "s3.amazonaws.com",
      SourceArn: `arn:aws:s3:::${Bucket}`,
    };
    await call("lambda", "AddPermission", permission, administrator);
    await s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: {
        LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ["s3:ObjectCreated:*"] }],
      },
    });
    await s3.putObject({ Bucket, Key: "a.csv", Body: "x" });
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["ObjectCreated:Put a.csv"]);
  });

  it("are published to a topic", async () => {
    const { call, administrator } = at.cloud;
    const TopicArn = `arn:aws:sns:${account}:objects`;
    const Policy = allow("s3.amazonaws.com", "sns:Publish", TopicArn);
    await call("sns", "CreateTopic", { Name: "objects", Attributes: { Policy } }, administrator);
    const queueArn = `arn:aws:sqs:${account}:q`;
    const Attributes = { Policy: allow("sns.amazonaws.com", "sqs:SendMessage", queueArn) };
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "q", Attributes }, administrator);
    const raw = { RawMessageDelivery: "true" };
    await call(
      "sns",
      "Subscribe",
      { TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes: raw },
      administrator,
    );
    await s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: {
        TopicConfigurations: [{ TopicArn, Events: ["s3:ObjectRemoved:*"] }],
      },
    });
    await s3.putObject({ Bucket, Key: "a.csv", Body: "x" });
    await s3.deleteObject({ Bucket, Key: "a.csv" });
    await at.advance(5000);
    const { Messages = [] } = await call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl, MaxNumberOfMessages: 10 },
      administrator,
    );
    const names = Messages.flatMap(({ Body = "{}" }) =>
      (JSON.parse(Body).Records ?? []).map((record: { eventName: string }) => record.eventName),
    );
    assert.deepEqual(names, ["ObjectRemoved:Delete"]);
  });

  it("ACLs, ownership and payment are read back as put", async () => {
    await s3.putBucketOwnershipControls({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
    });
    assert.equal(
      (await s3.getBucketOwnershipControls({ Bucket })).OwnershipControls?.Rules?.[0]?.ObjectOwnership,
      "ObjectWriter",
    );
    await s3.putObject({ Bucket, Key: "a", Body: "x" });
    await s3.putObjectAcl({ Bucket, Key: "a", ACL: "private" });
    assert.deepEqual(
      (await s3.getObjectAcl({ Bucket, Key: "a" })).Grants?.map(({ Permission }) => Permission),
      ["FULL_CONTROL"],
    );
    await s3.putBucketRequestPayment({ Bucket, RequestPaymentConfiguration: { Payer: "BucketOwner" } });
    assert.equal((await s3.getBucketRequestPayment({ Bucket })).Payer, "BucketOwner");
  });
});
