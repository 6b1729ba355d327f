import { strict as assert } from "node:assert";
import {
  DescribeDeliveryStreamCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from "@aws-sdk/client-firehose";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { create, FROM_TICKS, type Lab, lab, NOON, objects, putTicks } from "./cloud";

const SECOND = 1000;

describe("Firehose delivery", () => {
  let at: Lab;
  beforeEach(async () => {
    at = await lab();
  });
  afterEach(() => at.end());

  const direct = (...data: string[]) =>
    at.firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: "raw",
        Records: data.map((text) => ({ Data: Buffer.from(text) })),
      }),
    );
  const advance = (seconds: number) => at.cloud.clock.advanceTo(at.cloud.clock.now() + seconds * SECOND);

  it("writes records of a data stream under their hour of arrival, after the interval", async () => {
    await create(at, { Prefix: "raw/" }, FROM_TICKS);
    await putTicks(at, "a\n", "b\n", "c\n");
    await advance(59);
    assert.deepEqual(await objects(at), {});
    await advance(2);
    const [[key, text]] = Object.entries(await objects(at)) as [[string, string]];
    assert.match(key, /^raw\/2026\/01\/01\/12\/raw-1-2026-01-01-12-00-00-[0-9a-f-]{36}$/);
    assert.deepEqual(text.split("\n").sort(), ["", "a", "b", "c"]);
  });

  it("delivers records that arrive after its creation", async () => {
    await putTicks(at, "early");
    await advance(1);
    await create(at, {}, FROM_TICKS);
    await putTicks(at, "late");
    await advance(61);
    assert.deepEqual(Object.values(await objects(at)), ["late"]);
  });

  it("concatenates directly put records without a separator", async () => {
    await create(at, {});
    await direct("a", "b");
    await at.firehose.send(
      new PutRecordCommand({ DeliveryStreamName: "raw", Record: { Data: Buffer.from("c") } }),
    );
    await advance(61);
    assert.deepEqual(Object.values(await objects(at)), ["abc"]);
  });

  it("evaluates expressions in the prefix, and compresses", async () => {
    await create(at, {
      Prefix: "raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
      ErrorOutputPrefix: "errors/!{firehose:error-output-type}/",
      CompressionFormat: "GZIP",
    });
    const given = "a".repeat(10_000);
    await direct(given);
    await advance(61);
    const [[key, text]] = Object.entries(await objects(at)) as [[string, string]];
    assert.match(key, /^raw\/dt=2026-01-01\/hour=12\/raw-1-2026-01-01-12-00-00-[0-9a-f-]{36}\.gz$/);
    assert.equal(text, given);
    const { ContentLength = 0 } = await at.s3.send(new HeadObjectCommand({ Bucket: "lake", Key: key }));
    assert.ok(ContentLength < 200, `${ContentLength} bytes`);
  });

  it("delivers as soon as a buffer is full", async () => {
    await create(at, {});
    await direct("x".repeat(700 * 1024), "y".repeat(700 * 1024));
    await advance(2);
    assert.deepEqual(
      Object.values(await objects(at)).map((text) => text.length),
      [1400 * 1024],
    );
  });

  it("retries while S3 refuses, and neither loses nor duplicates records", async () => {
    await create(at, {}, FROM_TICKS);
    await putTicks(at, "a");
    at.cloud.faults.set([
      {
        service: "s3",
        operation: "PutObject",
        fault: { kind: "error", code: "SlowDown", status: 503 },
        times: 3,
      },
    ]);
    await advance(61);
    assert.deepEqual(await objects(at), {});
    await putTicks(at, "b");
    await advance(300);
    assert.equal(
      Object.values(await objects(at))
        .sort()
        .join(""),
      "ab",
    );
  });

  it("delivers everything when the cloud is flushed", async () => {
    await create(at, {}, FROM_TICKS);
    await putTicks(at, "a");
    await at.cloud.flush();
    assert.deepEqual(Object.values(await objects(at)), ["a"]);
  });

  it("continues after a restart where it stopped", async () => {
    await create(at, {}, FROM_TICKS);
    await putTicks(at, "a");
    await advance(61);
    await putTicks(at, "b");
    await advance(10);
    at = await at.restart();
    await advance(61);
    assert.equal(
      Object.values(await objects(at))
        .sort()
        .join(","),
      "a,b",
    );
  });

  it("keeps directly put records over a restart", async () => {
    await create(at, {});
    await direct("a");
    at = await at.restart();
    await advance(61);
    assert.deepEqual(Object.values(await objects(at)), ["a"]);
  });

  it("renews an iterator that expired between two records, and skips nothing", async () => {
    await create(at, {}, FROM_TICKS);
    for (const text of ["a", "b", "c"]) {
      await putTicks(at, text);
      await advance(400);
    }
    assert.deepEqual(Object.values(await objects(at)).sort(), ["a", "b", "c"]);
  });

  it("reads parents to their end before their children, and skips nothing", async () => {
    await create(at, {}, FROM_TICKS);
    await putTicks(at, "a", "b");
    const split = { StreamName: "ticks", TargetShardCount: 4, ScalingType: "UNIFORM_SCALING" as const };
    await at.cloud.call("kinesis", "UpdateShardCount", split, at.cloud.administrator);
    await putTicks(at, "c", "d", "e");
    await advance(61);
    assert.equal([...Object.values(await objects(at)).join("")].sort().join(""), "abcde");
  });

  it("reads back every default", async () => {
    await create(at, { Prefix: "raw/" }, FROM_TICKS);
    const { DeliveryStreamDescription: seen } = await at.firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: "raw" }),
    );
    assert.equal(seen?.DeliveryStreamStatus, "ACTIVE");
    assert.equal(seen?.VersionId, "1");
    assert.equal(seen?.Source?.KinesisStreamSourceDescription?.DeliveryStartTimestamp?.getTime(), NOON);
    assert.deepEqual(seen?.Destinations?.[0]?.ExtendedS3DestinationDescription?.BufferingHints, {
      SizeInMBs: 1,
      IntervalInSeconds: 60,
    });
    assert.equal(seen?.Destinations?.[0]?.ExtendedS3DestinationDescription?.CustomTimeZone, "UTC");
  });
});
