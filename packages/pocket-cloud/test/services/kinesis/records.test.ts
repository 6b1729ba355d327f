import { strict as assert } from "node:assert";
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorInput,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { type Lab, lab } from "./cloud";

const SHARD = "shardId-000000000000";
const NOON = Date.UTC(2026, 0, 1, 12);
const text = (records: readonly { Data?: Uint8Array | undefined }[] | undefined) =>
  (records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());

describe("Kinesis records", () => {
  let at: Lab;
  beforeEach(async () => {
    at = await lab({ clock: { simulateFrom: NOON } });
    await at.kinesis.send(new CreateStreamCommand({ StreamName: "ticks", ShardCount: 1 }));
  });
  afterEach(() => at.end());

  const put = (data: string, key = "k") =>
    at.kinesis.send(
      new PutRecordCommand({ StreamName: "ticks", Data: Buffer.from(data), PartitionKey: key }),
    );
  const iterator = async (start: Partial<GetShardIteratorInput>) =>
    (
      await at.kinesis.send(
        new GetShardIteratorCommand({
          StreamName: "ticks",
          ShardId: SHARD,
          ShardIteratorType: "TRIM_HORIZON",
          ...start,
        }),
      )
    ).ShardIterator;
  const get = async (start: Partial<GetShardIteratorInput>, Limit?: number) =>
    at.kinesis.send(new GetRecordsCommand({ ShardIterator: await iterator(start), ...(Limit && { Limit }) }));

  it("returns records in order, with arrival times of the cloud's clock", async () => {
    const first = await put("one");
    const second = await put("two");
    const { Records, MillisBehindLatest, NextShardIterator } = await get({});
    assert.deepEqual(text(Records), ["one", "two"]);
    assert.deepEqual(
      Records?.map(({ SequenceNumber }) => SequenceNumber),
      [first.SequenceNumber, second.SequenceNumber],
    );
    assert.equal(Records?.[0]?.ApproximateArrivalTimestamp?.getTime(), NOON);
    assert.equal(Records?.[0]?.PartitionKey, "k");
    assert.equal(MillisBehindLatest, 0);
    assert.ok(NextShardIterator);
    assert.match(String(first.SequenceNumber), /^49\d{54}$/);
  });

  it("starts at every kind of position", async () => {
    await put("one");
    await at.cloud.clock.advanceTo(NOON + 1000);
    const { SequenceNumber: two } = await put("two");
    await at.cloud.clock.advanceTo(NOON + 2000);
    await put("three");
    const from = async (start: Partial<GetShardIteratorInput>) => text((await get(start)).Records);
    assert.deepEqual(await from({ ShardIteratorType: "TRIM_HORIZON" }), ["one", "two", "three"]);
    assert.deepEqual(await from({ ShardIteratorType: "LATEST" }), []);
    const StartingSequenceNumber = two as string;
    assert.deepEqual(await from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber }), [
      "two",
      "three",
    ]);
    await at.cloud.clock.advanceTo(NOON + 4000);
    assert.deepEqual(await from({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber }), [
      "three",
    ]);
    const Timestamp = new Date(NOON + 1000);
    assert.deepEqual(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp }), ["two", "three"]);
    const after = new Date(NOON + 1001);
    assert.deepEqual(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: after }), ["three"]);
  });

  it("reports how far a reader is behind the tip", async () => {
    await put("one");
    await put("two");
    await at.cloud.clock.advanceTo(NOON + 3000);
    assert.equal((await get({}, 1)).MillisBehindLatest, 3000);
    assert.equal((await get({}, 2)).MillisBehindLatest, 0);
  });

  it("refuses an iterator after five minutes", async () => {
    const ShardIterator = await iterator({});
    await at.cloud.clock.advanceTo(NOON + 300_001);
    await assert.rejects(at.kinesis.send(new GetRecordsCommand({ ShardIterator })), {
      name: "ExpiredIteratorException",
    });
  });

  it("drops records older than the retention period", async () => {
    await put("old");
    await at.cloud.clock.advanceTo(NOON + 12 * 3_600_000);
    await put("new");
    await at.cloud.clock.advanceTo(NOON + 25 * 3_600_000);
    assert.deepEqual(text((await get({})).Records), ["new"]);
  });

  it("keeps records over a restart and continues their sequence numbers", async () => {
    const { SequenceNumber: before } = await put("one");
    at = await at.restart();
    const { SequenceNumber: after } = await put("two");
    assert.ok(BigInt(after ?? 0) > BigInt(before ?? 0));
    assert.deepEqual(text((await get({})).Records), ["one", "two"]);
  });

  it("fails single records of a batch above a shard's thousand a second", async () => {
    const Records = Array.from({ length: 500 }, (_, n) => ({ Data: Buffer.from(`${n}`), PartitionKey: "k" }));
    await at.kinesis.send(new PutRecordsCommand({ StreamName: "ticks", Records }));
    await at.kinesis.send(new PutRecordsCommand({ StreamName: "ticks", Records: Records.slice(0, 400) }));
    const answer = await at.kinesis.send(
      new PutRecordsCommand({ StreamName: "ticks", Records: Records.slice(0, 200) }),
    );
    assert.equal(answer.FailedRecordCount, 100);
    assert.deepEqual(answer.Records?.[100], {
      ErrorCode: "ProvisionedThroughputExceededException",
      ErrorMessage: `Rate exceeded for shard ${SHARD} in stream ticks under account 000000000000.`,
    });
    await at.cloud.clock.advanceTo(NOON + 1000);
    const again = await at.kinesis.send(
      new PutRecordsCommand({ StreamName: "ticks", Records: Records.slice(0, 100) }),
    );
    assert.equal(again.FailedRecordCount, 0);
  });

  it("refuses a sixth read of a shard within a second", async () => {
    for (let read = 0; read < 5; read++) await get({});
    await assert.rejects(get({}), { name: "ProvisionedThroughputExceededException" });
    await at.cloud.clock.advanceTo(NOON + 1000);
    await get({});
  });

  it("stores nothing in a dry run", async () => {
    const dry = new PutRecordCommand({
      StreamName: "ticks",
      Data: Buffer.from("a"),
      PartitionKey: "k",
      DryRun: true,
    });
    await assert.rejects(at.kinesis.send(dry), { name: "DryRunOperationException" });
    assert.deepEqual(text((await get({})).Records), []);
  });

  it("describes the stream", async () => {
    const { StreamDescription } = await at.kinesis.send(new DescribeStreamCommand({ StreamName: "ticks" }));
    assert.equal(StreamDescription?.StreamStatus, "ACTIVE");
    assert.deepEqual(
      StreamDescription?.Shards?.map(({ HashKeyRange }) => HashKeyRange),
      [{ StartingHashKey: "0", EndingHashKey: "340282366920938463463374607431768211455" }],
    );
  });

  it("fails a share of a batch for an injected fault, once", async () => {
    at.cloud.faults.set([
      {
        service: "kinesis",
        operation: "PutRecords",
        fault: { kind: "partial", share: 0.5, code: "InternalFailure" },
        times: 1,
      },
    ]);
    const Records = Array.from({ length: 100 }, (_, n) => ({ Data: Buffer.from(`${n}`), PartitionKey: "k" }));
    const answer = await at.kinesis.send(new PutRecordsCommand({ StreamName: "ticks", Records }));
    const failed = answer.Records?.filter(({ ErrorCode }) => ErrorCode === "InternalFailure").length;
    assert.equal(failed, answer.FailedRecordCount);
    assert.ok(failed && failed > 30 && failed < 70);
    assert.equal(text((await get({})).Records).length, 100 - failed);
  });
});
