import { strict as assert } from "node:assert";
import { GetTableCommand } from "@aws-sdk/client-glue";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { feeds, type Row } from "../../../data/feeds";
import { daysIn } from "../../../data/history/days";
import { HISTORY_DAYS } from "../../../data/history/layout";
import type { Lake } from "../../../functions/compact/model";
import { price, type TestLake, testLake } from "./lake";

const retail = feeds.retail ?? assert.fail();

const VIEW = "SELECT dt, hour, coin_id, price_usd FROM crypto ORDER BY 1, 2, 3";

describe("The compaction of a feed", () => {
  let lake: TestLake;

  beforeEach(async () => {
    lake = await testLake();
  });

  afterEach(() => lake.stop());

  const shown = async () => {
    const { Table } = await lake.glue.send(
      new GetTableCommand({ DatabaseName: lake.target.database, Name: "crypto" }),
    );
    return Table?.Parameters?.[HISTORY_DAYS];
  };

  it("writes closed days as Parquet, each row once, and the view shows the same rows", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1), price("ether", "2026-01-30", 3, 2)]);
    await lake.put("b", [price("bitcoin", "2026-01-30", 3, 1), price("bitcoin", "2026-01-30", 4, 3)]);
    await lake.put("c", [price("bitcoin", "2026-01-31", 5, 4)]);
    await lake.put("d", [price("bitcoin", "2026-02-01", 6, 5)]);
    const before = await lake.select(VIEW);
    const { days, behind } = await lake.compact();
    assert.deepEqual(
      days.map(({ day, outcome, rows }) => [day, outcome, rows]),
      [
        ["2026-01-30", "compacted", 3],
        ["2026-01-31", "compacted", 1],
      ],
    );
    assert.equal(behind, 0);
    assert.equal(await shown(), "2026-01-30/2026-01-31");
    assert.deepEqual(await lake.select(VIEW), before);
    assert.deepEqual(before.length, 5);
    assert.deepEqual(
      await lake.select("SELECT dt, coin_id, hour, price_usd FROM crypto_history ORDER BY 1, 2, 3"),
      [
        ["2026-01-30", "bitcoin", "03", "1.0"],
        ["2026-01-30", "bitcoin", "04", "3.0"],
        ["2026-01-30", "ether", "03", "2.0"],
        ["2026-01-31", "bitcoin", "05", "4.0"],
      ],
    );
    const files = (await lake.keys("history/crypto/dt=2026-01-30/")).filter((key) => !key.includes("/_"));
    assert.equal(files.length, 1);
  });

  it("does nothing for days that it has compacted before", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await lake.compact();
    assert.deepEqual((await lake.compact()).days, []);
  });

  it("reads no csv/ object of a compacted day in a query over it", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const day = await lake.put("b", [price("bitcoin", "2026-01-31", 3, 2)]);
    await lake.compact({ to: "2026-01-30" });
    const [parquet = ""] = (await lake.keys("history/crypto/dt=2026-01-30/")).filter(
      (key) => !key.includes("/_"),
    );
    const sizes = await lake.sizes([parquet, day]);
    const query = (where: string) => lake.scanned(`SELECT max(price_usd) FROM crypto WHERE ${where}`);
    const chunk = await query("dt = '2026-01-30'");
    assert.ok(chunk > 0 && chunk < (sizes[0] ?? 0) / 2, `${chunk} of ${sizes[0]}`);
    assert.deepEqual(
      [
        await query("dt = '2026-01-31'"),
        await query("dt BETWEEN '2026-01-30' AND '2026-01-31'"),
        await query("dt = '2026-01-29'"),
      ],
      [sizes[1], chunk + (sizes[1] ?? 0), 0],
    );
  });

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

  it("runs two statements at a time", async () => {
    for (let day = 15; day < 27; day++) await lake.put("a", [price("bitcoin", `2026-01-${day}`, 3, day)]);
    const original = lake.lake();
    let [working, most] = [0, 0];
    const counted: Lake = {
      ...original,
      query: async (sql) => {
        most = Math.max(most, ++working);
        try {
          return await original.query(sql);
        } finally {
          working--;
        }
      },
    };
    const { days } = await lake.compact({}, undefined, counted);
    assert.equal(most, 2);
    assert.deepEqual(
      days.map(({ day, outcome }) => `${day} ${outcome}`),
      [15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26].map((day) => `2026-01-${day} compacted`),
    );
    assert.equal(await shown(), "2026-01-15/2026-01-26");
  });

  it("shows twenty days as soon as they are compacted, and the others at the end", async () => {
    const days = Array.from({ length: 24 }, (_, i) => `2026-01-${String(i + 1).padStart(2, "0")}`);
    for (const day of days) await lake.put("a", [price("bitcoin", day, 3, 1)]);
    const original = lake.lake();
    const counts: number[] = [];
    const counted: Lake = {
      ...original,
      showDays: async (change) => {
        await original.showDays(change);
        counts.push(daysIn(await original.shownDays()).length);
      },
    };
    await lake.compact({}, undefined, counted);
    assert.deepEqual(counts, [20, 24]);
    assert.equal(await shown(), "2026-01-01/2026-01-24");
  });

  it("compacts a day again when rows arrive late", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await lake.compact();
    await lake.put("late", [price("ether", "2026-01-30", 4, 2)]);
    const { days } = await lake.compact();
    assert.deepEqual(
      days.map(({ day, outcome, rows }) => [day, outcome, rows]),
      [["2026-01-30", "compacted", 2]],
    );
    assert.deepEqual(await lake.select(VIEW), [
      ["2026-01-30", "03", "bitcoin", "1.0"],
      ["2026-01-30", "04", "ether", "2.0"],
    ]);
  });

  it("keeps the rows of expired csv/ objects when rows arrive late", async () => {
    const expired = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await lake.put("b", [price("bitcoin", "2026-01-30", 5, 7)]);
    await lake.compact();
    await lake.remove(expired);
    assert.deepEqual((await lake.compact()).days, [], "an expired object is no change");
    await lake.put("late", [price("ether", "2026-01-30", 4, 2), price("bitcoin", "2026-01-30", 5, 7)]);
    const { days } = await lake.compact();
    assert.deepEqual(
      days.map(({ outcome, rows }) => [outcome, rows]),
      [["compacted", 3]],
    );
    assert.deepEqual(await lake.select(VIEW), [
      ["2026-01-30", "03", "bitcoin", "1.0"],
      ["2026-01-30", "04", "ether", "2.0"],
      ["2026-01-30", "05", "bitcoin", "7.0"],
    ]);
  });

  it("keeps the rows of expired csv/ objects when rows arrive late more than once", async () => {
    const expired = await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await lake.compact();
    await lake.remove(expired);
    for (const [name, hour] of [
      ["b", 4],
      ["c", 5],
    ] as const) {
      await lake.put(name, [price("ether", "2026-01-30", hour, 2)]);
      await lake.compact();
    }
    assert.deepEqual(await lake.select(VIEW), [
      ["2026-01-30", "03", "bitcoin", "1.0"],
      ["2026-01-30", "04", "ether", "2.0"],
      ["2026-01-30", "05", "ether", "2.0"],
    ]);
  });

  it("postpones a day whose rows keep arriving while it is compacted, and takes it later", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const original = lake.lake();
    let writes = 0;
    const busy: Lake = {
      ...original,
      query: async (sql) => {
        const rows = await original.query(sql);
        if (sql.startsWith("UNLOAD"))
          await lake.put(`busy-${++writes}`, [price("ether", "2026-01-30", 4 + writes, 2)]);
        return rows;
      },
    };
    const { days, behind } = await lake.compact({}, undefined, busy);
    assert.deepEqual(
      days.map(({ outcome }) => outcome),
      ["postponed"],
    );
    assert.equal(behind, 1);
    assert.equal(await shown(), undefined);
    assert.equal((await lake.select(VIEW)).length, 3);
    assert.deepEqual((await lake.compact()).days[0]?.rows, 3);
    assert.equal((await lake.select(VIEW)).length, 3);
  });

  for (const [when, statement] of [
    ["written", "UNLOAD"],
    ["verified", "SELECT"],
  ] as const)
    it(`takes a backfill that arrives while the day is ${when}, and prefers polls to it`, async () => {
      await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
      const original = lake.lake();
      let arrived = false;
      const busy: Lake = {
        ...original,
        query: async (sql) => {
          const rows = await original.query(sql);
          if (sql.startsWith(statement) && !arrived) {
            arrived = true;
            const old = { origin: "backfill" };
            await lake.put("backfill", [
              price("bitcoin", "2026-01-30", 3, 9, old),
              price("ether", "2026-01-30", 4, 2, old),
            ]);
          }
          return rows;
        },
      };
      const { days, behind } = await lake.compact({}, undefined, busy);
      assert.deepEqual([days.map(({ outcome, rows }) => [outcome, rows]), behind], [[["compacted", 2]], 0]);
      assert.deepEqual(await lake.select(VIEW), [
        ["2026-01-30", "03", "bitcoin", "1.0"],
        ["2026-01-30", "04", "ether", "2.0"],
      ]);
      assert.deepEqual((await lake.compact()).days, []);
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

  it("lets one compaction work at a time", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const results = await Promise.allSettled([
      lake.compact({ owner: "one" }),
      lake.compact({ owner: "two" }),
    ]);
    const failed = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
    assert.equal(failed.length, 1);
    assert.match(failed[0] ?? "", /LeaseHeld: another compaction/);
    assert.deepEqual(await lake.select(VIEW), [["2026-01-30", "03", "bitcoin", "1.0"]]);
    assert.deepEqual((await lake.compact()).days, []);
  });

  it("shows a day that an earlier run verified and did not get to show", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    const original = lake.lake();
    const killed: Lake = { ...original, showDays: () => Promise.reject(new Error("killed")) };
    await assert.rejects(lake.compact({}, undefined, killed), /killed/);
    assert.equal(await shown(), undefined);
    assert.deepEqual(
      (await lake.compact()).days.map(({ day, outcome }) => [day, outcome]),
      [["2026-01-30", "shown"]],
    );
    assert.equal(await shown(), "2026-01-30");
  });
});
