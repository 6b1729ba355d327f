import { strict as assert } from "node:assert";
import { join, resolve } from "node:path";
import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { feeds } from "../../data/feeds";
import { hourAt } from "../../data/hours";
import { names, type RawFormat } from "../../data/names";
import { pack } from "../../data/records/pack";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { type Clients, clientsFor } from "../../tools/kit/clients";
import { reconcile } from "../../tools/reconcile/reconcile";
import { temporaryDirectory } from "../support/temporary";

const { stocks } = feeds;
if (!stocks) throw new Error("a feed is missing");
const name = names("local");
const HOUR = 3_600_000;
const ROWS = 40;

/** Every change: in place, and by a replacement of the delivery streams. */
const FORMATS: readonly RawFormat[] = ["parquet", "lines", "parquet", "event-time", "lines"];

describe("A change of deliveryFormat", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  const start = Math.floor((Date.now() - 12 * HOUR) / HOUR) * HOUR;
  let cloud: Cloud;
  let clients: Clients;
  let firehose: FirehoseClient;
  let bucket = "";
  const replaced: string[][] = [];

  const deploy = async (format: RawFormat) => {
    const { endpoint, region, credentials } = cloud;
    const done = await deployProgram({
      dir: resolve(__dirname, "../.."),
      stack: "local",
      endpoint,
      region,
      credentials,
      statePath: join(dir.path, "stack.json"),
      config: {
        "pricelake:sampleMarketUrl": "http://127.0.0.1:9",
        "pricelake:feeds": '["stocks"]',
        "pricelake:directFeeds": '["stocks"]',
        "pricelake:deliveryFormat": format,
      },
    });
    bucket = String(done.outputs.lakeBucket);
    replaced.push(done.replaced.map((urn) => urn.split("::").at(-1) ?? ""));
  };

  const send = async (round: number) => {
    const tick = (i: number) => ({
      ticker_symbol: `T${round}N${i}`,
      sector: "ENERGY",
      change: -0.5,
      price: 10 + i,
      event_time: new Date(cloud.clock.now() - i * 1000).toISOString(),
    });
    const rows = Array.from({ length: ROWS }, (_, i) => tick(i));
    const { packs } = pack(
      rows.map((row) => ({ key: row.ticker_symbol, line: JSON.stringify(row) })),
      4,
    );
    await clients.kinesis.send(
      new PutRecordsCommand({
        StreamName: name.stream("stocks"),
        Records: packs.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
      }),
    );
    const direct = { ...tick(0), ticker_symbol: `DIRECT${round}` };
    await firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: name.directDeliveryStream("stocks"),
        Records: [{ Data: Buffer.from(`${JSON.stringify(direct)}\n`) }],
      }),
    );
    await cloud.clock.advanceTo(cloud.clock.now() + HOUR);
    await cloud.flush();
  };

  before(async () => {
    cloud = await startCloud({ dir: dir.path, clock: { simulateFrom: start } });
    const { endpoint, region, credentials } = cloud;
    clients = clientsFor({ endpoint, region, credentials });
    firehose = new FirehoseClient({ endpoint, region, credentials });
    for (const [round, format] of FORMATS.entries()) {
      await deploy(format);
      await send(round);
    }
  });
  after(async () => {
    firehose?.destroy();
    clients?.close();
    await cloud?.stop();
    dir.remove();
  });

  const query = (sql: string) => queryRows(clients.athena, name, sql);

  it("replaces the delivery streams only to or from event-time", () => {
    const both = ["stocks-direct", "stocks-raw"];
    assert.deepEqual(
      replaced.map((each) => each.sort()),
      [[], [], [], both, both],
    );
  });

  it("leaves the objects of every format readable in the raw view", async () => {
    assert.deepEqual(
      await query(
        "SELECT substr(ticker_symbol, 1, 2), count(*), sum(price) FROM stocks_raw " +
          "WHERE dt >= '2020-01-01' AND ticker_symbol LIKE 'T%' GROUP BY 1 ORDER BY 1",
      ),
      FORMATS.map((_, round) => [`T${round}`, String(ROWS), "1180.0"]),
    );
    assert.deepEqual(
      await query(
        "SELECT count(*) FROM stocks_raw WHERE dt >= '2020-01-01' AND ticker_symbol LIKE 'DIRECT%'",
      ),
      [[String(FORMATS.length)]],
    );
  });

  it("writes each format to a folder and a table of its own", async () => {
    const counts = await query(
      "SELECT (SELECT count(*) FROM stocks_raw_lines), (SELECT count(*) FROM stocks_raw_parquet), " +
        "(SELECT count(*) FROM stocks_raw_event_time)",
    );
    assert.deepEqual(counts, [["82", "82", "41"]]);
    const paths = await query('SELECT DISTINCT "$path" FROM stocks_raw_parquet');
    assert.ok(paths.length > 0);
    for (const [path = ""] of paths)
      assert.ok(path.startsWith(`s3://${bucket}/raw/stocks-parquet/dt=`), path);
  });

  it("prunes the partitions of all formats by a predicate on the view", async () => {
    const [row] = await query(`SELECT count(*) FROM stocks_raw WHERE dt = '1999-01-01'`);
    assert.deepEqual(row, ["0"]);
  });

  it("reconciles: every event is found, whatever its format", async () => {
    const range = { from: hourAt(start - HOUR), to: hourAt(Date.now() + HOUR) };
    const result = await reconcile(clients, { env: "local", lakeBucket: bucket }, stocks, range);
    assert.deepEqual(result.findings, []);
    const events = FORMATS.length * ROWS;
    assert.equal(
      result.hours.reduce((sum, { raw }) => sum + raw.distinct, 0),
      events,
    );
    assert.equal(result.totals.direct.rows, FORMATS.length);
    assert.deepEqual(
      result.hours.filter(({ raw }) => raw.missing + raw.extra > 0),
      [],
    );
  });
});
