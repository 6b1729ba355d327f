import { strict as assert } from "node:assert";
import {
  EnableEnhancedMonitoringCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { createStream } from "../../lambda/lab";
import { measuredLab, THROTTLED } from "./measured";

describe("Metrics of Kinesis", () => {
  const { at, client, value, sums } = measuredLab();
  let kinesis: KinesisClient;
  beforeEach(async () => {
    kinesis = client(KinesisClient);
    await createStream(at(), "s");
  });
  const write = (count: number) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: "s",
        Records: Array.from({ length: count }, () => ({ Data: Buffer.from("12345"), PartitionKey: "k" })),
      }),
    );
  const read = async () => {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: "s",
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    return kinesis.send(new GetRecordsCommand({ ShardIterator }));
  };

  it("count records and bytes by stream, with zero throttles", async () => {
    await write(3);
    await kinesis.send(new PutRecordCommand({ StreamName: "s", Data: Buffer.from("12"), PartitionKey: "k" }));
    await read();
    const expected = {
      IncomingRecords: [4, "Count"],
      IncomingBytes: [17, "Bytes"],
      "PutRecords.Success": [1, "Count"],
      "PutRecords.Records": [3, "Count"],
      "PutRecords.Bytes": [15, "Bytes"],
      "PutRecords.TotalRecords": [3, "Count"],
      "PutRecords.SuccessfulRecords": [3, "Count"],
      "PutRecords.FailedRecords": [0, "Count"],
      "PutRecords.ThrottledRecords": [0, "Count"],
      "PutRecord.Success": [1, "Count"],
      "PutRecord.Bytes": [2, "Bytes"],
      "GetRecords.Success": [1, "Count"],
      "GetRecords.Records": [4, "Count"],
      "GetRecords.Bytes": [17, "Bytes"],
      "GetRecords.IteratorAgeMilliseconds": [0, "Milliseconds"],
      WriteProvisionedThroughputExceeded: [0, "Count"],
      ReadProvisionedThroughputExceeded: [0, "Count"],
    };
    assert.deepEqual(await sums("AWS/Kinesis", { StreamName: "s" }, Object.keys(expected)), expected);
    for (const name of ["PutRecord.Latency", "PutRecords.Latency", "GetRecords.Latency"])
      assert.equal(
        (await value("AWS/Kinesis", name, { StreamName: "s" }, "SampleCount"))?.[1],
        "Milliseconds",
      );
  });

  it("count throttled records and reads", async () => {
    for (const _ of [1, 2]) await write(500);
    await write(7);
    for (const _ of [1, 2, 3, 4, 5]) await read();
    await assert.rejects(read(), { name: THROTTLED });
    const expected = {
      WriteProvisionedThroughputExceeded: [7, "Count"],
      "PutRecords.ThrottledRecords": [7, "Count"],
      "PutRecords.Success": [2, "Count"],
      ReadProvisionedThroughputExceeded: [1, "Count"],
      "GetRecords.Success": [5, "Count"],
    };
    assert.deepEqual(await sums("AWS/Kinesis", { StreamName: "s" }, Object.keys(expected)), expected);
  });

  it("report shards only by the metrics that enhanced monitoring enables", async () => {
    const shard = { StreamName: "s", ShardId: "shardId-000000000000" };
    await write(3);
    await kinesis.send(
      new EnableEnhancedMonitoringCommand({
        StreamName: "s",
        ShardLevelMetrics: ["IncomingRecords", "OutgoingBytes"],
      }),
    );
    await write(2);
    await read();
    const names = ["IncomingRecords", "IncomingBytes", "OutgoingRecords", "OutgoingBytes"];
    assert.deepEqual(await sums("AWS/Kinesis", shard, names), {
      IncomingRecords: [2, "Count"],
      IncomingBytes: undefined,
      OutgoingRecords: undefined,
      OutgoingBytes: [25, "Bytes"],
    });
  });
});
