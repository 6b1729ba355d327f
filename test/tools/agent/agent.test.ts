import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { CreateDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import { laneOf } from "../../../data/records/pack";
import { deliveryRole, type TestCloud, testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";
import { linesIn, recordsIn, startAgent, until } from "./running";

describe("The agent", () => {
  const base = temporaryDirectory();
  let world: TestCloud;
  let serial = 0;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
  });
  after(async () => {
    await world.stop();
    base.remove();
  });
  beforeEach(() => world.cloud.faults.set([], 7));

  /** A stream and a folder of its own, and a flow between them that does not tarry. */
  async function scene(
    options: Record<string, unknown> = {},
    more: { stream?: string; shards?: number } = {},
  ) {
    const stream = more.stream ?? `stream-${++serial}`;
    const dir = join(base.path, `${++serial}`);
    mkdirSync(dir);
    await world.kinesis.send(new CreateStreamCommand({ StreamName: stream, ShardCount: more.shards ?? 1 }));
    const { endpoint, region, credentials } = world.cloud;
    const flow = {
      filePattern: "*.log*",
      kinesisStream: stream,
      initialPosition: "START_OF_FILE",
      minTimeBetweenFilePollsMillis: 10,
      maxBufferSizeRecords: 5,
      ...options,
    };
    return {
      stream,
      dir,
      path: (name: string) => join(dir, name),
      start: (top: Record<string, unknown> = {}) =>
        startAgent(dir, { flows: [flow], ...top }, { endpoint, region, credentials }),
      lines: () => linesIn(world.cloud, stream),
      records: () => recordsIn(world.cloud, stream),
    };
  }
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

  it("sends each line as a record with a random key, when the buffer is full or old enough", async () => {
    const { path, start, records, lines } = await scene({ maxBufferAgeMillis: 1000 });
    writeFileSync(path("a.log"), text(numbers(1, 8)));
    const agent = start();
    await until("the first are sent", async () => (await lines()).length === 5);
    await until("all is sent", async () => (await lines()).length === 8);
    assert.deepEqual(
      (await records()).map((record) => record.text),
      numbers(1, 8).map((line) => `${line}\n`),
    );
    assert.equal(new Set((await records()).map(({ partitionKey }) => partitionKey)).size, 8);
    const { flows, left } = await agent.stop();
    assert.equal(left, 0);
    assert.equal(flows[0]?.sent, 8);
  });

  it("derives keys from the data with DETERMINISTIC", async () => {
    const { path, start, records } = await scene({ partitionKeyOption: "DETERMINISTIC" });
    writeFileSync(path("a.log"), "same\nsame\n");
    const agent = start();
    await until("the file is read", () => agent.said.length > 0);
    await agent.stop();
    const md5 = createHash("md5").update("same\n").digest("hex");
    await until("both are there", async () => (await records()).length === 2).catch(() => {});
    assert.deepEqual(
      (await records()).map(({ partitionKey }) => partitionKey),
      [md5, md5],
    );
  });

  it("packs events of a feed for the lake's own stream, each in the lane of its key", async () => {
    const fields = [
      "InvoiceNo",
      "StockCode",
      "Description",
      "Quantity",
      "InvoiceDate",
      "UnitPrice",
      "CustomerID",
      "Country",
    ];
    const { path, start, records } = await scene(
      { skipHeaderLines: 1, dataProcessingOptions: [{ optionName: "CSVTOJSON", customFieldNames: fields }] },
      { stream: "pricelake-local-retail" },
    );
    const rows = Array.from(
      { length: 1000 },
      (_, i) => `${536365 + (i % 50)},S${i},"A ""b"", c",2,12/1/2010 8:26,4.25,,France`,
    );
    writeFileSync(path("orders.log"), text([fields.join(","), ...rows]));
    const agent = start();
    await until("all is sent", async () => (await records()).length > 0);
    const { flows } = await agent.stop();
    assert.equal(flows[0]?.sent, 1000);
    const packs = await records();
    assert.ok(packs.length < 20, `${packs.length} records`);
    const events = packs.flatMap((pack) =>
      pack.text
        .trimEnd()
        .split("\n")
        .map((line) => ({ lane: pack.partitionKey, row: JSON.parse(line) })),
    );
    for (const { lane, row } of events) assert.equal(lane, String(laneOf(row.InvoiceNo, 4)));
    assert.deepEqual(events.map(({ row }) => row.StockCode).sort(), rows.map((_, i) => `S${i}`).sort());
    assert.equal(events[0]?.row.Description, 'A "b", c');
  });

  it("loses and repeats nothing when part of each call is refused", async () => {
    const { path, start, lines } = await scene({ maxBufferSizeRecords: 500 });
    writeFileSync(path("a.log"), text(numbers(1, 2000)));
    world.cloud.faults.set(
      [
        {
          service: "kinesis",
          operation: "PutRecords",
          fault: { kind: "partial", share: 0.4, code: "ProvisionedThroughputExceededException" },
          times: 4,
        },
      ],
      7,
    );
    const agent = start();
    await until("all is sent", async () => (await lines()).length >= 2000);
    const { flows } = await agent.stop();
    assert.deepEqual((await lines()).sort(), numbers(1, 2000).sort());
    assert.ok((flows[0]?.refused ?? 0) > 100);
    assert.equal(flows[0]?.attempts, 2000 + (flows[0]?.refused ?? 0));
  });

  for (const fault of [
    { kind: "error", code: "ProvisionedThroughputExceededException", status: 400 },
    { kind: "error", code: "InternalFailure", status: 500 },
    { kind: "drop" },
  ] as const)
    it(`tries again after ${fault.kind === "error" ? fault.code : "a dropped connection"}, and says so once`, async () => {
      const { path, start, lines } = await scene();
      writeFileSync(path("a.log"), text(numbers(1, 10)));
      world.cloud.faults.set([{ service: "kinesis", operation: "PutRecords", fault, times: 3 }], 7);
      const agent = start();
      await until("all is sent", async () => (await lines()).length >= 10);
      await agent.stop();
      assert.deepEqual(await lines(), numbers(1, 10));
      assert.equal(agent.said.filter((what) => what.includes("records refused, retrying")).length, 1);
      assert.ok(agent.said.some((what) => what.endsWith("records are accepted again")));
    });

  it("sends records again when their acknowledgement is lost", async () => {
    const { path, start, lines } = await scene();
    writeFileSync(path("a.log"), text(numbers(1, 10)));
    world.cloud.faults.set(
      [{ service: "kinesis", operation: "PutRecords", fault: { kind: "lost-ack" }, times: 1 }],
      7,
    );
    const agent = start();
    await until("the first are sent twice", async () => (await lines()).length === 15);
    await agent.stop();
    assert.deepEqual(await lines(), [...numbers(1, 5), ...numbers(1, 5), ...numbers(6, 10)]);
  });

  it("follows rotations of each kind while it runs, every line once", async () => {
    const { path, start, lines } = await scene({}, { shards: 2 });
    const agent = start();
    const pause = () => new Promise((done) => setTimeout(done, 30));
    writeFileSync(path("app.log"), text(numbers(1, 100)));
    await pause();
    renameSync(path("app.log"), path("app.log.1"));
    writeFileSync(path("app.log"), text(numbers(101, 200)));
    await pause();
    appendFileSync(path("app.log"), text(numbers(201, 300)));
    copyFileSync(path("app.log"), path("app.log.2"));
    await pause();
    truncateSync(path("app.log"));
    appendFileSync(path("app.log"), text(numbers(301, 400)));
    await pause();
    appendFileSync(path("app.log"), text(numbers(401, 500)));
    await pause();
    rmSync(path("app.log"));
    writeFileSync(path("app.log"), text(numbers(501, 600)));
    await until("all is sent", async () => (await lines()).length >= 600);
    const { left } = await agent.stop();
    assert.equal(left, 0);
    assert.deepEqual((await lines()).sort(), numbers(1, 600).sort());
  });

  it("continues after a restart, with the changes made meanwhile", async () => {
    const { path, start, lines } = await scene();
    writeFileSync(path("app.log"), text(numbers(1, 100)));
    const first = start();
    await until("it has begun", () => first.said.length > 0);
    await first.stop();
    assert.equal((await lines()).length, 100);
    appendFileSync(path("app.log"), text(numbers(101, 110)));
    renameSync(path("app.log"), path("app.log.1"));
    writeFileSync(path("app.log"), text(numbers(111, 120)));
    const second = start();
    await until("it has begun", () => second.said.length > 0);
    await second.stop();
    assert.deepEqual((await lines()).sort(), numbers(1, 120).sort());
  });

  it("buffers lines while the stream is down, stops reading when the buffer is full, and sends them after a restart", async () => {
    const { path, start, lines } = await scene({ maxBufferSizeBytes: 10_000, maxBufferSizeRecords: 500 });
    const all = numbers(1, 20_000);
    writeFileSync(path("app.log"), text(all));
    world.cloud.faults.set([
      {
        service: "kinesis",
        operation: "PutRecords",
        fault: { kind: "error", code: "InternalFailure", status: 500 },
      },
    ]);
    const agent = start({ shutdownTimeoutMillis: 0 });
    await until("it is refused", () => agent.said.some((what) => what.includes("refused")));
    const { flows, left } = await agent.stop();
    assert.ok(text(all.slice(0, flows[0]?.read)).length < 25_000, `${flows[0]?.read} lines read`);
    assert.equal(left, flows[0]?.read);
    assert.equal(flows[0]?.behind, text(all).length);
    assert.deepEqual(flows[0]?.trouble, ["InternalFailure: injected fault"]);
    // A request that the stop abandoned reaches the cloud before these do, and is refused while the fault is on.
    assert.deepEqual(await lines(), []);
    world.cloud.faults.set([]);
    const next = start();
    await until("all is sent", async () => (await lines()).length >= 20_000);
    await next.stop();
    assert.deepEqual((await lines()).sort(), all.sort());
  });

  it("truncates a line longer than a record, with the terminator, and logs its position", async () => {
    const { path, start, records } = await scene({
      truncatedRecordTerminator: "…cut\n",
      maxBufferSizeRecords: 2,
    });
    writeFileSync(path("app.log"), `${"x".repeat(1_500_000)}\nafter\n`);
    const agent = start();
    await until("all is sent", async () => (await records()).length === 2);
    const { flows } = await agent.stop();
    const [long, after] = await records();
    assert.equal(Buffer.byteLength(long?.text ?? ""), 1_048_576 - 64);
    assert.ok(long?.text.endsWith("x…cut\n"));
    assert.equal(after?.text, "after\n");
    assert.equal(flows[0]?.cut, 1);
    assert.ok(
      agent.said.some((what) =>
        what.endsWith("longer than a record, truncated: app.log, bytes 0 to 1500001"),
      ),
    );
  });

  it("counts lines that processing skips, and sends lines it cannot convert unchanged", async () => {
    const { path, start, lines } = await scene({
      dataProcessingOptions: [{ optionName: "CSVTOJSON", customFieldNames: ["a", "b"] }],
    });
    writeFileSync(path("app.log"), '1,2\n\n3,"x\n');
    const agent = start();
    await until("it has begun", () => agent.said.length > 0);
    const { flows } = await agent.stop();
    assert.deepEqual(await lines(), ['{"a":"1","b":"2"}', '3,"x']);
    const { read, sent, leftOut, unconverted, behind } = flows[0] ?? {};
    assert.deepEqual(
      { read, sent, leftOut, unconverted, behind },
      { read: 3, sent: 2, leftOut: 1, unconverted: 1, behind: 0 },
    );
  });

  it("counts unknown fields of a feed's lines, and uses the feed's lanes under other names", async () => {
    const { path, start, records } = await scene({}, { stream: "pricelake-local-stocks", shards: 2 });
    const symbols = ["ALY", "JKL", "QXZ", "WMT"];
    const lines = symbols.map((s) => JSON.stringify({ TICKER_SYMBOL: s, PRICE: 1, venue: "x" }));
    writeFileSync(path("app.log"), `${lines.join("\n")}\nnot JSON\n`);
    const agent = start();
    await until("it has begun", () => agent.said.length > 0);
    const { flows } = await agent.stop();
    assert.deepEqual(flows[0]?.unknownFields, { venue: 4 });
    for (const { text, partitionKey: key } of await records())
      for (const line of text.trimEnd().split("\n"))
        if (line.startsWith("{"))
          assert.equal(key, String(laneOf((JSON.parse(line) as { TICKER_SYMBOL: string }).TICKER_SYMBOL, 8)));
  });

  it("logs its status regularly", async () => {
    const { path, start } = await scene({ maxBufferSizeRecords: 1 });
    writeFileSync(path("app.log"), "1\n");
    const agent = start({ "log.statusReportingPeriodSeconds": 1 });
    await until("a status is said", () => agent.said.some((what) => what.includes("lines read")));
    await until("all is said to be sent", () =>
      agent.said.some((what) =>
        what.endsWith(
          ": 1 lines read, 1 sent in 1 records, 0 waiting, 0 bytes behind in 1 file, app.log at 2 of 2",
        ),
      ),
    );
    await agent.stop();
  });

  it("sends the same files to a stream and to a delivery stream, each with its own positions", async () => {
    const { path, dir, stream, lines } = await scene();
    const { endpoint, region, credentials } = world.cloud;
    const firehose = new FirehoseClient({ endpoint, region, credentials });
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: "raw",
        S3DestinationConfiguration: {
          RoleARN: await deliveryRole(world.cloud, "none"),
          BucketARN: "arn:aws:s3:::none",
        },
      }),
    );
    firehose.destroy();
    writeFileSync(path("a.log"), text(numbers(1, 5)));
    const flow = { filePattern: "a.log", initialPosition: "START_OF_FILE" };
    const config = {
      flows: [
        { ...flow, kinesisStream: stream },
        { ...flow, deliveryStream: "raw" },
      ],
    };
    world.cloud.faults.set(
      [
        {
          service: "firehose",
          operation: "PutRecordBatch",
          fault: { kind: "error", code: "ServiceUnavailableException", status: 503 },
          times: 2,
        },
      ],
      7,
    );
    const agent = startAgent(dir, config, { endpoint, region, credentials });
    await until("both have begun", () => agent.said.length >= 2);
    const { flows } = await agent.stop();
    assert.deepEqual(
      flows.map(({ destination, sent, records }) => [destination, sent, records]),
      [
        [stream, 5, 5],
        ["raw", 5, 5],
      ],
    );
    assert.deepEqual(await lines(), numbers(1, 5));
    const { flows: saved } = JSON.parse(readFileSync(path("checkpoints.json"), "utf8"));
    assert.deepEqual(Object.keys(saved), [
      `kinesis:${stream}:${path("a.log")}`,
      `firehose:raw:${path("a.log")}`,
    ]);
  });

  it("sends metrics to CloudWatch under the names of aws-kinesis-agent", async () => {
    const { path, start, stream } = await scene();
    writeFileSync(path("a.log"), text(numbers(1, 5)));
    const agent = start({ "cloudwatch.emitMetrics": true });
    await until("it has begun", () => agent.said.length > 0);
    await agent.stop();
    const metricSum = async (MetricName: string) => {
      const { Datapoints = [] } = await world.cloud.call(
        "monitoring",
        "GetMetricStatistics",
        {
          Namespace: "AWSKinesisAgent",
          MetricName,
          Dimensions: [{ Name: "Destination", Value: `KinesisStream:${stream}` }],
          StartTime: new Date(Date.now() - 600_000),
          EndTime: new Date(Date.now() + 60_000),
          Period: 60,
          Statistics: ["Sum"],
        },
        world.cloud.administrator,
      );
      return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
    };
    assert.equal(await metricSum("BytesSent"), 35);
    assert.equal(await metricSum("RecordSendAttempts"), 5);
    assert.equal(await metricSum("RecordsSent"), 5);
    assert.equal(await metricSum("RecordSendErrors"), 0);
  });

  it("prefers the configuration's endpoint to the environment's", async () => {
    const { path, dir, stream, lines } = await scene();
    writeFileSync(path("a.log"), "1\n");
    const { endpoint, region, credentials } = world.cloud;
    const flows = [{ filePattern: "a.log", kinesisStream: stream, initialPosition: "START_OF_FILE" }];
    const agent = startAgent(
      dir,
      { flows, "kinesis.endpoint": endpoint },
      { endpoint: "http://127.0.0.1:9", region, credentials },
    );
    await until("it has begun", () => agent.said.length > 0);
    await agent.stop();
    assert.deepEqual(await lines(), ["1"]);
  });

  it("refuses a second agent on its checkpoints, and names the first one's pid", async () => {
    const { start, path } = await scene();
    const agent = start();
    await until("it has begun", () => agent.said.length > 0);
    await assert.rejects(start().stop(), {
      exitCode: 1,
      message: `the checkpoints ${path("checkpoints.json")} are in use by process ${process.pid}; stop it, or set a different checkpointFile`,
    });
    await agent.stop();
  });

  it("refuses a stream that does not exist before it reads anything", async () => {
    const { dir } = await scene();
    const { endpoint, region, credentials } = world.cloud;
    for (const [destination, message] of [
      [{ kinesisStream: "nowhere" }, "there is no stream nowhere"],
      [{ deliveryStream: "nowhere" }, "there is no delivery stream nowhere"],
    ] as const)
      await assert.rejects(
        startAgent(
          dir,
          { flows: [{ filePattern: "*.log", ...destination }] },
          { endpoint, region, credentials },
        ).stop(),
        { exitCode: 1, message },
      );
  });
});
