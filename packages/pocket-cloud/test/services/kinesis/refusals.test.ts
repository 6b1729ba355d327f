import { strict as assert } from "node:assert";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { batchHandler, createFunction, createStream, type Lab, lab, logged, map, put } from "../lambda/lab";

/** Rows 2, 3 and 28 of docs/reliability.md: refused calls, lost responses and empty reads. */
describe("A stream whose calls fail", () => {
  let at: Lab;
  let kinesis: KinesisClient;
  beforeEach(async () => {
    at = await lab();
    await createStream(at, "ticks");
  });
  afterEach(async () => {
    kinesis.destroy();
    await at.end();
  });
  const client = (maxAttempts: number) => {
    kinesis = new KinesisClient({ ...at.client, maxAttempts });
  };
  const putBatch = () =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: "ticks",
        Records: ["a", "b"].map((text) => ({ Data: Buffer.from(text), PartitionKey: "p" })),
      }),
    );
  const read = async () => {
    const start = {
      StreamName: "ticks",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    } as const;
    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(start));
    const answer = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    return { ...answer, texts: (answer.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString()) };
  };

  for (const [code, status] of [
    ["InternalFailure", 500],
    ["ServiceUnavailable", 503],
    ["ProvisionedThroughputExceededException", 400],
  ] as const)
    it(`stores nothing of a call that ends in ${code} (${status}), and everything of the next attempt`, async () => {
      client(3);
      const fault = { kind: "error", code, status } as const;
      at.cloud.faults.set([{ service: "kinesis", operation: "PutRecords", fault, times: 1 }]);
      const { $metadata, FailedRecordCount } = await putBatch();
      assert.deepEqual([$metadata.attempts, FailedRecordCount], [2, 0]);
      assert.deepEqual((await read()).texts, ["a", "b"]);
    });

  it("gives up when every attempt is refused", async () => {
    client(2);
    const fault = { kind: "error", code: "InternalFailure", status: 500 } as const;
    at.cloud.faults.set([{ service: "kinesis", operation: "PutRecords", fault }]);
    await assert.rejects(putBatch(), { name: "InternalFailure" });
    at.cloud.faults.set([]);
    assert.deepEqual((await read()).texts, []);
  });

  it("stores a batch twice when its acknowledgement was lost and the client retried", async () => {
    client(3);
    at.cloud.faults.set([
      { service: "kinesis", operation: "PutRecords", fault: { kind: "lost-ack" }, times: 1 },
    ]);
    assert.equal((await putBatch()).$metadata.attempts, 2);
    assert.deepEqual((await read()).texts, ["a", "b", "a", "b"]);
  });

  it("returns an iterator with an empty read, from which reading continues", async () => {
    client(1);
    const empty = await read();
    assert.deepEqual([empty.texts, empty.MillisBehindLatest], [[], 0]);
    await putBatch();
    const next = await kinesis.send(new GetRecordsCommand({ ShardIterator: empty.NextShardIterator }));
    assert.equal(next.Records?.length, 2);
  });

  it("is still read by a mapping after hours without records", async () => {
    client(1);
    const arn = "arn:aws:kinesis:us-east-1:000000000000:stream/ticks";
    await createFunction(at, "f", batchHandler());
    await map(at, arn);
    await at.advance(3 * 3_600_000);
    await put(at, arn, ["late"]);
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["late"]);
  });
});
