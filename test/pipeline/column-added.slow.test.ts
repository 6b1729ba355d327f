import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { text } from "node:stream/consumers";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { feeds, type Row, storeKeyOf, validateRow } from "../../data/feeds";
import { hourAt } from "../../data/hours";
import { startMarket } from "../../data/market";
import { names } from "../../data/names";
import { pack } from "../../data/records/pack";
import { toItem } from "../../functions/store-latest/attributes";
import { startCloud } from "../../packages/pocket-cloud";
import { deployProgram, diffPreviews, previewProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { clientsFor } from "../../tools/kit/clients";
import { previewReport } from "../../tools/preview/report";
import { asText } from "../../tools/preview/text";
import { temporaryDirectory } from "../support/temporary";

const root = resolve(__dirname, "../..");
const name = names("local");
const HOUR = 3_600_000;
/** Recent, so that the stream still retains the records when reconcile reads it. */
const START = Math.floor((Date.now() - 2 * HOUR) / HOUR) * HOUR;
const allFeeds = Object.keys(feeds);
const config = {
  "pricelake:feeds": JSON.stringify(allFeeds),
  "pricelake:directFeeds": "[]",
  // 0: functions and deliveries do not wait for more records.
  "pricelake:batchWindowSeconds": "0",
};

/** A row of each feed with this id and time. */
const rowOf: Readonly<Record<string, (id: string, time: string) => object>> = {
  crypto: (id, time) => ({
    ...{
      coin_id: id,
      symbol: id,
      name: id,
      price_usd: 1,
      last_updated: time,
      event_time: time,
      origin: "poll",
    },
  }),
  posts: (id, time) => ({ post_id: id, author: "a", text: "=x", posted_at: time, seen_at: time }),
  retail: (id, time) => ({
    ...{ InvoiceNo: id, StockCode: "71053", Quantity: 1, InvoiceDate: time, UnitPrice: 1, Country: "Chile" },
  }),
  stocks: (id, time) => ({ ticker_symbol: id, price: 1, event_time: time }),
};

/** The project with one more column in each contract. */
function projectWithColumn(dir: string): string {
  cpSync(root, dir, {
    recursive: true,
    filter: (path) =>
      !/^(node_modules|\.git|\.pricelake)(\/|$)/.test(relative(root, path).split(sep).join("/")),
  });
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "dir");
  for (const feed of allFeeds) {
    const contract = join(dir, `data/feeds/${feed}.ts`);
    const source = readFileSync(contract, "utf8");
    const changed = source.replace(
      "  },\n  naturalKey: [",
      '    venue: { type: "string", nullable: true, doc: "Where it came from" },\n  },\n  naturalKey: [',
    );
    assert.notEqual(changed, source);
    writeFileSync(contract, changed);
  }
  return dir;
}

function validated(feed: string, value: object): Row {
  const result = validateRow(feeds[feed] ?? assert.fail(), value);
  return result.ok ? result.row : assert.fail(result.reason);
}

describe("A column added to each contract", function () {
  this.timeout(600_000);
  const dir = temporaryDirectory();
  after(dir.remove);

  it("is null in old rows and has its values in new ones, in views, reports and reconcile; nothing is lost", async () => {
    const project = projectWithColumn(join(dir.path, "project"));
    const cloud = await startCloud({ dir: join(dir.path, "state"), clock: { simulateFrom: START } });
    const connection = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
    const clients = clientsFor(connection);
    const market = await startMarket({ now: () => cloud.clock.now(), coins: 5 });
    const configured = { ...config, "pricelake:sampleMarketUrl": market.url, "pricelake:coins": "5" };
    const kinesis = new KinesisClient(connection);
    const deploy = (program: string) =>
      deployProgram({
        ...connection,
        dir: program,
        stack: "local",
        statePath: join(dir.path, "stack.json"),
        config: configured,
      });
    /** Of each feed two packed rows and one single row. */
    const send = async (minute: number, extra: object) => {
      const time = new Date(START + minute * 60_000).toISOString();
      for (const feed of allFeeds) {
        const line = (letter: string) =>
          JSON.stringify({ ...rowOf[feed]?.(`${letter}${minute}`, time), ...extra });
        const { packs } = pack(
          ["A", "B"].map((key) => ({ key, line: line(key) })),
          1,
        );
        const Records = [
          ...packs.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
          { Data: Buffer.from(line("C")), PartitionKey: "c" },
        ];
        await kinesis.send(new PutRecordsCommand({ StreamName: name.stream(feed), Records }));
      }
      await cloud.clock.advanceTo(START + minute * 60_000 + 30_000);
      await cloud.flush();
    };
    // Not spawnSync: this process serves the cloud.
    const pricelake = async (...args: string[]) => {
      const child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", ...args], {
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
        [root, project].map((program) =>
          previewProgram({ dir: program, stack: "local", config: configured }),
        ),
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
        allFeeds
          .flatMap((feed) =>
            [
              "csv-table",
              "history-table",
              "raw-event-time-table",
              "raw-lines-table",
              "raw-parquet-table",
              "raw-view",
              "runs-table",
              "view",
            ].map((table) => `${feed}-${table}`),
          )
          .sort(),
      );
      const said = asText(previewReport(after, { ref: "main", preview: before }));
      assert.match(said, /^against main: 43 changed, monthly cost unchanged\nno data is lost\n/);
      for (const feed of allFeeds) {
        assert.match(
          said,
          new RegExp(
            `^~ aws:glue:CatalogTable 4: ${feed}-csv-table, .*\\n {4}storageDescriptor.columns.\\d+.comment: .*\\n` +
              ` {4}storageDescriptor.columns.\\d+.name: \\(none\\) → "venue"$`,
            "m",
          ),
        );
        assert.match(said, new RegExp(`^~ aws:glue:CatalogTable ${feed}-view$`, "m"));
      }

      await deploy(project);
      await send(3, { venue: "NYSE" });
      await send(4, {});
      await cloud.clock.advanceTo(START + 40 * 60_000);
      await cloud.flush();

      const range = ["--from", hourAt(START - HOUR), "--to", hourAt(START + HOUR)];
      for (const feed of allFeeds) {
        const { eventTime, store } = feeds[feed] ?? assert.fail();
        const id = store.hashKey;
        const query = (sql: string) => queryRows(clients.athena, name, sql);
        // Rows of this test: the poller's coins have longer names.
        const mine = `length(${id}) = 2`;
        assert.deepEqual(
          await query(
            `SELECT minute(${eventTime}), array_join(array_agg(${id} ORDER BY ${id}), ' '), coalesce(venue, 'null') ` +
              `FROM ${feed} WHERE ${mine} GROUP BY 1, 3 ORDER BY 1`,
          ),
          [
            ["1", "A1 B1 C1", "null"],
            ["2", "A2 B2 C2", "null"],
            ["3", "A3 B3 C3", "NYSE"],
            ["4", "A4 B4 C4", "null"],
          ],
          feed,
        );
        // raw/ has the lines as they were sent, also those of a time when the column was not known.
        assert.deepEqual(
          await query(
            `SELECT coalesce(venue, 'null'), count(*) FROM ${feed}_raw WHERE ${mine} GROUP BY 1 ORDER BY 1`,
          ),
          [
            ["NYSE", "3"],
            ["early", "3"],
            ["null", "6"],
          ],
          feed,
        );
        const item = async (of: string) => {
          const row = { ...rowOf[feed]?.(of, new Date(START + Number(of[1]) * 60_000).toISOString()) };
          const Key = toItem(storeKeyOf(feeds[feed] ?? assert.fail(), validated(feed, row)));
          return (await clients.dynamodb.send(new GetItemCommand({ TableName: name.table(feed), Key }))).Item;
        };
        assert.equal((await item("A1"))?.venue?.S, undefined, feed);
        assert.deepEqual((await item("A3"))?.venue, { S: "NYSE" }, feed);
        const reconciled = await pricelake("reconcile", "--feed", feed, ...range);
        assert.equal(reconciled.status, 0, reconciled.stdout + reconciled.stderr);
        assert.match(reconciled.stdout, /all counts agree/);
        if (feed === "crypto") continue;
        assert.match(reconciled.stdout, /^ {2}stream {5}12 rows, 12 distinct$/m);
        assert.match(reconciled.stdout, /^ {2}csv {8}12 rows, 12 distinct$/m);
      }
      const report = await pricelake(
        ..."report ticker-ohlc --tickers A1 --since 5h --interval 1h --format json".split(" "),
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
      await market.stop();
      await cloud.stop();
    }
  });
});
