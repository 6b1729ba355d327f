import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lake } from "../../../functions/compact/model";
import { price, type TestLake, testLake } from "./lake";
import { withRaw } from "./reconciled";

const DAYS = ["2026-01-28", "2026-01-29", "2026-01-30"];
const KILLS = Number(process.env.COMPACTION_KILLS ?? 50);
/** 1 dies at each call to AWS. */
const CALL_STEP = Number(process.env.COMPACTION_CALL_STEP ?? 1);
/** After so many kills the tagged objects of csv/ expire, so that the rows of earlier kills are in history alone. */
const KILLS_BEFORE_EXPIRY = 3;
const DAY_MS = 86_400_000;
const RANGE = { from: `${DAYS[0]}T00`, to: `${DAYS.at(-1)}T23` };
const VIEW = "SELECT dt, coin_id, price_usd FROM crypto ORDER BY 1, 2";

// A lease of no length expires at once, because the clock stands still while a compaction works.

/** What csv/ has, by day: the rows of the view when it is up to date. */
type Truth = Map<string, string[]>;

describe("A compaction that dies", function () {
  this.timeout(900_000);
  let lake: TestLake;
  let stages: Awaited<ReturnType<typeof withRaw>>;
  let truth: Truth;
  /** Rows that the view of a day may still lack, because they came after the day was compacted. */
  let late: Map<string, string>;

  beforeEach(async () => {
    lake = await testLake();
    stages = await withRaw(lake);
    await lake.expire(7);
    truth = new Map();
    late = new Map();
  });
  afterEach(async () => {
    stages.close();
    await lake.stop();
  });

  async function add(day: string, coin: string): Promise<void> {
    await stages.put(coin, price(coin, day, 3, 1));
    truth.set(day, [...(truth.get(day) ?? []), coin].sort());
  }

  /** Rows of two coins, so many that the day is written as two files. */
  async function addLarge(day: string): Promise<void> {
    const rows = ["a", "b"].flatMap((coin) =>
      Array.from({ length: 1000 }, (_, i) => {
        const event_time = new Date(Date.parse(`${day}T03:00:00Z`) + i * 1000).toISOString();
        return price(coin, day, 3, 1, { name: "n".repeat(960), event_time });
      }),
    );
    await lake.put("large", rows);
    truth.set(day, rows.map(({ coin_id }) => String(coin_id)).sort());
  }

  async function seen(): Promise<Truth> {
    const days: Truth = new Map();
    for (const [dt, coin] of await lake.select(VIEW))
      days.set(String(dt), [...(days.get(String(dt)) ?? []), String(coin)]);
    return days;
  }

  /** Each day is as before its late row or as after it: never half, never twice. */
  async function check(where: string): Promise<void> {
    const view = await seen();
    for (const [day, coins] of truth) {
      const without = coins.filter((coin) => coin !== late.get(day));
      const got = view.get(day) ?? [];
      assert.ok(
        [coins, without].some((allowed) => allowed.join() === got.join()),
        `${where}: ${day} shows ${got.join()}, and csv/ has ${coins.join()}`,
      );
    }
  }

  /** Reconcile finds nothing but the late row of a day that was compacted before it came. Returns the days of history. */
  async function reconciled(where: string): Promise<number> {
    const { findings, daysFromHistory } = await stages.reconcile(RANGE);
    const unexpected = findings.filter(({ stage, hour = "", expected, found }) => {
      const isLate = late.has(hour.slice(0, 10)) && found === expected - 1;
      return !(stage === "view" && isLate);
    });
    assert.deepEqual(unexpected, [], where);
    return daysFromHistory;
  }

  it("leaves the old or the new state at each call to AWS, before and after its effect", async () => {
    await addLarge("2026-01-28");
    for (const day of ["2026-01-29", "2026-01-30"]) await add(day, "a");
    let deaths = 0;
    for (let call = 1; ; call += CALL_STEP) {
      for (const effect of ["before", "after"] as const) {
        const day = DAYS[call % DAYS.length] ?? "";
        const coin = `late-${call}-${effect}`;
        late.set(day, coin);
        await add(day, coin);
        const died = await dieAt(call, effect);
        await check(`call ${call}, ${effect}`);
        const { behind } = await lake.compact({ leaseMilliseconds: 0 });
        assert.equal(behind, 0);
        late.clear();
        await check(`call ${call}, ${effect}, then compacted`);
        if (!died) {
          assert.ok(deaths > 20 / CALL_STEP, `${deaths} deaths`);
          const split = (await lake.keys("history/crypto/dt=2026-01-28/")).filter((key) =>
            key.includes("/key_range=1/"),
          );
          assert.ok(split.length > 0, "the large day is in parts");
          return;
        }
        deaths++;
      }
    }
  });

  /** Compacts until the n-th call, after which nothing works any more. Returns whether it came to that. */
  async function dieAt(n: number, effect: "before" | "after"): Promise<boolean> {
    let calls = 0;
    const dead = new Error("dead");
    const dying =
      <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (++calls > n || (calls === n && effect === "before")) throw dead;
        const result = await call(...args);
        if (calls >= n) throw dead;
        return result;
      };
    const original = lake.lake();
    const { expiry, lease } = original;
    const mortal: Lake = {
      ...original,
      csvDays: dying(original.csvDays),
      csvObjects: dying(original.csvObjects),
      partitions: dying(original.partitions),
      inputsOf: dying(original.inputsOf),
      saveInputs: dying(original.saveInputs),
      query: dying(original.query),
      switchPartition: dying(original.switchPartition),
      shownDays: dying(original.shownDays),
      showDays: dying(original.showDays),
      runFolders: dying(original.runFolders),
      expiry: {
        rules: dying(expiry.rules),
        tag: dying(expiry.tag),
        untag: dying(expiry.untag),
        markTagged: dying(expiry.markTagged),
        saveDays: dying(expiry.saveDays),
      },
      lease: { read: dying(lease.read), write: dying(lease.write) },
    };
    await lake.compact({ leaseMilliseconds: 0 }, undefined, mortal).catch((error: unknown) => {
      if (error !== dead) throw error;
    });
    return calls >= n;
  }

  it(`leaves the old or the new state when its process is killed, ${KILLS} times, and reconciles clean`, async () => {
    for (const day of DAYS) await add(day, "a");
    let finished = 0;
    let fromHistory = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const day = DAYS[kill % DAYS.length] ?? "";
      // Rows that an earlier killed run did not get to are of csv/ too, so only one late row a day is open.
      late.set(day, `late-${kill}`);
      await add(day, `late-${kill}`);
      const child = start();
      await once(child.stdout ?? assert.fail(), "data");
      await sleep((kill * 61) % 900);
      if (child.exitCode !== null) finished++;
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await check(`kill ${kill}`);
      await reconciled(`kill ${kill}`);
      await lake.compact({ leaseMilliseconds: 0, now: () => lake.cloud.clock.now() });
      late.clear();
      await check(`kill ${kill}, then compacted`);
      fromHistory += await reconciled(`kill ${kill}, then compacted`);
      if (kill % KILLS_BEFORE_EXPIRY === 0) {
        await lake.cloud.clock.advanceTo(lake.cloud.clock.now() + 8 * DAY_MS);
        assert.deepEqual(await lake.keys("csv/crypto/"), []);
      }
    }
    assert.ok(finished < KILLS, "some were killed at work");
    assert.ok(fromHistory > 0, "reconcile has read history");
  });

  function start(): ChildProcess {
    const { endpoint, region, credentials } = lake.connection;
    return spawn(
      process.execPath,
      [
        "--require",
        "tsx/cjs",
        join(__dirname, "child.ts"),
        lake.target.database,
        lake.target.workgroup,
        lake.bucket,
        String(lake.cloud.clock.now()),
      ],
      {
        cwd: resolve(__dirname, "../../.."),
        stdio: ["ignore", "pipe", "inherit"],
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: endpoint,
          AWS_REGION: region,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        },
      },
    );
  }
});
