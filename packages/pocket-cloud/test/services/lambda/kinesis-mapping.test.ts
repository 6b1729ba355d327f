import { strict as assert } from "node:assert";
import { GetEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { batchHandler, createFunction, createStream, type Lab, lab, logged, map, put } from "./lab";

describe("Kinesis event source mappings", () => {
  let at: Lab;
  let stream: string;
  beforeEach(async () => {
    at = await lab();
    stream = await createStream(at, "s");
  });
  afterEach(() => at.end());

  it("collect records during the batching window, then invoke once", async () => {
    await createFunction(
      at,
      "f",
      batchHandler("process.stdout.write('>' + new Date().toISOString().slice(11, 19))"),
    );
    await map(at, stream, { MaximumBatchingWindowInSeconds: 60 });
    await put(at, stream, ["a", "b"]);
    await at.advance(30_000);
    await put(at, stream, ["c"]);
    await at.advance(60_000);
    assert.deepEqual(await logged(at), ["a b c", "12:01:10"]);
  });

  it("invoke at once when the batch is full", async () => {
    await createFunction(at, "f", batchHandler());
    await map(at, stream, { MaximumBatchingWindowInSeconds: 300, BatchSize: 2 });
    await put(at, stream, ["a", "b", "c", "d", "e"]);
    await at.advance(5000);
    assert.deepEqual((await logged(at)).slice(0, 2), ["a b", "c d"]);
  });

  it("read on after a full batch waited behind a failing one", async () => {
    await createFunction(at, "f", batchHandler());
    await map(at, stream, { BatchSize: 2 });
    at.cloud.faults.set([
      {
        service: "lambda",
        operation: "Handler",
        fault: { kind: "error", code: "Broken", status: 500 },
        times: 3,
      },
    ]);
    await put(at, stream, ["a", "b", "c", "d"]);
    await at.advance(1500);
    await put(at, stream, ["e"]);
    await at.advance(60_000);
    assert.deepEqual((await logged(at)).join(" "), "a b c d e");
  });

  it("process an open batching window when the cloud is flushed", async () => {
    await createFunction(at, "f", batchHandler());
    await map(at, stream, { MaximumBatchingWindowInSeconds: 300 });
    await put(at, stream, ["a"]);
    await at.advance(1000);
    assert.deepEqual(await logged(at), ["a"]);
  });

  it("limit batches to six megabytes of payload", async () => {
    await createFunction(
      at,
      "f",
      "exports.handler = async (e) => { process.stdout.write('>' + e.Records.length); }",
    );
    await map(at, stream, { BatchSize: 100, MaximumBatchingWindowInSeconds: 60 });
    const big = "x".repeat(900_000);
    for (let i = 0; i < 6; i++) {
      const Data = Buffer.from(big);
      await at.cloud.call(
        "kinesis",
        "PutRecord",
        { StreamARN: stream, PartitionKey: `${i}`, Data },
        at.cloud.administrator,
      );
      await at.advance(1000);
    }
    await at.advance(120_000);
    // In base64 five of them are 6,000,000 bytes, below 6 MiB.
    assert.deepEqual(await logged(at), ["5", "1"]);
  });

  it("start from now at LATEST", async () => {
    await put(at, stream, ["before"]);
    await at.advance(1000);
    await createFunction(at, "f", batchHandler());
    await map(at, stream, { StartingPosition: "LATEST" });
    await at.advance(1000);
    await put(at, stream, ["after"]);
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["after"]);
  });

  it("retry a failing batch in order while other shards go on", async () => {
    const two = await createStream(at, "two", 2);
    await createFunction(
      at,
      "f",
      `let left = 2;${batchHandler("if (texts.includes('stuck') && left-- > 0) throw new Error('not yet');")}`,
    );
    await map(at, two, { BatchSize: 1, MaximumRetryAttempts: 5 });
    // "stuck" and "d" hash to one shard, "a" to the other.
    await put(at, two, ["stuck", "a"]);
    await at.advance(1000);
    await put(at, two, ["d"]);
    await at.advance(120_000);
    const lines = await logged(at);
    assert.equal(lines.filter((line) => line === "stuck").length, 3);
    assert.equal(lines.filter((line) => line === "a").length, 1);
    assert.equal(lines.filter((line) => line === "d").length, 1);
  });

  it("isolate a poison record by bisection; only it is discarded, with its payload in S3", async () => {
    await at.cloud.call("s3", "CreateBucket", { Bucket: "failures" }, at.cloud.administrator);
    await createFunction(at, "f", batchHandler("if (texts.includes('poison')) throw new Error('poisoned');"));
    const mapping = await map(at, stream, {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failures" } },
    });
    await put(at, stream, ["a", "b", "poison", "c", "d"]);
    await at.advance(300_000);
    const done = (await logged(at))
      .filter((line) => !line.includes("poison"))
      .flatMap((line) => line.split(" "));
    assert.deepEqual(done, ["a", "b", "c", "d"]);
    const { Contents = [] } = await at.cloud.call(
      "s3",
      "ListObjectsV2",
      { Bucket: "failures" },
      at.cloud.administrator,
    );
    assert.equal(Contents.length, 1);
    const key = Contents[0]?.Key ?? "";
    const pattern = `^aws/lambda/${mapping.UUID}/shardId-000000000000/2026/01/15/2026-01-15T12\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`;
    assert.match(key, new RegExp(pattern));
    const object = await at.cloud.call(
      "s3",
      "GetObject",
      { Bucket: "failures", Key: key },
      at.cloud.administrator,
    );
    const record = JSON.parse(Buffer.from(object.Body as unknown as Uint8Array).toString());
    assert.equal(record.requestContext.condition, "RetryAttemptsExhausted");
    assert.equal(record.KinesisBatchInfo.batchSize, 1);
    const [failed] = JSON.parse(record.payload).Records;
    assert.equal(Buffer.from(failed.kinesis.data, "base64").toString(), "poison");
  });

  it("retry from the first failed item", async () => {
    const body = `if (!globalThis.done) { globalThis.done = true;
      return { batchItemFailures: [3, 1].map((i) => ({ itemIdentifier: event.Records[i].kinesis.sequenceNumber })) }; }`;
    await createFunction(at, "f", batchHandler(body));
    await map(at, stream, { MaximumRetryAttempts: 3, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await put(at, stream, ["a", "b", "c", "d"]);
    await at.advance(60_000);
    assert.deepEqual(await logged(at), ["a b c d", "b c d"]);
  });

  it("retry the whole batch when the identifier is unknown", async () => {
    const body =
      "if (!globalThis.done) { globalThis.done = true; return { batchItemFailures: [{ itemIdentifier: '42' }] }; }";
    await createFunction(at, "f", batchHandler(body));
    await map(at, stream, { MaximumRetryAttempts: 3, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await put(at, stream, ["a", "b"]);
    await at.advance(60_000);
    assert.deepEqual(await logged(at), ["a b", "a b"]);
  });

  it("discard records that are too old without another attempt", async () => {
    const { QueueUrl = "" } = await at.cloud.call(
      "sqs",
      "CreateQueue",
      { QueueName: "old" },
      at.cloud.administrator,
    );
    await createFunction(at, "f", batchHandler("throw new Error('down')"));
    const Destination = "arn:aws:sqs:us-east-1:000000000000:old";
    await map(at, stream, {
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination } },
    });
    await put(at, stream, ["a"]);
    await at.advance(300_000);
    const { Messages = [] } = await at.cloud.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl },
      at.cloud.administrator,
    );
    const record = JSON.parse(Messages[0]?.Body ?? "");
    assert.equal(record.requestContext.condition, "RecordAgeExceeded");
    assert.equal(record.responseContext, undefined);
    assert.equal(record.payload, undefined);
    assert.equal(record.KinesisBatchInfo.streamArn, stream);
  });

  it("drain parents before the children of a split, and skip nothing", async () => {
    await createFunction(at, "f", batchHandler());
    await map(at, stream, { BatchSize: 1 });
    await put(at, stream, ["a", "b"]);
    const admin = at.cloud.administrator;
    const NewStartingHashKey = (2n ** 127n).toString();
    await at.cloud.call(
      "kinesis",
      "SplitShard",
      { StreamARN: stream, ShardToSplit: "shardId-000000000000", NewStartingHashKey },
      admin,
    );
    await at.advance(60_000);
    await put(at, stream, ["c", "d", "e"]);
    await at.advance(60_000);
    const lines = await logged(at);
    assert.deepEqual(lines.slice(0, 2), ["a", "b"]);
    assert.deepEqual(lines.slice(2).sort(), ["c", "d", "e"]);
  });

  it("renew an expired iterator after the last record read", async () => {
    await createFunction(at, "f", batchHandler());
    await map(at, stream);
    await put(at, stream, ["a"]);
    await at.advance(1000);
    const expired = { kind: "error", code: "ExpiredIteratorException", status: 400 } as const;
    at.cloud.faults.set([{ service: "kinesis", operation: "GetRecords", fault: expired, times: 2 }]);
    await put(at, stream, ["b"]);
    await at.advance(60_000);
    assert.deepEqual(await logged(at), ["a", "b"]);
  });

  it("survive throttled reads", async () => {
    await createFunction(at, "f", batchHandler());
    await map(at, stream);
    const throttle = { kind: "error", code: "ProvisionedThroughputExceededException", status: 400 } as const;
    at.cloud.faults.set([{ service: "kinesis", operation: "GetRecords", fault: throttle, times: 3 }]);
    await put(at, stream, ["a"]);
    await at.advance(60_000);
    assert.deepEqual(await logged(at), ["a"]);
  });

  it("continue after their checkpoint when the cloud restarts", async () => {
    await createFunction(at, "f", batchHandler());
    await map(at, stream);
    await put(at, stream, ["a"]);
    await at.advance(5000);
    at = await at.restart();
    await put(at, stream, ["b"]);
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["a", "b"]);
  });

  it("run the parts of a shard in parallel, each partition key in order", async () => {
    // Several environments log at the same simulated time, so the lines carry a counter of the machine.
    await createFunction(
      at,
      "f",
      "exports.handler = async (e) => { for (const r of e.Records) process.stdout.write('>' + process.hrtime.bigint() + ' ' + Buffer.from(r.kinesis.data, 'base64')); }",
    );
    await map(at, stream, { ParallelizationFactor: 4, BatchSize: 1 });
    const keys = ["k1", "k2", "k3", "k4", "k5"];
    for (const round of [1, 2, 3])
      for (const key of keys)
        await at.cloud.call(
          "kinesis",
          "PutRecord",
          { StreamARN: stream, PartitionKey: key, Data: Buffer.from(`${key}:${round}`) },
          at.cloud.administrator,
        );
    await at.advance(60_000);
    const lines = (await logged(at)).sort().map((line) => line.split(" ")[1] ?? "");
    assert.equal(lines.length, 15);
    for (const key of keys)
      assert.deepEqual(
        lines.filter((line) => line.startsWith(key)),
        [`${key}:1`, `${key}:2`, `${key}:3`],
      );
  });

  it("pass on only records that match their filters", async () => {
    await createFunction(at, "f", batchHandler());
    const Pattern = JSON.stringify({ data: { price: [{ numeric: [">", 10] }] } });
    await map(at, stream, { FilterCriteria: { Filters: [{ Pattern }] } });
    await put(at, stream, ['{"price":5}', '{"price":15}', "no json"]);
    await at.advance(5000);
    assert.deepEqual(await logged(at), ['{"price":15}']);
  });

  it("process records again after a crash before the response", async () => {
    await createFunction(at, "f", batchHandler());
    at.cloud.faults.set([
      { service: "lambda", operation: "Handler", fault: { kind: "crash", after: true }, times: 1 },
    ]);
    await map(at, stream, { MaximumRetryAttempts: 3 });
    await put(at, stream, ["a"]);
    await at.advance(60_000);
    assert.deepEqual(await logged(at), ["a", "a"]);
  });

  it("are read back with the defaults the provider expects", async () => {
    await createFunction(at, "f", batchHandler());
    const created = await map(at, stream);
    assert.equal(created.State, "Creating");
    const lambda = new LambdaClient(at.client);
    const {
      State,
      BatchSize,
      MaximumRetryAttempts,
      MaximumRecordAgeInSeconds,
      BisectBatchOnFunctionError,
      ParallelizationFactor,
    } = await lambda.send(new GetEventSourceMappingCommand({ UUID: created.UUID }));
    lambda.destroy();
    assert.deepEqual(
      {
        State,
        BatchSize,
        MaximumRetryAttempts,
        MaximumRecordAgeInSeconds,
        BisectBatchOnFunctionError,
        ParallelizationFactor,
      },
      {
        State: "Enabled",
        BatchSize: 100,
        MaximumRetryAttempts: -1,
        MaximumRecordAgeInSeconds: -1,
        BisectBatchOnFunctionError: false,
        ParallelizationFactor: 1,
      },
    );
  });
});
