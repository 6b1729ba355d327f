import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { zipSync } from "fflate";
import { feeds } from "../../../data/feeds";
import { partsOf } from "../../../tools/import/parts";
import { type ImportLine, type ReadOptions, readRecords } from "../../../tools/import/read";
import { recordsOf } from "../../../tools/import/records";
import { parquetRecords } from "../../../tools/import/store";
import { temporaryDirectory } from "../../support/temporary";

const crypto = feeds.crypto ?? assert.fail();
const stocks = feeds.stocks ?? assert.fail();
const retail = feeds.retail ?? assert.fail();

const defaults: ReadOptions = {
  feed: crypto,
  key: undefined,
  symbol: undefined,
  name: undefined,
  prices: "close",
  interval: undefined,
  times: { from: "1970-01-01T00:00:00.000Z", to: "2026-02-02T12:00:00.000Z" },
};

describe("The files of an import", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  async function lines(
    name: string,
    content: string | Uint8Array,
    options: Partial<ReadOptions> = {},
    only?: string,
  ): Promise<ImportLine[]> {
    const path = join(dir.path, name);
    if (content !== "") writeFileSync(path, content);
    const found: ImportLine[] = [];
    for await (const part of partsOf(path, only)) {
      const records = part.parquet === undefined ? recordsOf(part) : parquetRecords(part.parquet);
      for await (const line of readRecords(part, records, { ...defaults, ...options })) found.push(line);
    }
    return found;
  }

  /** Coin, price and time of the rows; the reason of an invalid line. */
  const prices = async (...args: Parameters<typeof lines>) =>
    (await lines(...args)).map((line) =>
      line.ok
        ? [
            line.row.coin_id ?? line.row.ticker_symbol,
            line.row.price_usd ?? line.row.price,
            line.row.event_time,
          ]
        : `${line.number} ${line.reason}`,
    );

  const KLINE = "1704067200000,100.0,110.0,90.0,105.0,5,1704153599999,500.5,7,1,1,0";

  it("has the klines of Binance, with the volume in dollars of daily ones", async () => {
    const [line] = await lines("BTCUSDT-1d-2024-01.csv", `${KLINE}\n`);
    assert.deepEqual(line?.ok && line.row, {
      coin_id: "bitcoin",
      symbol: "btc",
      name: "Bitcoin",
      price_usd: 105,
      market_cap_usd: null,
      market_cap_rank: null,
      volume_24h_usd: 500.5,
      high_24h_usd: 110,
      low_24h_usd: 90,
      change_24h_pct: 5,
      circulating_supply: null,
      last_updated: "2024-01-01T23:59:59.999Z",
      event_time: "2024-01-01T23:59:59.999Z",
      origin: "backfill",
    });
  });

  it("has klines of a minute in microseconds, as Binance writes them since 2025, without figures of a day", async () => {
    const content = "1740787200000000,2200,2210,2190,2205.5,5,1740787259999999,11000,7,1,1,0\n";
    const [line] = await lines("ETHUSDT-1m-2025-03.csv", content);
    assert.ok(line?.ok);
    const { coin_id, price_usd, event_time, volume_24h_usd, high_24h_usd } = line.row;
    assert.deepEqual(
      [coin_id, price_usd, event_time, volume_24h_usd, high_24h_usd],
      ["ethereum", 2205.5, "2025-03-01T00:00:59.999Z", null, null],
    );
  });

  it("has klines with a header, as those of Binance's futures", async () => {
    const header =
      "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n";
    assert.deepEqual(await prices("BTCUSDT-1d-2024-01.csv", `${header}${KLINE}\n`), [
      ["bitcoin", 105, "2024-01-01T23:59:59.999Z"],
    ]);
  });

  it("has the files of a ZIP archive, all or those of a name", async () => {
    const zip = zipSync({
      "a/BTCUSDT-1d-2024-01.csv": Buffer.from(`${KLINE}\n`),
      "a/SOLUSDT-1d-2024-01.csv": Buffer.from(`${KLINE}\n`),
      "a/readme.md": Buffer.from("text"),
    });
    assert.deepEqual(
      (await prices("klines.zip", zip)).map(([coin]) => coin),
      ["bitcoin", "solana"],
    );
    assert.deepEqual(
      (await prices("klines.zip", zip, {}, "SOL")).map(([coin]) => coin),
      ["solana"],
    );
    await assert.rejects(
      lines("klines.zip", zip, {}, "DOGE"),
      /klines\.zip has no \.csv or \.json file with "DOGE" in its name; nothing was imported/,
    );
  });

  it("has Kraken's candles, whose file has the minutes in its name and calls bitcoin XBT", async () => {
    assert.deepEqual(
      await prices("XBTUSD_60.csv", "1704067200,100,110,90,105,5,7\n1704078000,105,110,90,101,5,7\n"),
      [
        ["bitcoin", 105, "2024-01-01T00:59:59.999Z"],
        ["bitcoin", 101, "2024-01-01T03:59:59.999Z"],
      ],
    );
  });

  it("has the answer of Kraken's request for candles", async () => {
    const result = {
      XXBTZUSD: [
        [1704067200, "100", "110", "90", "105", "102", "5", 7],
        [1704070800, "105", "110", "90", "101", "102", "5", 7],
      ],
      last: 1704070800,
    };
    assert.deepEqual(await prices("kraken.json", JSON.stringify({ error: [], result })), [
      ["bitcoin", 105, "2024-01-01T00:59:59.999Z"],
      ["bitcoin", 101, "2024-01-01T01:59:59.999Z"],
    ]);
  });

  it("has Coinbase's candles, newest first, with low and high before open and close", async () => {
    const content = [
      [1704153600, 90, 110, 105, 101, 5],
      [1704067200, 90, 110, 100, 105, 5],
    ];
    assert.deepEqual(await prices("BTC-USD.json", JSON.stringify(content)), [
      ["bitcoin", 101, "2024-01-02T23:59:59.999Z"],
      ["bitcoin", 105, "2024-01-01T23:59:59.999Z"],
    ]);
    const candles = [
      { start: "1704067200", low: "90", high: "110", open: "100", close: "105", volume: "5" },
      { start: "1704067260", low: "90", high: "110", open: "100", close: "106", volume: "5" },
    ];
    assert.deepEqual(await prices("ETH-USD.json", JSON.stringify({ candles })), [
      ["ethereum", 105, "2024-01-01T00:00:59.999Z"],
      ["ethereum", 106, "2024-01-01T00:01:59.999Z"],
    ]);
  });

  it("has CoinGecko's market_chart, with the figures at the same time", async () => {
    const chart = {
      prices: [
        [1704067200000, 0.5],
        [1704070800123, 0.6],
      ],
      market_caps: [
        [1704067200000, 1000],
        [1704070800123, 1100],
      ],
      total_volumes: [[1704067200000, 20]],
    };
    const found = await lines("cardano.json", JSON.stringify(chart));
    assert.deepEqual(
      found.map(
        (line) =>
          line.ok && [
            line.row.coin_id,
            line.row.price_usd,
            line.row.market_cap_usd,
            line.row.volume_24h_usd,
            line.row.event_time,
          ],
      ),
      [
        ["cardano", 0.5, 1000, 20, "2024-01-01T00:00:00.000Z"],
        ["cardano", 0.6, 1100, null, "2024-01-01T01:00:00.123Z"],
      ],
    );
  });

  it("has CoinGecko's CSV, and CSV that begins with the address of its source", async () => {
    const coinGecko = "snapped_at,price,market_cap,total_volume\n2024-01-01 00:00:00 UTC,0.5,1000,20\n";
    assert.deepEqual(await prices("ada-usd-max.csv", coinGecko), [
      ["cardano", 0.5, "2024-01-01T00:00:00.000Z"],
    ]);
    const download =
      "https://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\n" +
      "1704067200000,2024-01-01,BTCUSDT,100,110,90,105,5,500,7\n1703980800000,2023-12-31,BTCUSDT,99,110,90,100,5,500,7\n";
    const [first] = await lines("Binance_BTCUSDT_d.csv", download);
    assert.ok(first?.ok);
    const { coin_id, price_usd, volume_24h_usd, event_time } = first.row;
    assert.deepEqual(
      [coin_id, price_usd, volume_24h_usd, event_time],
      ["bitcoin", 105, 500, "2024-01-01T23:59:59.999Z"],
    );
  });

  it("has rows in the feed's columns, without an origin as a backfill", async () => {
    const content =
      "coin_id,symbol,name,price_usd,event_time,venue\nbitcoin,btc,Bitcoin,5,2024-01-01T00:00:00Z,x\n";
    const [line] = await lines("rows.csv.gz", gzipSync(content));
    assert.ok(line?.ok);
    assert.deepEqual(
      [line.row.price_usd, line.row.origin, line.row.last_updated, line.unknown],
      [5, "backfill", "2024-01-01T00:00:00.000Z", ["venue"]],
    );
  });

  it("has JSON lines, and rows of feeds without prices", async () => {
    const invoice = {
      InvoiceNo: "536365",
      StockCode: "85123A",
      Quantity: 6,
      InvoiceDate: "2010-12-01T08:26:00Z",
    };
    const row = { ...invoice, UnitPrice: 2.55, Country: "France" };
    const content = `${JSON.stringify(row)}\n{"InvoiceNo":\n${JSON.stringify({ ...row, UnitPrice: "x" })}\n`;
    const found = await lines("lines.ndjson", content, { feed: retail });
    assert.deepEqual(
      found.map((line) => (line.ok ? line.row.InvoiceNo : `${line.number} ${line.reason}`)),
      ["536365", "2 is no JSON", "3 UnitPrice not a finite number"],
    );
  });

  it("has Parquet with candles", async () => {
    const path = join(dir.path, "BTC-USD.parquet");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT DATE '2024-01-01' + i::INTEGER AS date, 100.0 AS open, 110.0 AS high, 90.0 AS low, 100 + i AS close
       FROM range(2) AS r(i)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    assert.deepEqual(await prices("BTC-USD.parquet", ""), [
      ["bitcoin", 100, "2024-01-01T23:59:59.999Z"],
      ["bitcoin", 101, "2024-01-02T23:59:59.999Z"],
    ]);
  });

  it("makes four rows of a candle when asked, with its extremes between begin and end", async () => {
    assert.deepEqual(await prices("BTCUSDT-1d-2024-01.csv", `${KLINE}\n`, { prices: "ohlc" }), [
      ["bitcoin", 100, "2024-01-01T00:00:00.000Z"],
      ["bitcoin", 90, "2024-01-01T07:59:59.999Z"],
      ["bitcoin", 110, "2024-01-01T15:59:59.998Z"],
      ["bitcoin", 105, "2024-01-01T23:59:59.999Z"],
    ]);
  });

  it("has daily candles of shares", async () => {
    const content =
      "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,100,110,90,105,105,5\n2024-01-03,105,110,90,104,104,5\n";
    const found = await lines("AAPL.csv", content, { feed: stocks, key: "AAPL" });
    assert.deepEqual(
      found.map((line) => line.ok && line.row),
      [
        {
          ticker_symbol: "AAPL",
          sector: null,
          change: 5,
          price: 105,
          event_time: "2024-01-02T23:59:59.999Z",
        },
        {
          ticker_symbol: "AAPL",
          sector: null,
          change: -1,
          price: 104,
          event_time: "2024-01-03T23:59:59.999Z",
        },
      ],
    );
  });

  it("names bad lines with their number and the reason", async () => {
    const header = "time,open,high,low,close\n";
    const content = [
      "2024-01-01,100,110,90,105",
      "2024-01-02,100,110,90,x",
      "2024-02-31,100,110,90,100",
      "2024-01-03,100,99,90,95",
      "2024-01-04,100,110,90,-5",
      "2024-01-05,100,110,90",
      '2024-01-06,"100,110,90,100',
      "2024-01-07,100,110,90,100,1",
      "2031-01-01,100,110,90,100",
      "2031-01-02,100,110,90,100",
    ];
    assert.deepEqual(await prices("BTC-USD.csv", `${header}${content.join("\n")}\n`), [
      ["bitcoin", 105, "2024-01-01T23:59:59.999Z"],
      '3 close is no number: "x"',
      '4 time is no time: "2024-02-31"',
      "5 open 100 is above high 99",
      "6 close -5 is below low 90",
      "7 close missing",
      "8 has a quote that is not closed",
      "9 has 6 fields, not 5",
      "10 event_time 2031-01-01T23:59:59.999Z is more than a day after the record arrived",
      "11 event_time 2031-01-02T23:59:59.999Z is more than a day after the record arrived",
    ]);
  });

  it("takes no prices in other currencies, and no coin that is not known", async () => {
    assert.deepEqual(await prices("BTCEUR-1d-2024-01.csv", `${KLINE}\n`), [
      "1 prices are in EUR, and crypto has prices in US dollars",
    ]);
    assert.deepEqual(await prices("klines-1d.csv", `${KLINE}\n`), [
      "1 the coin is not known; add --coin with its id at CoinGecko, for example --coin bitcoin",
    ]);
    assert.deepEqual(
      await prices("klines-1d.csv", `${KLINE}\n`, { key: "pepe", symbol: "pepe", name: "Pepe" }),
      [["pepe", 105, "2024-01-01T23:59:59.999Z"]],
    );
  });

  it("refuses what it does not know, and names what is accepted", async () => {
    await assert.rejects(
      lines("x.csv", "a,b\n1,2\n"),
      /x\.csv: its fields are a, b; they are neither the columns of crypto nor candles: accepted are CSV with a header/,
    );
    await assert.rejects(
      lines("x.csv", "1,2,3\n"),
      /its first line is no header, and its 3 values are no known form: accepted are/,
    );
    await assert.rejects(lines("x.json", '{"a":1}'), /x\.json: is JSON of no known form: accepted are/);
    await assert.rejects(lines("x.json", "[1,"), /x\.json: begins like JSON and is none/);
    await assert.rejects(
      lines("BTC-USD.csv", "date,open,close\n2024-01-01,1,2\n"),
      /the length of its candles is not known; add --interval/,
    );
    await assert.rejects(
      lines("x.csv", "date,open,close\n2024-01-01,1,2\n", { feed: retail }),
      /has candles, and retail has no prices: candles are imported into crypto and stocks/,
    );
    await assert.rejects(lines("missing.csv", ""), /there is no file .*missing\.csv/);
  });
});
