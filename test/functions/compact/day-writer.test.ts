import { strict as assert } from "node:assert";
import type { Lake } from "../../../functions/compact/model";
import { crypto, lakesInOneCloud, NOW, price, type TestLake } from "./lake";

const DAYS = ["2026-01-27", "2026-01-28", "2026-01-29", "2026-01-30"];
const VIEW = "SELECT dt, coin_id, price_usd FROM crypto ORDER BY 1, 2";

describe("The compaction of several days", () => {
  const newLake = lakesInOneCloud([crypto]);
  let lake: TestLake;
  let before: (string | null)[][];

  beforeEach(async () => {
    lake = await newLake();
    for (const day of DAYS) {
      await lake.put("a", [price("bitcoin", day, 3, 1), price("ether", day, 4, 2)]);
      await lake.put("b", [price("bitcoin", day, 3, 1)]);
    }
    before = await lake.select(VIEW);
  });
  afterEach(() => lake.stop());

  /** A lake whose statements are changed before they run; a statement that becomes an error fails. */
  function lakeWith(change: (sql: string) => string | Error | Promise<string | Error>): Lake {
    const original = lake.lake();
    return {
      ...original,
      query: async (sql) => {
        const changed = await change(sql);
        if (changed instanceof Error) throw changed;
        return original.query(changed);
      },
    };
  }

  const outcomes = async (of: Lake) => {
    const { days, behind } = await lake.compact({}, undefined, of);
    return [...days.map(({ day, outcome, rows }) => `${day} ${outcome} ${rows}`), `behind ${behind}`];
  };

  const daysIn = (sql: string) => [...new Set(sql.match(/2026-01-\d\d/g))].sort();

  it("verifies them with one statement", async () => {
    const verified: string[][] = [];
    const of = lakeWith((sql) => {
      if (sql.startsWith("SELECT")) verified.push(daysIn(sql));
      return sql;
    });
    assert.deepEqual(await outcomes(of), [...DAYS.map((day) => `${day} compacted 2`), "behind 0"]);
    assert.deepEqual(verified, [DAYS]);
    assert.deepEqual(await lake.select(VIEW), before);
  });

  it("keeps the old day of a wrong run, and shows the others", async () => {
    const of = lakeWith((sql) =>
      sql.startsWith("UNLOAD") && sql.includes("dt = '2026-01-28'")
        ? sql.replace("\nORDER BY", "\nWHERE price_usd <> 2\nORDER BY")
        : sql,
    );
    assert.deepEqual(await outcomes(of), [
      "2026-01-27 compacted 2",
      "2026-01-28 failed 0",
      "2026-01-29 compacted 2",
      "2026-01-30 compacted 2",
      "behind 1",
    ]);
    assert.deepEqual(await lake.select("SELECT DISTINCT dt FROM crypto_history ORDER BY 1"), [
      ["2026-01-27"],
      ["2026-01-29"],
      ["2026-01-30"],
    ]);
    assert.deepEqual(await lake.select(VIEW), before);
  });

  it("finds rows that were exchanged between two days", async () => {
    const other: Readonly<Record<string, string>> = {
      "2026-01-28": "2026-01-29",
      "2026-01-29": "2026-01-28",
    };
    const of = lakeWith((sql) =>
      sql.startsWith("UNLOAD")
        ? sql.replace(/dt = '(2026-01-2[89])'/, (_, day: string) => `dt = '${other[day]}'`)
        : sql,
    );
    assert.deepEqual(await outcomes(of), [
      "2026-01-27 compacted 2",
      "2026-01-28 failed 0",
      "2026-01-29 failed 0",
      "2026-01-30 compacted 2",
      "behind 2",
    ]);
  });

  it("goes on with the others when one can not be written", async () => {
    const of = lakeWith((sql) =>
      sql.startsWith("UNLOAD") && sql.includes("dt = '2026-01-27'") ? new Error("no capacity") : sql,
    );
    assert.deepEqual(await outcomes(of), [
      "2026-01-27 failed 0",
      "2026-01-28 compacted 2",
      "2026-01-29 compacted 2",
      "2026-01-30 compacted 2",
      "behind 1",
    ]);
    assert.deepEqual(await lake.select(VIEW), before);
  });

  it("verifies each alone when they are too much for one statement", async () => {
    const verified: string[][] = [];
    const of = lakeWith((sql) => {
      if (!sql.startsWith("SELECT")) return sql;
      verified.push(daysIn(sql));
      return daysIn(sql).length > 1 ? new Error("Query exhausted resources at this scale factor") : sql;
    });
    assert.deepEqual(await outcomes(of), [...DAYS.map((day) => `${day} compacted 2`), "behind 0"]);
    assert.deepEqual(verified, [DAYS, ...DAYS.map((day) => [day])]);
  });

  it("writes only those again whose rows arrive while they are verified", async () => {
    const written: string[] = [];
    let arrived = false;
    const of = lakeWith(async (sql) => {
      if (sql.startsWith("UNLOAD")) written.push(...daysIn(sql));
      else if (!arrived) {
        arrived = true;
        await lake.put("late", [price("tether", "2026-01-29", 5, 3)]);
      }
      return sql;
    });
    assert.deepEqual(await outcomes(of), [
      "2026-01-27 compacted 2",
      "2026-01-28 compacted 2",
      "2026-01-29 compacted 3",
      "2026-01-30 compacted 2",
      "behind 0",
    ]);
    assert.deepEqual(written, [...DAYS, "2026-01-29"]);
  });

  it("verifies and shows those that were written when there is no time for another", async () => {
    const written: string[] = [];
    const of = lakeWith((sql) => {
      if (sql.startsWith("UNLOAD")) written.push(...daysIn(sql));
      return sql;
    });
    const { days, behind } = await lake.compact({ hasTime: () => written.length < 2 }, undefined, of);
    assert.deepEqual(written, DAYS.slice(0, 2));
    assert.deepEqual(
      days.map(({ day, outcome }) => `${day} ${outcome}`),
      ["2026-01-27 compacted", "2026-01-28 compacted"],
    );
    assert.equal(behind, 2);
    assert.deepEqual(await lake.select(VIEW), before);
    assert.equal((await lake.compact()).behind, 0);
  });

  it("ends when the lease is refused before they are verified", async () => {
    let statements = 0;
    let refusals = 0;
    const written = () => statements === DAYS.length;
    const original = lake.lake();
    const of: Lake = {
      ...original,
      query: (sql) => {
        statements++;
        return original.query(sql);
      },
      lease: {
        ...original.lease,
        write: async (text, etag) =>
          written() && ++refusals === 1 ? undefined : original.lease.write(text, etag),
      },
    };
    // The lease is old enough to be renewed.
    const now = () => NOW + (written() ? 120_000 : 0);
    await assert.rejects(lake.compact({ now }, undefined, of), { name: "LeaseHeld" });
    assert.equal(statements, DAYS.length);
    assert.deepEqual(await lake.select(VIEW), before);
  });

  it("renews the lease before a statement that has waited for others", async () => {
    for (let day = 10; day < 22; day++) await lake.put("a", [price("bitcoin", `2026-01-${day}`, 3, day)]);
    let time = NOW;
    let renewed = 0;
    const ages: number[] = [];
    const original = lake.lake();
    const of: Lake = {
      ...original,
      query: (sql) => {
        ages.push(time - renewed);
        time += 120_000;
        return original.query(sql);
      },
      lease: {
        ...original.lease,
        write: (text, etag) => {
          renewed = time;
          return original.lease.write(text, etag);
        },
      },
    };
    await lake.compact({ now: () => time }, undefined, of);
    assert.ok(ages.length > 16, `${ages.length} statements`);
    // One of two statements may begin between the other's look at the lease and its beginning.
    assert.ok(Math.max(...ages) <= 120_000, ages.join(" "));
  });

  it("verifies one group at a time, while the next one is written", async () => {
    for (let day = 10; day < 22; day++) await lake.put("a", [price("bitcoin", `2026-01-${day}`, 3, day)]);
    const working = { UNLOAD: 0, SELECT: 0 };
    const most = { UNLOAD: 0, SELECT: 0, both: 0 };
    const original = lake.lake();
    const of: Lake = {
      ...original,
      query: async (sql) => {
        const kind = sql.startsWith("UNLOAD") ? "UNLOAD" : "SELECT";
        most[kind] = Math.max(most[kind], ++working[kind]);
        most.both = Math.max(most.both, working.UNLOAD + working.SELECT);
        try {
          return await original.query(sql);
        } finally {
          working[kind]--;
        }
      },
    };
    await lake.compact({}, undefined, of);
    assert.deepEqual(most, { UNLOAD: 2, SELECT: 1, both: 2 });
  });
});
