import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { laneOf } from "../../../data/records/pack";
import { startAgent, until } from "./running";
import { agentScenes, numbers, text } from "./scenes";

describe("The agent", () => {
  const { scene, world } = agentScenes();

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

  it("sends metrics to CloudWatch under the names of aws-kinesis-agent", async () => {
    const { path, start, stream } = await scene();
    writeFileSync(path("a.log"), text(numbers(1, 5)));
    const agent = start({ "cloudwatch.emitMetrics": true });
    await until("it has begun", () => agent.said.length > 0);
    await agent.stop();
    const metricSum = async (MetricName: string) => {
      const { Datapoints = [] } = await world().cloud.call(
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
        world().cloud.administrator,
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
    const { endpoint, region, credentials } = world().cloud;
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
    const { endpoint, region, credentials } = world().cloud;
    for (const [destination, message] of [
      [
        { kinesisStream: "pricelake-local-retai" },
        "there is no stream pricelake-local-retai; did you mean pricelake-local-retail?",
      ],
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
