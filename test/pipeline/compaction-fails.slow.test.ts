import { strict as assert } from "node:assert";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { DescribeAlarmsCommand, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { encodeCsv, feeds, type Row } from "../../data/feeds";
import { names } from "../../data/names";
import { objectsUnder } from "../../functions/shared/objects";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { type Clients, clientsFor } from "../../tools/kit/clients";
import { connectionOf } from "../support/cloud";
import { temporaryDirectory } from "../support/temporary";

const root = resolve(__dirname, "../..");
const name = names("local");
const { stocks = assert.fail() } = feeds;
const HOUR = 3_600_000;

/** The project whose compaction swaps the prices 1 and 2: rows, distinct keys and the sum of prices stay the same. */
function mutant(dir: string): string {
  cpSync(root, dir, {
    recursive: true,
    filter: (path) =>
      !/^(node_modules|\.git|\.pricelake)(\/|$)/.test(relative(root, path).split(sep).join("/")),
  });
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "dir");
  const file = join(dir, "data/history/sql.ts");
  const source = readFileSync(file, "utf8");
  const changed = source.replace(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of the source
    "return `UNLOAD (\nSELECT ${columns(feed)}${range} FROM (",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as above
    'return `UNLOAD (\nSELECT ${columns(feed).replace(/\\bprice\\b/, "IF(price IN (1e0, 2e0), 3e0 - price, price) AS price")}${range} FROM (',
  );
  assert.notEqual(changed, source);
  writeFileSync(file, changed);
  return dir;
}

describe("A deployed compaction whose Parquet differs from csv/", function () {
  this.timeout(600_000);
  const dir = temporaryDirectory();
  let cloud: Cloud;
  let clients: Clients;

  before(async () => {
    cloud = await startCloud({
      dir: join(dir.path, "state"),
      clock: { simulateFrom: Date.UTC(2026, 1, 1, 0, 30) },
    });
    clients = clientsFor(connectionOf(cloud));
  });
  after(async () => {
    clients?.close();
    await cloud?.stop();
    dir.remove();
  });

  const deploy = (program: string) =>
    deployProgram({
      ...connectionOf(cloud),
      dir: program,
      stack: "local",
      statePath: join(dir.path, "stack.json"),
      config: {
        "pricelake:feeds": '["stocks"]',
        "pricelake:directFeeds": "[]",
        "pricelake:compaction": "daily",
        "pricelake:monitoring": "alarms",
      },
    });

  const bucket = () => name.lakeBucket(cloud.accountId, cloud.region);

  const put = (day: string, object: string, prices: Readonly<Record<string, number>>) =>
    clients.s3.send(
      new PutObjectCommand({
        Bucket: bucket(),
        Key: `csv/stocks/dt=${day}/hour=03/${object}.csv`,
        Body: Object.entries(prices)
          .map(([ticker_symbol, price]) =>
            encodeCsv(stocks, {
              ticker_symbol,
              sector: "TECH",
              change: null,
              price,
              event_time: `${day}T03:00:00.000Z`,
            } as Row),
          )
          .join(""),
      }),
    );

  const select = (sql: string) => queryRows(clients.athena, name, sql);
  const view = () => select("SELECT dt, ticker_symbol, price FROM stocks ORDER BY 1, 2");

  async function state(): Promise<string | undefined> {
    const AlarmNames = [name.alarm("compact-failed")];
    const { MetricAlarms = [] } = await clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }));
    return MetricAlarms[0]?.StateValue;
  }

  async function failedDays(): Promise<number | undefined> {
    const { Datapoints = [] } = await clients.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "pricelake",
        MetricName: "FailedDays",
        Dimensions: [{ Name: "FunctionName", Value: name.function("compact") }],
        StartTime: new Date(cloud.clock.now() - HOUR),
        EndTime: new Date(cloud.clock.now()),
        Period: 3600,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints[0]?.Sum;
  }

  it("raises no alarm while its runs are right", async () => {
    await deploy(root);
    await put("2026-01-30", "a", { ONE: 1, TWO: 2 });
    await cloud.clock.advanceTo(Date.UTC(2026, 1, 1, 2, 45));
    assert.equal(await failedDays(), 0);
    assert.deepEqual(await view(), [
      ["2026-01-30", "ONE", "1.0"],
      ["2026-01-30", "TWO", "2.0"],
    ]);
    await cloud.clock.advanceTo(Date.UTC(2026, 1, 2, 0, 1));
    assert.equal(await state(), "OK");
  });

  it("keeps the old days, in history and in csv/, and raises its alarm", async () => {
    await deploy(mutant(join(dir.path, "mutant")));
    await put("2026-01-30", "late", { TEN: 10 });
    await put("2026-01-31", "a", { ONE: 1, TWO: 2 });
    await cloud.clock.advanceTo(Date.UTC(2026, 1, 2, 2, 45));
    assert.equal(await failedDays(), 2);
    assert.deepEqual(await view(), [
      ["2026-01-30", "ONE", "1.0"],
      ["2026-01-30", "TWO", "2.0"],
      ["2026-01-31", "ONE", "1.0"],
      ["2026-01-31", "TWO", "2.0"],
    ]);
    await cloud.clock.advanceTo(Date.UTC(2026, 1, 3, 0, 1));
    assert.equal(await state(), "ALARM");
  });

  it("has written rows that counts, keys and sums do not tell from csv/", async () => {
    const written: string[] = [];
    for await (const { key } of objectsUnder(clients.s3, bucket(), "history/stocks/dt=2026-01-31/"))
      written.push(key);
    const [, run = assert.fail(written.join())] = /dt=2026-01-31\/([^/]+)\//.exec(written[0] ?? "") ?? [];
    const weak = "count(*), count(DISTINCT ticker_symbol), sum(price), min(event_time), max(event_time)";
    assert.deepEqual(
      await select(`SELECT ${weak} FROM stocks_runs WHERE dt = '2026-01-31' AND run = '${run}'`),
      await select(`SELECT ${weak} FROM stocks WHERE dt = '2026-01-31'`),
    );
    assert.deepEqual(
      await select(
        `SELECT ticker_symbol, price FROM stocks_runs WHERE dt = '2026-01-31' AND run = '${run}' ORDER BY 1`,
      ),
      [
        ["ONE", "2.0"],
        ["TWO", "1.0"],
      ],
    );
  });

  it("compacts the days once it is mended, and its alarm ends", async () => {
    await deploy(root);
    await cloud.clock.advanceTo(Date.UTC(2026, 1, 3, 2, 45));
    assert.equal(await failedDays(), 0);
    assert.deepEqual(
      (await view()).map(([dt, ticker]) => `${dt} ${ticker}`),
      ["2026-01-30 ONE", "2026-01-30 TEN", "2026-01-30 TWO", "2026-01-31 ONE", "2026-01-31 TWO"],
    );
    await cloud.clock.advanceTo(Date.UTC(2026, 1, 4, 0, 1));
    assert.equal(await state(), "OK");
  });
});
