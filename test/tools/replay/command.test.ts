import { strict as assert } from "node:assert";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import { feeds } from "../../../data/feeds";
import { readEvents } from "../../../tools/consume/sources/kinesis/source";
import { startPricelake } from "../../pipeline/command";
import { type TestCloud, testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";

describe("npm run replay", () => {
  const dir = temporaryDirectory();
  const retailStream = "pricelake-local-retail";
  let world: TestCloud;
  before(async () => {
    world = await testCloud();
    for (const StreamName of [retailStream, "pricelake-local-stocks"])
      await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  });
  after(async () => {
    await world.stop();
    dir.remove();
  });

  async function replay(feed: string, content: string, ...args: string[]) {
    const path = join(dir.path, "file");
    writeFileSync(path, content);
    const child = startPricelake(world.cloud, ["replay", path, "--feed", feed, ...args]);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { code, stdout, stderr: stderr.replaceAll(path, "file") };
  }

  async function rowsOf(stream: string, feed: string): Promise<Record<string, unknown>[]> {
    const events = await readEvents({
      ...{ kinesis: world.kinesis, stream, start: { type: "TRIM_HORIZON" }, feed: feeds[feed] },
    });
    return events.map(({ value }) => value as Record<string, unknown>);
  }

  const columns = "StockCode,Description,Quantity,InvoiceDate,UnitPrice";
  const line = (invoice: string, rest = "17850,United Kingdom") =>
    `${invoice},85123A,LANTERN,6,12/1/2010 8:26,2.55,${rest}\n`;

  it("reads the header Customer, counts unknown fields, and reports a stray quote with its line", async () => {
    const file =
      `Invoice,${columns},Customer,Country,shop\n` +
      `${line("536365", "17850,France,A")}"536366,x\n${line("536367", "17850,France,B")}` +
      line("536368", "17850,France,C").replace(",6,", ",six,");
    const { code, stdout, stderr } = await replay("retail", file, "--json");
    assert.equal(code, 0, stderr);
    const { bytes, seconds, ...counts } = JSON.parse(stdout) as Record<string, unknown>;
    assert.ok(Number(bytes) > 0 && Number(seconds) >= 0);
    assert.deepEqual(counts, {
      rows: 2,
      refused: 2,
      records: 2,
      unknownFields: { shop: 2 },
      missing: [],
    });
    assert.equal(
      stderr,
      "file: read as UTF-8; dates are month first (assumed, because no day is above 12)\n" +
        "file:3 the line has a quote that is not closed\n" +
        "file:5 Quantity not a whole number within ±2^53\n" +
        "file: warning: unknown fields, not stored: shop (2 rows)\n",
    );
    const rows = await rowsOf(retailStream, "retail");
    assert.deepEqual(rows.map(({ InvoiceNo, CustomerID }) => [InvoiceNo, CustomerID]).sort(), [
      ["536365", "17850"],
      ["536367", "17850"],
    ]);
  });

  it("sends nothing of a file without a required column, with dates in two orders, or with --strict", async () => {
    const before = (await rowsOf(retailStream, "retail")).length;
    const header = `InvoiceNo,${columns},CustomerID,Country\n`;
    const without = await replay("retail", header.replace("UnitPrice", "Cost") + line("1") + line("2"));
    assert.equal(without.code, 2);
    assert.match(
      without.stderr,
      /^pricelake: no line of the file has a value for UnitPrice \(also named Price\); the first line has InvoiceNo, StockCode, Description, Quantity, InvoiceDate, Cost, CustomerID, Country; nothing was sent$/m,
    );
    const mixed = await replay(
      "retail",
      header + line("1").replace("12/1", "12/13") + line("2").replace("12/1", "13/12"),
    );
    assert.equal(mixed.code, 2);
    assert.equal(
      mixed.stderr,
      'pricelake: file: the file has dates in two orders: "12/13/2010 8:26" has its day second, "13/12/2010 8:26" first; nothing was sent\n',
    );
    const strict = await replay("retail", header + line("1") + line("2").replace("2.55", "free"), "--strict");
    assert.equal(strict.code, 3);
    assert.match(strict.stderr, /^file:3 UnitPrice not a finite number$/m);
    assert.match(strict.stderr, /^pricelake: 1 of 2 lines are invalid; --strict: nothing was sent$/m);
    assert.equal((await rowsOf(retailStream, "retail")).length, before);
  });

  it("counts rows that the functions refuse by their time, and sends them as they are", async () => {
    const row = (time: string) => `ALY,1,ENERGY,1,${time}\n`;
    const { stdout, stderr } = await replay(
      "stocks",
      `ticker_symbol,price,sector,change,event_time\n${row("2999-01-01T00:00:00Z")}${row("2026-01-02T03:04:05Z")}`,
      "--json",
    );
    assert.equal(stderr, "file:2 event_time more than a day after the record arrived\n");
    const { rows, refused } = JSON.parse(stdout) as { rows: number; refused: number };
    assert.deepEqual([rows, refused], [1, 1]);
    const events = await rowsOf("pricelake-local-stocks", "stocks");
    assert.deepEqual(
      events.map(({ event_time }) => event_time),
      ["2026-01-02T03:04:05.000Z"],
    );
  });

  it("says that a file has no rows, and that a folder is no file", async () => {
    const empty = await replay("retail", "");
    assert.deepEqual([empty.code, empty.stderr], [0, "file has no rows; nothing was sent\n"]);
    const header = await replay("stocks", "ticker_symbol,price\n");
    assert.deepEqual([header.code, header.stderr], [0, "file has no rows; nothing was sent\n"]);
    const folder = startPricelake(world.cloud, ["replay", dir.path, "--feed", "stocks"]);
    assert.equal(await text(folder.stderr), `pricelake: ${dir.path} is a folder, not a file\n`);
  });

  it("warns of a nullable column without a value in any line", async () => {
    const { code, stderr } = await replay("stocks", "ticker_symbol,price,change\nALY,1,2\n");
    assert.equal(code, 0);
    assert.match(stderr, /^file: warning: no line has a value for sector$/m);
  });
});
