import { strict as assert } from "node:assert";
import { GetTableCommand } from "@aws-sdk/client-glue";
import { daysIn } from "../../../data/history/days";
import { HISTORY_DAYS } from "../../../data/history/layout";
import type { Lake } from "../../../functions/compact/model";
import { crypto, lakesInOneCloud, price, type TestLake } from "./lake";

const VIEW = "SELECT dt, hour, coin_id, price_usd FROM crypto ORDER BY 1, 2, 3";

describe("The compaction of a feed", () => {
  const newLake = lakesInOneCloud([crypto]);
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

  it("reads a day without its partition from csv/ again, says so, and compacts it in the next run", async () => {
    await lake.put("a", [price("bitcoin", "2026-01-30", 3, 1)]);
    await lake.compact();
    const before = await lake.select(VIEW);
    await lake.dropPartition("2026-01-30");
    const reason = "its partition is missing; the view reads csv/, and the next run compacts it";
    const hidden = { day: "2026-01-30", outcome: "hidden", rows: 0, reason };
    assert.deepEqual(await lake.compact({ dryRun: true }), {
      days: [{ ...hidden, outcome: "planned" }],
      behind: 1,
    });
    assert.deepEqual(await lake.compact(), { days: [hidden], behind: 1 });
    assert.deepEqual(await lake.select(VIEW), before);
    assert.equal(await shown(), undefined);
    assert.deepEqual(await lake.compact(), {
      days: [{ day: "2026-01-30", outcome: "compacted", rows: 1, reason: "" }],
      behind: 0,
    });
    assert.equal(await shown(), "2026-01-30");
    assert.deepEqual(await lake.select(VIEW), before);
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
