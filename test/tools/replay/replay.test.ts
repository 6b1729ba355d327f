import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FeedDefinition, feeds } from "../../../data/feeds";
import { defineFeed } from "../../../data/feeds/contract";
import { eventTimes } from "../../../data/feeds/event-times";
import { lanesFor, RECORD_BYTES } from "../../../data/records/pack";
import { readRows } from "../../../data/records/rows";
import { sentByName, withTimes } from "../../../tools/replay/file-row";
import { readFile } from "../../../tools/replay/read-file";
import { replay } from "../../../tools/replay/replay";
import { temporaryDirectory } from "../../support/temporary";
import { workbook } from "./xlsx/workbook";

const stocks = feeds.stocks ?? assert.fail();
const retail = feeds.retail ?? assert.fail();
const ARRIVAL = "2026-01-02T03:04:05.000Z";
const good = { ticker_symbol: "ALY", sector: null, change: null, price: 26.5, event_time: ARRIVAL };

describe("replay", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  /** The lines that reach the stream when a file with this content is replayed. */
  async function linesSent(content: string | Uint8Array, feed = stocks): Promise<string[]> {
    const path = join(dir.path, "file");
    writeFileSync(path, content);
    const sent: string[] = [];
    const kinesis = {
      send: async ({ input }: { input: { Records: readonly { Data: Uint8Array }[] } }) => {
        sent.push(...input.Records.map(({ Data }) => Buffer.from(Data).toString("utf8")));
        return { Records: input.Records.map(() => ({})) };
      },
    };
    const options = { stream: "s", feed, lanes: 1, signal: new AbortController().signal };
    const rows = withTimes(readFile(path, feed, ARRIVAL), feed, eventTimes(feed, ARRIVAL));
    await replay(rows, { ...options, kinesis: kinesis as never });
    return sent.join("").trimEnd().split("\n");
  }

  it("sends an invalid line of JSON as it stands in the file, so that quarantine has its reason and redrive its bytes", async () => {
    const invalid = '{"ticker_symbol":"BIG", "price":-5,"trade_id":1050118621198921728}';
    assert.deepEqual(await linesSent(`${JSON.stringify(good)}\n${invalid}\nthis is no JSON\n`), [
      JSON.stringify(good),
      invalid,
      "this is no JSON",
    ]);
  });

  it("sends an invalid line of a JSON array and of CSV as an object with the given names", async () => {
    assert.deepEqual(await linesSent('[{"symbol":"BIG",\n"price":-5}]'), ['{"symbol":"BIG","price":-5}']);
    assert.deepEqual(await linesSent("symbol,price\nBIG,-5\n"), ['{"symbol":"BIG","price":"-5"}']);
  });

  /** What the functions do with the lines of a file: rows, or column, reason and kept line of the refused. */
  async function stored(content: string | Uint8Array, feed = stocks) {
    return (await linesSent(content, feed)).flatMap((line) =>
      [...readRows(feed, Buffer.from(line), ARRIVAL, "s")].map((read) =>
        read.ok
          ? { row: read.row, unknown: read.unknown ?? [] }
          : [read.quarantined.column, read.quarantined.reason, read.quarantined.raw],
      ),
    );
  }

  const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
  const order = "536365,85123A,LANTERN,6,12/13/2010 8:26,2.55,17850.0,France";

  it("sends an invalid row of a retail file with the file's cells, so that quarantine has its reason", async () => {
    const [, ...refused] = await stored(`${header}\n${order}\n${order.replace(",6,", ",six,")}\n`, retail);
    assert.deepEqual(refused, [
      [
        "Quantity",
        "not a whole number within ±2^53",
        '{"InvoiceNo":"536365","StockCode":"85123A","Description":"LANTERN","Quantity":"six",' +
          '"InvoiceDate":"12/13/2010 8:26","UnitPrice":"2.55","CustomerID":"17850","Country":"France"}',
      ],
    ]);
  });

  it("sends a date that only the file tells how to read as an instant, so that redrive reads the same date", async () => {
    const days = [order.replace("12/13/", "1/2/"), order.replace("12/13/", "31/12/")].map((line) =>
      line.replace("2.55", "free"),
    );
    const sent = await linesSent(`${header}\n${days.join("\n")}\n`, retail);
    assert.deepEqual(
      sent.map((line) => (JSON.parse(line) as { InvoiceDate: string }).InvoiceDate),
      ["2010-02-01T08:26:00.000Z", "2010-12-31T08:26:00.000Z"],
    );
  });

  it("sends a line that is no row of a CSV file with its text and the reason, for every feed", async () => {
    const file = `${header}\n${order}\n${order},x\n"536366,LANTERN\n`;
    assert.deepEqual((await stored(file, retail)).slice(1), [
      [null, "has 9 fields, not 8", `${order},x`],
      [null, "has a quote that is not closed", '"536366,LANTERN'],
    ]);
    assert.deepEqual((await stored('symbol,price\nALY,1\nBIG,1,"a ""b"""\n"C\n')).slice(1), [
      [null, "has 3 fields, not 2", 'BIG,1,"a ""b"""'],
      [null, "has a quote that is not closed", '"C'],
    ]);
  });

  it("sends an invalid row of a workbook with its cells", async () => {
    const cell = (value: string | number) =>
      typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const row = (...values: (string | number)[]) => `<row>${values.map(cell).join("")}</row>`;
    const book = workbook({
      sheets: {
        Orders:
          row(...header.split(",")) +
          row(536365, "85123A", "LANTERN", 6, 40513.3125, 2.55, 17850, "France") +
          row(536366, "85123A", "LANTERN", "six", 40513.3125, 2.55, 17850, "France"),
      },
    });
    const [, refused] = await stored(book, retail);
    assert.deepEqual(refused, [
      "Quantity",
      "not a whole number within ±2^53",
      '{"InvoiceNo":"536366","StockCode":"85123A","Description":"LANTERN","Quantity":"six",' +
        '"InvoiceDate":"2010-12-01T07:30:00.000Z","UnitPrice":2.55,"CustomerID":"17850","Country":"France"}',
    ]);
  });

  it("sends a row that is refused only because of its time as it stands", async () => {
    const old = '{"TICKER_SYMBOL":"ALY", "PRICE":2.50,"event_time":"2999-01-01T00:00:00Z","venue":"X"}';
    assert.deepEqual(await stored(`${JSON.stringify(good)}\n${old}\n`), [
      { row: good, unknown: [] },
      ["event_time", "more than a day after the record arrived", old],
    ]);
    const early = order.replace("12/13/2010", "12/13/1999");
    assert.deepEqual((await stored(`${header}\n${order}\n${early}\n`, retail)).slice(1), [
      [
        "InvoiceDate",
        "before the feed's first day, 2009-12-01",
        '{"InvoiceNo":"536365","StockCode":"85123A","Description":"LANTERN","Quantity":"6",' +
          '"InvoiceDate":"12/13/1999 8:26","UnitPrice":"2.55","CustomerID":"17850","Country":"France"}',
      ],
    ]);
  });

  it("sends the unknown fields of valid rows, which the functions count and report by name", async () => {
    const tick = { ...good, venue: "X", id: "1050118621198921728" };
    assert.deepEqual(
      await linesSent('{"symbol":"ALY","price":26.5,"venue":"X","id":1050118621198921728}\n'),
      [JSON.stringify(tick)],
    );
    assert.deepEqual(await stored("symbol,price,PRICE,venue\nALY,26.5,3,X\n"), [
      { row: good, unknown: ["PRICE", "venue"] },
    ]);
    const [sold] = await stored(`${header},shop\n${order},A\n`, retail);
    assert.deepEqual((sold as { unknown: readonly string[] }).unknown, ["shop"]);
  });

  it("sends only the names of unknown fields that do not fit into a record", async () => {
    const venue = "é".repeat(RECORD_BYTES / 2);
    assert.deepEqual(await linesSent(JSON.stringify({ symbol: "ALY", price: 26.5, venue, lot: 1 })), [
      JSON.stringify({ ...good, venue: null, lot: null }),
    ]);
  });

  it("sends rows that redrive accepts when the contract allows them", async () => {
    const strict = defineFeed({
      ...retail,
      columns: { ...retail.columns, Country: { ...retail.columns.Country, maxLength: 3 } },
    } as FeedDefinition);
    const [refused] = await stored(`${header},shop\n${order.replace("12/13", "31/12")},A\n`, strict);
    const [column, reason, raw] = refused as string[];
    assert.deepEqual([column, reason], ["Country", "longer than 3 characters"]);
    const [read] = readRows(retail, Buffer.from(raw ?? ""), ARRIVAL, "s");
    assert.ok(read?.ok);
    const { InvoiceDate, CustomerID, Country } = read.row;
    assert.deepEqual([InvoiceDate, CustomerID, Country], ["2010-12-31T08:26:00.000Z", "17850", "France"]);
    assert.deepEqual(read.unknown, ["shop"]);
  });

  it("sends the beginning of an invalid line longer than a record, for quarantine", async () => {
    const big = JSON.stringify({ symbol: "BIG", price: 1, sector: ["é".repeat(RECORD_BYTES / 2)] });
    const sent = await linesSent(`${JSON.stringify(good)}\n${big}\n`);
    assert.ok(sent.every((line) => Buffer.byteLength(line) < RECORD_BYTES));
    assert.deepEqual(await stored(`${JSON.stringify(good)}\n${big}\n`), [
      { row: good, unknown: [] },
      ["sector", "not a text; longer than a record, only its beginning is kept", big.slice(0, 2048)],
    ]);
  });

  describe("names what it waits for", () => {
    async function* rows(count: number) {
      for (let number = 1; number <= count; number++)
        yield {
          number,
          result: { ok: true, row: { ...good, sector: "x".repeat(60) } } as const,
          ...sentByName(() => ({})),
        };
    }
    /** The limits that a replay names. `refusals`: calls that the stream refuses first. */
    async function limitsOf(count: number, refusals: number, rate?: number) {
      const { limits } = await sent(count, refusals, rate);
      return limits;
    }
    async function sent(
      count: number,
      refusals: number,
      rate?: number,
      ErrorCode = "ProvisionedThroughputExceededException",
    ) {
      const limits = new Set<string | undefined>();
      const reasons: string[] = [];
      let calls = 0;
      const kinesis = {
        send: async ({ input }: { input: { Records: readonly object[] } }) => ({
          Records: input.Records.map(() => (calls++ < refusals ? { ErrorCode } : {})),
        }),
      };
      await replay(rows(count), {
        ...{ stream: "s", feed: stocks, lanes: lanesFor(1), signal: new AbortController().signal },
        kinesis: kinesis as never,
        ...(rate !== undefined && { rate }),
        onSent: (_rows, limit) => limits.add(limit),
        onRefused: (reason) => reasons.push(reason),
      });
      return { limits: [...limits], reasons };
    }

    it("nothing, while the stream takes all", async () => {
      assert.deepEqual(await limitsOf(4000, 0), [undefined]);
    });

    it("the rate that was asked for", async () => {
      assert.deepEqual(await limitsOf(6, 0, 20), ["rate"]);
    });

    it("the stream's shards, from the first refusal on", async () => {
      assert.ok((await limitsOf(12_000, 1)).includes("stream"));
    });

    it("why the stream refuses records, unless that is its limit", async () => {
      assert.deepEqual((await sent(1, 2, undefined, "InternalFailure")).reasons, [
        "InternalFailure",
        "InternalFailure",
      ]);
      assert.deepEqual((await sent(1, 2)).reasons, []);
    });
  });
});
