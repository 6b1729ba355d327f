import { strict as assert } from "node:assert";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Row } from "../../../data/feeds";
import type { ImportLake } from "../../../functions/compact/import";
import { startPricelake } from "../../pipeline/command";
import { temporaryDirectory } from "../../support/temporary";
import { importRows } from "./imported";
import { price, type TestLake, testLake } from "./lake";

const KILLS = Number(process.env.IMPORT_KILLS ?? 12);
/** 1 dies at each call to AWS. An odd number keeps the deaths before and after a call in turn. */
const CALL_STEP = Number(process.env.IMPORT_CALL_STEP ?? 1);
const old = { origin: "backfill" };

describe("An import, whatever happens", function () {
  this.timeout(600_000);
  let lake: TestLake;
  beforeEach(async () => {
    lake = await testLake({ env: "local" });
  });
  afterEach(() => lake.stop());

  it("gives the same view whatever is imported twice, in parts or in another order", async () => {
    const days = ["2026-01-28", "2026-01-29", "2026-01-30"];
    const row = fc
      .record({
        coin: fc.constantFrom("a", "b"),
        day: fc.constantFrom(...days),
        hour: fc.integer({ min: 0, max: 3 }),
        usd: fc.constantFrom(1, 2, 0.1),
        origin: fc.constantFrom("poll", "backfill"),
      })
      .map(({ coin, day, hour, usd, origin }) => price(coin, day, hour, usd, { origin }));
    const best = (rows: readonly Row[]) => {
      const byKey = new Map<string, Row>();
      for (const each of rows) {
        const key = `${each.event_time} ${each.coin_id}`;
        const rank = ({ origin, price_usd }: Row) => `${origin} ${price_usd}`;
        const found = byKey.get(key);
        if (!found || rank(each) > rank(found)) byKey.set(key, each);
      }
      return [...byKey.values()].map((each) => `${each.event_time} ${each.coin_id} ${each.price_usd}`).sort();
    };
    const seen = async () =>
      (await lake.select("SELECT to_iso8601(event_time), coin_id, price_usd FROM crypto"))
        .map(([time, coin, usd]) => `${time}Z ${coin} ${Number(usd)}`)
        .sort();
    const imports = fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(imports, async (parts) => {
        await lake.stop();
        lake = await testLake();
        for (const part of parts) await importRows(lake, part);
        const expected = best(parts.flat());
        assert.deepEqual(await seen(), expected);
        for (const part of parts) {
          const again = await importRows(lake, [...part].reverse());
          assert.ok(again.every(({ outcome }) => outcome === "unchanged"));
        }
        assert.deepEqual(await seen(), expected);
      }),
      { numRuns: 4 },
    );
  });

  const DAYS = ["2026-01-28", "2026-01-29", "2026-01-30"];
  /** The first day has rows in history, the second in csv/, the third none. */
  async function fill(): Promise<void> {
    await lake.put(
      "a",
      DAYS.slice(0, 2).map((day) => price("bitcoin", day, 3, 7)),
    );
    await lake.compact({ to: DAYS[0] });
  }
  const imported = DAYS.flatMap((day) => [price("bitcoin", day, 3, 1, old), price("ether", day, 4, 2, old)]);
  const before: Readonly<Record<string, string>> = { "2026-01-28": "7", "2026-01-29": "7", "2026-01-30": "" };
  const after: Readonly<Record<string, string>> = {
    "2026-01-28": "7 2",
    "2026-01-29": "7 2",
    "2026-01-30": "1 2",
  };

  async function days(): Promise<Record<string, string>> {
    const found: Record<string, string> = Object.fromEntries(DAYS.map((day) => [day, ""]));
    for (const [dt, usd] of await lake.select("SELECT dt, price_usd FROM crypto ORDER BY dt, hour, coin_id"))
      found[String(dt)] = `${found[String(dt)]} ${Number(usd)}`.trim();
    return found;
  }

  async function check(where: string): Promise<void> {
    for (const [day, prices] of Object.entries(await days()))
      assert.ok([before[day], after[day]].includes(prices), `${where}: ${day} shows "${prices}"`);
  }

  it("leaves each day as before or as after when it dies at any call to AWS, and the next one does the rest", async () => {
    let deaths = 0;
    for (let call = 1, died = true; died; call += CALL_STEP) {
      // Alternating, because each death takes a lake of its own.
      const effect = call % 2 === 0 ? "before" : "after";
      await fill();
      died = await dieAt(call, effect);
      await check(`call ${call}, ${effect}`);
      await lake.compact({ leaseMilliseconds: 0 });
      await check(`call ${call}, ${effect}, then compacted`);
      await importRows(lake, imported, { leaseMilliseconds: 0 });
      assert.deepEqual(await days(), after, `call ${call}, ${effect}, then imported`);
      await lake.stop();
      lake = await testLake({ env: "local" });
      deaths += died ? 1 : 0;
    }
    assert.ok(deaths > 20 / CALL_STEP, `${deaths} deaths`);
  });

  /** Imports until the n-th call, after which nothing works any more. Returns whether it came to that. */
  async function dieAt(n: number, effect: "before" | "after"): Promise<boolean> {
    let calls = 0;
    const dead = new Error("dead");
    const dying = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (of, name) => {
          const value: unknown = Reflect.get(of, name);
          if (typeof value === "object" && value !== null) return dying(value);
          if (typeof value !== "function" || name === "locationOf") return value;
          return async (...args: unknown[]) => {
            if (++calls > n || (calls === n && effect === "before")) throw dead;
            const result: unknown = await Reflect.apply(value, of, args);
            if (calls >= n) throw dead;
            return result;
          };
        },
      });
    const mortal: ImportLake = dying(lake.lake());
    await importRows(lake, imported, { leaseMilliseconds: 0 }, mortal).catch((error: unknown) => {
      if (error !== dead) throw error;
    });
    return calls >= n;
  }

  it(`leaves each day as before or as after when its process is killed, ${KILLS} times`, async () => {
    const dir = temporaryDirectory();
    try {
      const path = join(dir.path, "rows.ndjson");
      writeFileSync(path, imported.map((row) => `${JSON.stringify(row)}\n`).join(""));
      await fill();
      for (let kill = 1; kill <= KILLS; kill++) {
        const child = startPricelake(lake.cloud, ["import", path, "--feed", "crypto"]);
        const exit = once(child, "exit");
        await sleep(700 + ((kill * 97) % 1500));
        child.kill("SIGKILL");
        await exit;
        await check(`kill ${kill}`);
      }
      await importRows(lake, imported, { leaseMilliseconds: 0, now: () => Date.now() + 3_600_000 });
      assert.deepEqual(await days(), after);
    } finally {
      dir.remove();
    }
  });
});
