import { strict as assert } from "node:assert";
import { crypto } from "../../data/feeds/crypto";
import { type RetailRow, retail } from "../../data/feeds/retail";
import { type StocksRow, stocks } from "../../data/feeds/stocks";
import { UNKNOWN_FIELD } from "../../data/records/quarantine";
import { assertRows, startLake, type TestLake } from "./support/lake";
import { by, groupBy } from "./support/statistics";
import { cryptoRows } from "./support/ticks";

const rows = cryptoRows();
const repeated = rows.slice(-30, -10);
const day = rows.filter((row) => row.event_time >= "2026-03-02T12:00:00.000Z");
const hourOf = (time: string): string => `${time.slice(0, 13)}:00:00.000Z`;
const tick: StocksRow = {
  ticker_symbol: "WMT",
  sector: "RETAIL",
  change: 1,
  price: 100,
  event_time: "2026-03-03T11:00:00.000Z",
};
/** The newest row of the published Online Retail data set. */
const order: RetailRow = {
  InvoiceNo: "581587",
  StockCode: "22138",
  Description: "BAKING SET 9 PIECE RETROSPOT",
  Quantity: 3,
  InvoiceDate: "2011-12-09T12:50:00.000Z",
  UnitPrice: 4.95,
  CustomerID: "12680",
  Country: "France",
};

describe("Ops reports", () => {
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    await lake.store(crypto, rows);
    await lake.store(crypto, repeated, "shardId-000000000000-2");
    await lake.store(stocks, [tick]);
    await lake.store(retail, [order]);
    const refused = (column: string | null, reason: string, raw: unknown) =>
      `${JSON.stringify({ source: "shardId-000000000000:1", column, reason, raw })}\n`;
    const unknownField = (column: string, raw: string, rows: number) =>
      `${JSON.stringify({ source: "shardId-000000000000:1", column, reason: UNKNOWN_FIELD, raw, rows })}\n`;
    const failed = ({ rawData, ...error }: Record<string, string>) =>
      `${JSON.stringify({
        attemptsMade: 4,
        arrivalTimestamp: 1772452800000,
        ...error,
        attemptEndingTimestamp: 1772452860000,
        rawData: Buffer.from(rawData ?? "").toString("base64"),
      })}\n`;
    await lake.put(
      "quarantine/crypto/dt=2026-03-02/a.json",
      refused("price_usd", "below 0", "-1") + refused("price_usd", "below 0", "-2"),
    );
    await lake.put(
      "quarantine/crypto/dt=2026-03-02/b.json",
      refused("price_usd", "below 0", "-3") +
        refused(null, "no JSON", "}{") +
        unknownField("market_cap", '{"market_cap":1}', 40),
    );
    await lake.put(
      "quarantine/crypto/dt=2026-03-02/c.json",
      unknownField("market_cap", '{"market_cap":2}', 2),
    );
    await lake.put(
      "errors/crypto/processing-failed/dt=2026-03-02/one",
      failed({ errorCode: "Lambda.FunctionError", errorMessage: "timed out", rawData: "a\n" }) +
        failed({ errorCode: "Lambda.FunctionError", errorMessage: "timed out", rawData: "b\n" }),
    );
    await lake.put(
      "errors/crypto/format-conversion-failed/dt=2026-03-02/two",
      failed({ lastErrorCode: "DataFormatConversion.ParseError", lastErrorMessage: "bad", rawData: "{" }),
    );
    await lake.put(
      "errors/crypto/format-conversion-failed/dt=2026-02-02/before-the-window",
      failed({ lastErrorCode: "DataFormatConversion.ParseError", lastErrorMessage: "bad", rawData: "{" }),
    );
  });
  after(() => lake.stop());

  it("ingest-freshness: the age of each feed's newest event", async () => {
    const row = (
      feed: string,
      newest: string | null,
      age: number | null,
      cadence: number | null,
      events: number,
      status: string,
    ) => ({
      feed,
      newest_event: newest,
      age_seconds: age,
      cadence_seconds: cadence,
      events,
      status,
    });
    assertRows(await lake.ask(["ingest-freshness"]), [
      row("crypto", "2026-03-03T11:55:00.000Z", 300, 300, day.length, "fresh"),
      row("posts", null, null, null, 0, "empty"),
      row("retail", "2011-12-09T12:50:00.000Z", 449_104_200, null, 0, "newest 2011-12-09"),
      row("stocks", "2026-03-03T11:00:00.000Z", 3600, null, 1, "irregular"),
    ]);
    const late = await lake.ask(["ingest-freshness", "--feed", "crypto", "--until", "2026-03-02T13:45Z"]);
    assert.deepEqual(
      late.map((one) => [one.feed, one.status]),
      [["crypto", "late"]],
    );
  });

  it("ingest-freshness: a feed with a cadence is late, not empty, when its newest event is before the window", async () => {
    const args = ["ingest-freshness", "--feed", "crypto", "--since", "2026-03-04", "--until", "2026-03-05"];
    const [late] = await lake.ask(args);
    assert.deepEqual(
      [late?.newest_event, late?.events, late?.status],
      ["2026-03-03T11:55:00.000Z", 0, "late"],
    );
  });

  it("ingest-volume: rows, events and polls of every hour", async () => {
    const physical = [...day, ...repeated];
    const expected = [...groupBy(day, (row) => hourOf(row.event_time))].map(([hour_start, own]) => {
      const polls = new Set(own.map((row) => row.event_time)).size;
      return {
        feed: "crypto",
        hour_start,
        row_count: physical.filter((row) => hourOf(row.event_time) === hour_start).length,
        events: own.length,
        polls,
        complete_pct: (100 * polls) / 12,
      };
    });
    assert.ok(expected.some((row) => row.polls < 12) && expected.some((row) => row.row_count > row.events));
    assertRows(await lake.ask(["ingest-volume", "--feed", "crypto"]), expected);
  });

  it("duplicates: events that are stored twice", async () => {
    const expected = [...repeated]
      .map((row) => ({
        feed: "crypto",
        hour_start: hourOf(row.event_time),
        event_key: `${row.coin_id} ${row.event_time.slice(0, 10)} ${row.event_time.slice(11, 23)}`,
        copies: 2,
        objects: 2,
        all_surplus: repeated.length,
      }))
      .sort(
        by(
          (row) => row.hour_start,
          (row) => row.event_key,
        ),
      );
    assertRows(await lake.ask(["duplicates"]), expected);
    assert.deepEqual(await lake.ask(["duplicates", "--feed", "stocks"]), []);
  });

  it("partitions: objects and bytes of every hour", async () => {
    const answer = await lake.ask(["partitions", "--since", "2026-03-03T10:00Z"]);
    assertRows(answer, [
      {
        feed: "crypto",
        dt: "2026-03-03",
        hour: "10",
        objects: 1,
        row_count: 72,
        rows_per_object: 72,
        newest_event: "2026-03-03T10:55:00.000Z",
      },
      {
        feed: "crypto",
        dt: "2026-03-03",
        hour: "11",
        objects: 2,
        row_count: 92,
        rows_per_object: 46,
        newest_event: "2026-03-03T11:55:00.000Z",
      },
      {
        feed: "stocks",
        dt: "2026-03-03",
        hour: "11",
        objects: 1,
        row_count: 1,
        rows_per_object: 1,
        newest_event: "2026-03-03T11:00:00.000Z",
      },
    ]);
  });

  it("quarantine: refused rows by reason, rows that Firehose could not deliver, and unknown fields", async () => {
    const row = (
      refused_column: string | null,
      reason: string,
      refused: number,
      objects: number,
      example: string,
      stored: number | null = null,
    ) => ({ feed: "crypto", dt: "2026-03-02", refused_column, reason, refused, objects, example, stored });
    assertRows(await lake.ask(["quarantine"]), [
      row("price_usd", "below 0", 3, 2, "-1"),
      row(null, "Firehose: Lambda.FunctionError: timed out", 2, 1, "a"),
      row(null, "Firehose: DataFormatConversion.ParseError: bad", 1, 1, "{"),
      row(null, "no JSON", 1, 1, "}{"),
      row("market_cap", "unknown field, not stored", 0, 2, '{"market_cap":1}', 42),
    ]);
  });
});
