import { strict as assert } from "node:assert";
import { CreateDeliveryStreamCommand, FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { createStream } from "../../lambda/lab";
import { MINUTE, measuredLab } from "./measured";

describe("Metrics of Firehose", () => {
  const { at, client, value, sums } = measuredLab();
  let firehose: FirehoseClient;
  const stream = { DeliveryStreamName: "d" };
  const create = async (more: object) => {
    firehose = client(FirehoseClient);
    const { call, administrator } = at().cloud;
    await call("s3", "CreateBucket", { Bucket: "lake" }, administrator);
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    await call("iam", "CreateRole", { RoleName: "delivery", AssumeRolePolicyDocument }, administrator);
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    });
    await call(
      "iam",
      "PutRolePolicy",
      { RoleName: "delivery", PolicyName: "all", PolicyDocument },
      administrator,
    );
    const RoleARN = `arn:aws:iam::${at().cloud.accountId}:role/delivery`;
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: "d",
        ...more,
        ...("KinesisStreamSourceConfiguration" in more && {
          KinesisStreamSourceConfiguration: {
            KinesisStreamARN: String(more.KinesisStreamSourceConfiguration),
            RoleARN,
          },
        }),
        ExtendedS3DestinationConfiguration: {
          RoleARN,
          BucketARN: "arn:aws:s3:::lake",
          BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
        },
      }),
    );
    await at().advance(1000);
  };
  const delivered = {
    "DeliveryToS3.Records": [2, "Count"],
    "DeliveryToS3.Bytes": [8, "Bytes"],
    "DeliveryToS3.Success": [1, "Count"],
  };

  it("count Direct PUT and its delivery", async () => {
    await create({});
    const Records = ["abc", "defgh"].map((text) => ({ Data: Buffer.from(text) }));
    await firehose.send(new PutRecordBatchCommand({ ...stream, Records }));
    await at().advance(2 * MINUTE);
    const expected = {
      IncomingRecords: [2, "Count"],
      IncomingBytes: [8, "Bytes"],
      IncomingPutRequests: [1, "Count"],
      ThrottledRecords: [0, "Count"],
      "PutRecordBatch.Requests": [1, "Count"],
      "PutRecordBatch.Records": [2, "Count"],
      "PutRecordBatch.Bytes": [8, "Bytes"],
      ...delivered,
    };
    assert.deepEqual(await sums("AWS/Firehose", stream, Object.keys(expected)), expected);
    assert.deepEqual(await value("AWS/Firehose", "DeliveryToS3.DataFreshness", stream, "Maximum"), [
      60,
      "Seconds",
    ]);
  });

  it("count what is read from a data stream, and how far behind it is", async () => {
    const arn = await createStream(at(), "s");
    await create({
      DeliveryStreamType: "KinesisStreamAsSource",
      KinesisStreamSourceConfiguration: arn,
    });
    const kinesis = client(KinesisClient);
    const Records = ["abc", "defgh"].map((text) => ({ Data: Buffer.from(text), PartitionKey: "k" }));
    await kinesis.send(new PutRecordsCommand({ StreamName: "s", Records }));
    await at().advance(2 * MINUTE);
    const expected = {
      "DataReadFromKinesisStream.Records": [2, "Count"],
      "DataReadFromKinesisStream.Bytes": [8, "Bytes"],
      KinesisMillisBehindLatest: [0, "Milliseconds"],
      ...delivered,
    };
    assert.deepEqual(await sums("AWS/Firehose", stream, Object.keys(expected)), expected);
  });
});
