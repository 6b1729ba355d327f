import { strict as assert } from "node:assert";
import {
  csvColumns,
  type FeedDefinition,
  feeds,
  prestoViewText,
  rawColumns,
  rawTrinoColumns,
  rawViewSql,
  storeKeyOf,
  storeKeyTypes,
  trinoColumns,
  viewColumns,
  viewSql,
} from "../../data/feeds";

const { crypto, retail, posts } = feeds;
if (!crypto || !retail || !posts) throw new Error("a feed is missing");

/** The type check refuses a contract without a column to sort by: the view's window would be no SQL. */
// @ts-expect-error
const nothingToPrefer: FeedDefinition["prefer"] = [];

describe("Glue columns of a feed", () => {
  it("are text in the CSV table and typed in the raw one, where instants stay text", () => {
    assert.ok(csvColumns(crypto).every(({ type }) => type === "string"));
    assert.deepEqual(
      rawColumns(crypto)
        .slice(2, 6)
        .map(({ name, type }) => `${name} ${type}`),
      ["name string", "price_usd double", "market_cap_usd double", "market_cap_rank bigint"],
    );
    assert.equal(rawColumns(crypto).find(({ name }) => name === "event_time")?.type, "string");
  });

  it("have lower-case names", () => {
    assert.deepEqual(
      csvColumns(retail).map(({ name }) => name),
      [
        "invoiceno",
        "stockcode",
        "description",
        "quantity",
        "invoicedate",
        "unitprice",
        "customerid",
        "country",
      ],
    );
  });

  it("of the view end with the partition", () => {
    assert.deepEqual(
      viewColumns(crypto)
        .slice(-4)
        .map(({ name, type }) => `${name} ${type}`),
      ["event_time timestamp", "origin string", "dt string", "hour string"],
    );
    assert.deepEqual(
      trinoColumns(crypto)
        .slice(-4)
        .map(({ name, type }) => `${name} ${type}`),
      ["event_time timestamp(3)", "origin varchar", "dt varchar", "hour varchar"],
    );
  });
});

describe("The view of a feed", () => {
  it("casts text, and keeps one row of each natural key, a poll before a backfill", () => {
    const sql = viewSql(crypto, "pricelake_dev", "crypto_csv");
    assert.match(sql, /TRY_CAST\(NULLIF\(price_usd, ''\) AS double\) AS price_usd,/);
    assert.match(sql, /NULLIF\(name, ''\) AS name,/);
    assert.ok(
      sql.includes(
        "row_number() OVER (PARTITION BY dt, hour, coin_id, event_time ORDER BY origin DESC, last_updated DESC, TRY_CAST(price_usd AS double) DESC, symbol DESC, name DESC, TRY_CAST(market_cap_usd AS double) DESC, TRY_CAST(market_cap_rank AS bigint) DESC, TRY_CAST(volume_24h_usd AS double) DESC, TRY_CAST(high_24h_usd AS double) DESC, TRY_CAST(low_24h_usd AS double) DESC, TRY_CAST(change_24h_pct AS double) DESC, TRY_CAST(circulating_supply AS double) DESC) AS duplicate",
      ),
    );
    assert.match(sql, /FROM "pricelake_dev"\."crypto_csv"\n\)\nWHERE duplicate = 1$/);
  });

  it("gives text its line breaks back", () => {
    assert.match(viewSql(posts, "d", "t"), /replace\(NULLIF\(text, ''\), chr\(8232\), chr\(10\)\) AS text/);
  });

  it("is kept by Glue in the form that Athena reads", () => {
    const [, base64 = ""] =
      /^\/\* Presto View: (\S+) \*\/$/.exec(
        prestoViewText(trinoColumns(crypto), "SELECT 1", "pricelake_dev"),
      ) ?? [];
    assert.deepEqual(JSON.parse(Buffer.from(base64, "base64").toString()), {
      originalSql: "SELECT 1",
      catalog: "awsdatacatalog",
      schema: "pricelake_dev",
      columns: trinoColumns(crypto),
    });
  });
});

describe("The view of a feed's raw rows", () => {
  it("reads the tables of all formats, where instants are text", () => {
    const sql = rawViewSql(retail, "d", ["retail_raw_lines", "retail_raw_parquet"]);
    const columns =
      "invoiceno, stockcode, description, quantity, invoicedate, unitprice, customerid, country, dt, hour";
    const present =
      "invoiceno IS NOT NULL OR stockcode IS NOT NULL OR description IS NOT NULL OR quantity IS NOT NULL OR " +
      "invoicedate IS NOT NULL OR unitprice IS NOT NULL OR customerid IS NOT NULL OR country IS NOT NULL";
    assert.equal(
      sql,
      `SELECT ${columns} FROM "d"."retail_raw_lines" WHERE ${present}\nUNION ALL\n` +
        `SELECT ${columns} FROM "d"."retail_raw_parquet" WHERE ${present}`,
    );
    assert.deepEqual(
      rawTrinoColumns(retail)
        .slice(3, 6)
        .map(({ name, type }) => `${name} ${type}`),
      ["quantity bigint", "invoicedate varchar", "unitprice double"],
    );
  });
});

describe("The DynamoDB key of a feed", () => {
  it("has its columns and their types", () => {
    assert.deepEqual(storeKeyTypes(retail), [
      { name: "InvoiceNo", type: "S" },
      { name: "Line", type: "S" },
    ]);
    assert.deepEqual(storeKeyOf(crypto, { coin_id: "bitcoin", price_usd: 1 }), { coin_id: "bitcoin" });
  });

  it("keeps an invoice's lines with one article apart", () => {
    const line = {
      InvoiceNo: "536365",
      StockCode: "85123A",
      Description: null,
      Quantity: -6,
      InvoiceDate: "2010-12-01T08:26:00.000Z",
      UnitPrice: 2.55,
      CustomerID: "17850",
      Country: "France",
    };
    assert.deepEqual(storeKeyOf(retail, line), {
      InvoiceNo: "536365",
      Line: "85123A#2010-12-01T08:26:00.000Z#-6#2.55#",
    });
    assert.deepEqual(storeKeyOf(retail, { ...line, Quantity: 1, Description: "LAMP #2" }), {
      InvoiceNo: "536365",
      Line: "85123A#2010-12-01T08:26:00.000Z#1#2.55#LAMP #2",
    });
  });

  it("is shorter than DynamoDB's limit of 1,024 bytes for a sort key, with the longest values", () => {
    const Line = storeKeyOf(retail, {
      InvoiceNo: "1",
      StockCode: "\uffff".repeat(32),
      Description: "\uffff".repeat(256),
      Quantity: -9_007_199_254_740_991,
      InvoiceDate: "2010-12-01T08:26:00.000Z",
      UnitPrice: -1.234_567_890_123_456e-300,
    }).Line;
    assert.ok(Buffer.byteLength(String(Line)) <= 1024);
  });
});

describe("The preference of a feed", () => {
  it("has a column to sort by", () => {
    for (const { name, prefer } of Object.values(feeds))
      assert.ok(prefer.length > nothingToPrefer.length, name);
  });
});
