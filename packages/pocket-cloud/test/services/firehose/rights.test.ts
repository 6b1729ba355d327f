import { strict as assert } from "node:assert";
import { create, FROM_TICKS, type Lab, lab, objects, putTicks } from "./cloud";

describe("Firehose rights", () => {
  let at: Lab;
  beforeEach(async () => {
    at = await lab();
  });
  afterEach(() => at.end());

  const advance = (seconds: number) => at.cloud.clock.advanceTo(at.cloud.clock.now() + seconds * 1000);

  it("delivers under its role's rights: without them nothing is written, and the log has the reason", async () => {
    const { call, administrator } = at.cloud;
    await call("s3", "CreateBucket", { Bucket: "forbidden" }, administrator);
    await call("logs", "CreateLogGroup", { logGroupName: "deliveries" }, administrator);
    await call(
      "logs",
      "CreateLogStream",
      { logGroupName: "deliveries", logStreamName: "S3Delivery" },
      administrator,
    );
    await create(
      at,
      {
        BucketARN: "arn:aws:s3:::forbidden",
        CloudWatchLoggingOptions: { Enabled: true, LogGroupName: "deliveries", LogStreamName: "S3Delivery" },
      },
      FROM_TICKS,
    );
    await putTicks(at, "kept");
    await advance(90);
    assert.deepEqual(await objects(at, "forbidden"), {});
    const { events = [] } = await call(
      "logs",
      "GetLogEvents",
      { logGroupName: "deliveries", logStreamName: "S3Delivery" },
      administrator,
    );
    assert.match(
      events[0]?.message ?? "",
      /"errorCode":"S3.AccessDenied".*|not authorized to perform: s3:PutObject/,
    );
  });

  it("keeps records until it can deliver them", async () => {
    await create(at, { BucketARN: "arn:aws:s3:::backup" }, FROM_TICKS);
    await putTicks(at, "kept");
    await advance(90);
    await at.cloud.call("s3", "CreateBucket", { Bucket: "backup" }, at.cloud.administrator);
    await advance(600);
    assert.deepEqual(Object.values(await objects(at, "backup")), ["kept"]);
  });
});
