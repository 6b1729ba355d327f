import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { text } from "node:stream/consumers";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { hourAt } from "../../data/hours";
import { names } from "../../data/names";
import { pack } from "../../data/records/pack";
import { startCloud } from "../../packages/pocket-cloud";
import { deployProgram, diffPreviews, previewProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { clientsFor } from "../../tools/kit/clients";
import { temporaryDirectory } from "../support/temporary";

const root = resolve(__dirname, "../..");
const name = names("local");
const HOUR = 3_600_000;
/** Recent, so that the stream still retains the records when reconcile reads it. */
const START = Math.floor((Date.now() - 2 * HOUR) / HOUR) * HOUR;
const config = {
  "pricelake:feeds": '["stocks"]',
  "pricelake:directFeeds": "[]",
  // 0: functions and deliveries do not wait for more records.
  "pricelake:batchWindowSeconds": "0",
};

/** The project with one more column in the contract of stocks. */
function projectWithColumn(dir: string): string {
  cpSync(root, dir, {
    recursive: true,
    filter: (path) =>
      !/^(node_modules|\.git|\.pricelake)(\/|$)/.test(relative(root, path).split(sep).join("/")),
  });
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "dir");
  const contract = join(dir, "data/feeds/stocks.ts");
  const source = readFileSync(contract, "utf8");
  const changed = source.replace(
    '  },\n  naturalKey: ["ticker_symbol"',
    '    venue: { type: "string", nullable: true, doc: "Exchange of the trade" },\n  },\n  naturalKey: ["ticker_symbol"',
  );
  assert.notEqual(changed, source);
  writeFileSync(contract, changed);
  return dir;
}

describe("A column added to a contract", function () {
  this.timeout(600_000);
  const dir = temporaryDirectory();
  after(dir.remove);

  it("is null in old rows and has its values in new ones, in views, reports and reconcile; nothing is lost", async () => {
    const project = projectWithColumn(join(dir.path, "project"));
    const cloud = await startCloud({ dir: join(dir.path, "state"), clock: { simulateFrom: START } });
    const connection = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
    const clients = clientsFor(connection);
    const kinesis = new KinesisClient(connection);
    const deploy = (program: string) =>
      deployProgram({
        ...connection,
        dir: program,
        stack: "local",
        statePath: join(dir.path, "stack.json"),
        config,
      });
    /** Two packed rows and one single row per minute. */
    const send = async (minute: number, extra: object) => {
      const event_time = new Date(START + minute * 60_000).toISOString();
      const line = (ticker_symbol: string) =>
        JSON.stringify({ ticker_symbol, price: minute, event_time, ...extra });
      const { packs } = pack(
        ["A", "B"].map((key) => ({ key, line: line(key) })),
        1,
      );
      const Records = [
        ...packs.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
        { Data: Buffer.from(line("C")), PartitionKey: "c" },
      ];
      await kinesis.send(new PutRecordsCommand({ StreamName: name.stream("stocks"), Records }));
      await cloud.clock.advanceTo(START + minute * 60_000 + 30_000);
      await cloud.flush();
    };
    // Not spawnSync: this process serves the cloud.
    const pricelake = async (...args: string[]) => {
      const child = spawn(process.execPath, ["--import", "tsx", "tools/main.ts", ...args], {
        cwd: project,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: cloud.endpoint,
          AWS_REGION: cloud.region,
          AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
        },
      });
      const closed = once(child, "close");
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      const [status] = await closed;
      return { status, stdout, stderr };
    };
    try {
      await deploy(root);
      await send(1, {});
      // The column is not known yet: its rows are stored without it.
      await send(2, { venue: "early" });

      const [before, after] = await Promise.all(
        [root, project].map((program) => previewProgram({ dir: program, stack: "local", config })),
      );
      assert.ok(before && after);
      const changes = diffPreviews(before, after);
      assert.deepEqual(
        changes.filter(({ kind, losesData }) => kind !== "changed" || losesData).map(({ urn }) => urn),
        [],
      );
      assert.deepEqual(
        changes
          .filter(({ type }) => /glue/.test(type))
          .map(({ name: changed }) => changed)
          .sort(),
        [
          "stocks-csv-table",
          "stocks-raw-event-time-table",
          "stocks-raw-lines-table",
          "stocks-raw-parquet-table",
          "stocks-raw-view",
          "stocks-view",
        ],
      );

      await deploy(project);
      await send(3, { venue: "NYSE" });
      await send(4, {});
      await cloud.clock.advanceTo(START + 40 * 60_000);
      await cloud.flush();

      const rows = await queryRows(
        clients.athena,
        name,
        "SELECT minute(event_time), array_join(array_agg(ticker_symbol ORDER BY ticker_symbol), ''), coalesce(venue, 'null') " +
          "FROM stocks GROUP BY 1, 3 ORDER BY 1",
      );
      assert.deepEqual(rows, [
        ["1", "ABC", "null"],
        ["2", "ABC", "null"],
        ["3", "ABC", "NYSE"],
        ["4", "ABC", "null"],
      ]);
      const [[raw] = []] = await queryRows(
        clients.athena,
        name,
        "SELECT count_if(venue = 'NYSE') FROM stocks_raw",
      );
      assert.equal(raw, "3");

      const range = ["--from", hourAt(START - HOUR), "--to", hourAt(START + HOUR)];
      const reconciled = await pricelake("reconcile", "--feed", "stocks", ...range);
      assert.equal(reconciled.status, 0, reconciled.stdout + reconciled.stderr);
      assert.match(reconciled.stdout, /^ {2}stream {5}12 rows, 12 distinct$/m);
      assert.match(reconciled.stdout, /^ {2}csv {8}12 rows, 12 distinct$/m);
      assert.match(reconciled.stdout, /all counts agree/);
      const report = await pricelake(
        ..."report ticker-ohlc --tickers A --since 5h --interval 1h --format json".split(" "),
      );
      assert.equal(report.status, 0, report.stderr);
      assert.equal((JSON.parse(report.stdout) as unknown[]).length, 1);
      const consumed = await pricelake(
        "consume",
        "--stream",
        name.stream("stocks"),
        "--where",
        "venue=NYSE",
        "--json",
      );
      assert.equal(consumed.stdout.trimEnd().split("\n").length, 3, consumed.stderr);
    } finally {
      kinesis.destroy();
      clients.close();
      await cloud.stop();
    }
  });
});
