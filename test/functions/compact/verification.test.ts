import { strict as assert } from "node:assert";
import { GetTableCommand } from "@aws-sdk/client-glue";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { feeds, type Row } from "../../../data/feeds";
import { HISTORY_DAYS } from "../../../data/history/layout";
import type { Lake } from "../../../functions/compact/model";
import { crypto, lakesInOneCloud, price, type TestLake } from "./lake";

const retail = feeds.retail ?? assert.fail();

const VIEW = "SELECT dt, hour, coin_id, price_usd FROM crypto ORDER BY 1, 2, 3";

describe("The verification of a compacted day", () => {
  const newLake = lakesInOneCloud([crypto, retail]);
  let lake: TestLake;

  beforeEach(async () => {
    lake = await newLake();
  });

  afterEach(() => lake.stop());

  const shown = async () => {
    const { Table } = await lake.glue.send(
      new GetTableCommand({ DatabaseName: lake.target.database, Name: "crypto" }),
    );
    return Table?.Parameters?.[HISTORY_DAYS];
  };

  it("verifies a day with one read of csv/", async () => {
    const key = await lake.put("a", [
      price("bitcoin", "2026-01-30", 3, 1),
      price("ether", "2026-01-30", 3, 2),
    ]);
    const original = lake.lake();
    let verification = "";
    const listening: Lake = {
      ...original,
      query: (sql) => {
        if (sql.startsWith("SELECT")) verification = sql;
        return original.query(sql);
      },
    };
    await lake.compact({}, undefined, listening);
    const [csv = 0, ...parquet] = await lake.sizes([
      key,
      ...(await lake.keys("history/crypto/dt=2026-01-30/")).filter((each) => !each.includes("/_")),
    ]);
    const scanned = await lake.scanned(verification);
    assert.ok(scanned > csv && scanned < csv + parquet.reduce((sum, size) => sum + size, 0), `${scanned}`);
    assert.deepEqual(await lake.select(verification), [["2026-01-30", "2", "2", "0", "2"]]);
  });

  const mutants: readonly (readonly [string, (sql: string) => string])[] = [
    ["loses a row", (sql) => sql.replace("\nORDER BY", "\nWHERE price_usd <> 2\nORDER BY")],
    [
      "changes a value",
      (sql) => sql.replace("price_usd, market_cap_usd", "price_usd + 1 AS price_usd, market_cap_usd"),
    ],
    // Rows, distinct keys and the sums of all columns are those of csv/.
    [
      "swaps the values of two rows",
      (sql) =>
        sql.replace(
          "price_usd, market_cap_usd",
          "IF(price_usd IN (1e0, 2e0), 3e0 - price_usd, price_usd) AS price_usd, market_cap_usd",
        ),
    ],
    ["doubles a row", (sql) => sql.replace("WHERE duplicate = 1", "WHERE duplicate <= 2")],
  ];
  for (const [what, mutate] of mutants)
    it(`keeps the old day when a run ${what}`, async () => {
      await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
      await lake.put("b", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 4, 2)]);
      const before = await lake.select(VIEW);
      const original = lake.lake();
      const wrong: Lake = {
        ...original,
        query: (sql) => original.query(sql.startsWith("UNLOAD") ? mutate(sql) : sql),
      };
      const { days, behind } = await lake.compact({}, undefined, wrong);
      assert.deepEqual(
        days.map(({ outcome }) => outcome),
        ["failed"],
      );
      assert.match(days[0]?.reason ?? "", /the run is not what it was made of/);
      assert.equal(behind, 1);
      assert.equal(await shown(), undefined);
      assert.deepEqual(await lake.select(VIEW), before);
      assert.deepEqual((await lake.compact()).days[0]?.outcome, "compacted");
      assert.deepEqual(await lake.select(VIEW), before);
    });

  it("keeps the old day when the window leaves out a row, in the run and in its verification", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 4, 2)]);
    const original = lake.lake();
    const wrong: Lake = {
      ...original,
      query: (sql) =>
        original.query(sql.replace(") AS duplicate", ") + IF(coin_id = 'ether', 1, 0) AS duplicate")),
    };
    const { days } = await lake.compact({}, undefined, wrong);
    assert.match(days[0]?.reason ?? "", /1 rows with 1 keys for 1 rows, 1 rows differ/);
    assert.equal((await lake.compact()).days[0]?.outcome, "compacted");
  });

  it("keeps the old day when the run has a row that its source lacks", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 4, 2)]);
    const original = lake.lake();
    const wrong: Lake = {
      ...original,
      query: (sql) =>
        original.query(
          sql.startsWith("UNLOAD") ? sql : sql.replace("  WHERE dt", "  WHERE coin_id <> 'ether' AND dt"),
        ),
    };
    const { days } = await lake.compact({}, undefined, wrong);
    assert.match(days[0]?.reason ?? "", /2 rows with 2 keys for 1 rows, 1 rows differ/);
  });

  it("verifies rows whose natural key has NULL", async () => {
    const line = (Description: string | null): Row => ({
      InvoiceNo: "536365",
      StockCode: "85123A",
      Description,
      Quantity: 6,
      InvoiceDate: "2026-01-30T08:26:00.000Z",
      UnitPrice: 2.55,
      CustomerID: null,
      Country: "United Kingdom",
    });
    await lake.put("a", [line(null), line("HOLDER"), line(null)], retail);
    const { days } = await lake.compact({}, retail);
    assert.deepEqual(
      days.map(({ outcome, rows }) => [outcome, rows]),
      [["compacted", 2]],
    );
    assert.deepEqual(await lake.select("SELECT Description FROM retail ORDER BY 1"), [["HOLDER"], [null]]);
  });

  it("keeps the old day when keys of its rows differ as text only", async () => {
    const line = (price: string) =>
      `536365,85123A,HOLDER,6,2026-01-30 08:26:00.000,${price},,United Kingdom\n`;
    const Key = "csv/retail/dt=2026-01-30/hour=08/a.csv";
    const Body = `${line("2.5")}${line("2.50")}`;
    await lake.s3.send(new PutObjectCommand({ Bucket: lake.bucket, Key, Body }));
    const { days } = await lake.compact({}, retail);
    assert.match(days[0]?.reason ?? "", /the run has 2 rows with 1 keys: .* differ as text only/);
  });

  it("keeps the present run when the run with the late rows is wrong", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 4, 2)]);
    await lake.compact();
    const before = await lake.select(VIEW);
    await lake.put("late", [price("tether", "2026-01-30", 5, 3)]);
    const original = lake.lake();
    const wrong: Lake = {
      ...original,
      query: (sql) =>
        original.query(
          sql.replace("WHERE duplicate = 1\n)\nORDER", "WHERE duplicate = 1 AND price_usd <> 3\n)\nORDER"),
        ),
    };
    const { days, behind } = await lake.compact({}, undefined, wrong);
    assert.deepEqual([days.map(({ outcome }) => outcome), behind], [["failed"], 1]);
    assert.deepEqual(await lake.select(VIEW), before);
    assert.equal((await lake.compact()).days[0]?.rows, 3);
    assert.equal((await lake.select(VIEW)).length, 3);
  });
});
