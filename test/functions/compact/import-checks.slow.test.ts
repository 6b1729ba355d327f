import { strict as assert } from "node:assert";
import type { Row } from "../../../data/feeds";
import { importRows } from "./imported";
import { price, type TestLake, testLake } from "./lake";

const VIEW = "SELECT dt, hour, coin_id, price_usd, origin FROM crypto ORDER BY 1, 2, 3";
const old = { origin: "backfill" };

describe("An import into history", () => {
  let lake: TestLake;
  beforeEach(async () => {
    lake = await testLake();
  });
  afterEach(() => lake.stop());

  const outcomes = async (
    ...args: Parameters<typeof importRows> extends [unknown, ...infer Rest] ? Rest : never
  ) => (await importRows(lake, ...args)).map(({ day, outcome, rows }) => `${day} ${outcome} ${rows}`);

  it("writes days without rows, also from before the lake, and the view shows them", async () => {
    const rows = [
      price("bitcoin", "2009-01-03", 18, 0.5, old),
      price("bitcoin", "2026-01-30", 3, 1, old),
      price("bitcoin", "2026-01-30", 3, 1, old),
      price("ether", "2026-01-30", 4, 1e-9, old),
    ];
    assert.deepEqual(await outcomes(rows), ["2009-01-03 new 1", "2026-01-30 new 2"]);
    assert.deepEqual(await lake.select(VIEW), [
      ["2009-01-03", "18", "bitcoin", "0.5", "backfill"],
      ["2026-01-30", "03", "bitcoin", "1.0", "backfill"],
      ["2026-01-30", "04", "ether", "1.0E-9", "backfill"],
    ]);
    const { days } = JSON.parse(
      JSON.stringify({ days: await lake.select("SELECT count(*) FROM crypto_history") }),
    ) as { days: unknown };
    assert.deepEqual(days, [["3"]]);
  });

  it("changes nothing when the same rows are imported again, in another order", async () => {
    const rows = [price("bitcoin", "2026-01-29", 3, 1, old), price("ether", "2026-01-30", 4, 2, old)];
    await outcomes(rows);
    const keys = await lake.keys("history/");
    assert.deepEqual(await outcomes([...rows].reverse()), [
      "2026-01-29 unchanged 1",
      "2026-01-30 unchanged 1",
    ]);
    assert.deepEqual(await lake.keys("history/"), keys);
  });

  it("merges with rows of csv/ and of history by the contract's preference, and a later import keeps them", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-29", 3, 7), price("bitcoin", "2026-01-30", 3, 8)]);
    await lake.compact({ to: "2026-01-29" });
    const rows = ["2026-01-29", "2026-01-30"].flatMap((day) => [
      price("bitcoin", day, 3, 1, old),
      price("ether", day, 4, 2, old),
    ]);
    assert.deepEqual(await outcomes(rows), ["2026-01-29 merged 2", "2026-01-30 merged 2"]);
    await outcomes([price("solana", "2026-01-29", 5, 3, old)]);
    const day = (dt: string, poll: string) => [
      [dt, "03", "bitcoin", poll, "poll"],
      [dt, "04", "ether", "2.0", "backfill"],
    ];
    const expected = [
      ...day("2026-01-29", "7.0"),
      ["2026-01-29", "05", "solana", "3.0", "backfill"],
      ...day("2026-01-30", "8.0"),
    ];
    assert.deepEqual(await lake.select(VIEW), expected);
    assert.deepEqual(await outcomes(rows), ["2026-01-29 unchanged 2", "2026-01-30 unchanged 2"]);
    assert.deepEqual((await lake.compact()).days, []);
    assert.deepEqual(await lake.select(VIEW), expected);
  });

  it("keeps imported rows when the day gets rows in csv/ afterwards", async () => {
    await outcomes([price("bitcoin", "2026-01-30", 3, 1, old), price("ether", "2026-01-30", 4, 2, old)]);
    await lake.put("late", [price("bitcoin", "2026-01-30", 3, 9)]);
    assert.deepEqual(
      (await lake.compact()).days.map(({ outcome, rows }) => [outcome, rows]),
      [["compacted", 2]],
    );
    assert.deepEqual(await lake.select(VIEW), [
      ["2026-01-30", "03", "bitcoin", "9.0", "poll"],
      ["2026-01-30", "04", "ether", "2.0", "backfill"],
    ]);
  });

  it("restores a verified run that lost its partition before it merges", async () => {
    await outcomes([price("bitcoin", "2026-01-30", 3, 1, old)]);
    await lake.dropPartition("2026-01-30");
    assert.deepEqual(await outcomes([price("ether", "2026-01-30", 4, 2, old)]), ["2026-01-30 merged 1"]);
    assert.deepEqual(
      (await lake.select(VIEW)).map(([, , coin]) => coin),
      ["bitcoin", "ether"],
    );
  });

  it("shows rows of csv/ too when it died before it showed the day, and rows arrived then", async () => {
    const rows = [price("ether", "2026-01-30", 4, 2, old)];
    const of = lake.lake();
    const dead = new Error("dead");
    await assert.rejects(importRows(lake, rows, {}, { ...of, showDays: () => Promise.reject(dead) }), dead);
    await lake.put("late", [price("bitcoin", "2026-01-30", 3, 9)]);
    assert.deepEqual(await outcomes(rows), ["2026-01-30 merged 1"]);
    assert.deepEqual(
      (await lake.select(VIEW)).map(([, , coin]) => coin),
      ["bitcoin", "ether"],
    );
  });

  it("leaves out days that are not over", async () => {
    const rows = [price("bitcoin", "2026-01-31", 3, 1, old), price("bitcoin", "2026-02-01", 3, 1, old)];
    assert.deepEqual(await outcomes(rows), ["2026-02-01 open 1", "2026-01-31 new 1"]);
    assert.equal((await lake.select(VIEW)).length, 1);
  });

  it("writes nothing in a dry run", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-29", 3, 7)]);
    const rows = ["2026-01-29", "2026-01-30"].map((day) => price("ether", day, 3, 1, old));
    assert.deepEqual(await outcomes(rows, { dryRun: true }), ["2026-01-29 merged 1", "2026-01-30 new 1"]);
    assert.deepEqual(await lake.keys("history/"), []);
  });

  const mutants: Readonly<Record<string, (row: Row) => Row[]>> = {
    "lacks a row": (row) => (row.coin_id === "ether" ? [] : [row]),
    "has another price": (row) => [row.coin_id === "ether" ? { ...row, price_usd: 2.0000000000000004 } : row],
    "has a figure that the files lack": (row) => [{ ...row, market_cap_usd: 0 }],
  };
  for (const [what, mutate] of Object.entries(mutants))
    it(`shows no day whose Parquet ${what}`, async () => {
      const rows = [price("bitcoin", "2026-01-30", 3, 1, old), price("ether", "2026-01-30", 4, 2, old)];
      const other = await testLake();
      try {
        await importRows(other, rows.flatMap(mutate));
        const [key = ""] = (await other.keys("history/")).filter((each) => each.endsWith(".parquet"));
        const wrong = await other.read(key);
        const [result] = await importRows(lake, rows, { parquetOf: () => Promise.resolve(wrong) });
        assert.equal(result?.outcome, "failed");
        assert.match(
          result?.reason ?? "",
          /the run has \d rows, not the 2 rows of the files; nothing was imported/,
        );
        assert.deepEqual(await lake.select(VIEW), []);
      } finally {
        await other.stop();
      }
    });
});
