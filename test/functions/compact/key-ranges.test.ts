import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Lake } from "../../../functions/compact/model";
import { temporaryDirectory } from "../../support/temporary";
import { importRows } from "./imported";
import { crypto, lakesInOneCloud, price, type TestLake } from "./lake";

/** Rows of a thousand bytes, so that few of them are a large day. */
const LONG = "n".repeat(960);
const COINS = ["ada", "bitcoin", "dot", "ether", "o'coin", "solana", "tether", "xrp"];

describe("The compaction of a large day", function () {
  this.timeout(60_000);
  const newLake = lakesInOneCloud([crypto]);
  let lake: TestLake;

  beforeEach(async () => {
    lake = await newLake();
  });
  afterEach(() => lake.stop());

  /** Rows of coins, as many of each, with prices of one to `count`. */
  const rowsOf = (day: string, coins: readonly string[], count: number, name: (i: number) => string) =>
    coins.flatMap((coin) =>
      Array.from({ length: count }, (_, i) => {
        const event_time = new Date(Date.parse(`${day}T03:00:00Z`) + i * 1000).toISOString();
        return price(coin, day, 3, i + 1, { name: name(i), event_time });
      }),
    );

  const putDay = (day: string, coins: readonly string[], count: number, name = () => LONG) =>
    lake.put("a", rowsOf(day, coins, count, name));

  /** The keys of a day's files, without folder markers and lists. */
  const filesOf = async (day: string): Promise<string[]> =>
    (await lake.keys(`history/crypto/dt=${day}/`)).filter((key) => !key.includes("/_"));

  const folderOf = (key: string) => key.split("/").at(-2);

  /** Each file as DuckDB reads it alone: folder, first and last coin, rows, rows before their predecessor. */
  async function read(keys: readonly string[]): Promise<string[]> {
    const { path, remove } = temporaryDirectory();
    const duck = await (await DuckDBInstance.create()).connect();
    try {
      const lines: string[] = [];
      for (const [i, key] of keys.entries()) {
        const file = join(path, `${i}.parquet`);
        writeFileSync(file, await lake.read(key));
        const rows = await duck.runAndReadAll(
          `SELECT min(coin_id), max(coin_id), count(*), count_if(before > (coin_id, event_time)), count(DISTINCT row_group) FROM (
            SELECT coin_id, event_time, lag((coin_id, event_time)) OVER (ORDER BY file_row_number) AS before,
              (SELECT count(DISTINCT row_group_id) FROM parquet_metadata('${file}')) AS row_group
            FROM read_parquet('${file}', file_row_number = true))`,
        );
        const columns = await duck.runAndReadAll(
          `SELECT column_name FROM (DESCRIBE SELECT * FROM '${file}')`,
        );
        assert.ok(!columns.getRows().some(([name]) => name === "key_range"));
        lines.push([folderOf(key), ...(rows.getRows()[0] ?? [])].join(" "));
      }
      return lines.sort();
    } finally {
      duck.closeSync();
      remove();
    }
  }

  it("writes sorted files of disjoint ranges of the key, which are the day together", async () => {
    await putDay("2026-01-30", COINS, 1250);
    await putDay("2026-01-31", COINS, 10);
    const before = await lake.select(
      "SELECT dt, coin_id, count(*), sum(price_usd) FROM crypto GROUP BY 1, 2",
    );
    assert.deepEqual(
      (await lake.compact()).days.map(({ day, outcome, rows }) => [day, outcome, rows]),
      [
        ["2026-01-30", "compacted", 10_000],
        ["2026-01-31", "compacted", 80],
      ],
    );
    const files = await filesOf("2026-01-30");
    assert.deepEqual(await read(files), [
      "key_range=0 ada bitcoin 2500 0 1",
      "key_range=1 dot ether 2500 0 1",
      "key_range=2 o'coin solana 2500 0 1",
      "key_range=3 tether xrp 2500 0 1",
    ]);
    assert.deepEqual((await filesOf("2026-01-31")).map(folderOf), ["run-1"]);
    const after = await lake.select("SELECT dt, coin_id, count(*), sum(price_usd) FROM crypto GROUP BY 1, 2");
    assert.deepEqual(after.sort(), before.sort());
    assert.deepEqual(
      await lake.select(
        "SELECT coin_id, count(*), sum(price_usd) FROM crypto WHERE dt = '2026-01-30' GROUP BY 1 ORDER BY 1",
      ),
      COINS.map((coin) => [coin, "1250", "781875.0"]),
    );
  });

  it("lets a query for one coin read the chunks of its range alone", async () => {
    await putDay("2026-01-30", COINS, 1250);
    await lake.compact();
    const scanned = (where: string) =>
      lake.scanned(`SELECT max(price_usd) FROM crypto WHERE dt = '2026-01-30'${where}`);
    const [all, one] = [await scanned(""), await scanned(" AND coin_id = 'dot'")];
    assert.ok(one > 0 && one < 0.4 * all, `${one} of ${all}`);
  });

  it("has a place for coins that are new, below, between and above those of the newest day", async () => {
    const other = ["aaa", "chainlink", "zcash"];
    await putDay("2026-01-29", [...COINS, ...other], 910);
    await putDay("2026-01-30", COINS, 1250);
    await lake.compact();
    assert.deepEqual(await read(await filesOf("2026-01-29")), [
      "key_range=0 aaa chainlink 3640 0 1",
      "key_range=1 dot ether 1820 0 1",
      "key_range=2 o'coin solana 1820 0 1",
      "key_range=3 tether zcash 2730 0 1",
    ]);
  });

  it("has rows without a key in the last range", async () => {
    await putDay("2026-01-30", COINS, 320);
    await lake.put("b", [price("", "2026-01-30", 4, 7)]);
    const [day] = (await lake.compact()).days;
    assert.deepEqual([day?.outcome, day?.rows], ["compacted", 2561]);
    assert.deepEqual(await read(await filesOf("2026-01-30")), [
      "key_range=0 ada ether 1280 0 1",
      "key_range=1 o'coin xrp 1281 0 1",
    ]);
    const lost = "SELECT hour, price_usd FROM crypto WHERE coin_id IS NULL";
    assert.deepEqual(await lake.select(lost), [["04", "7.0"]]);
  });

  it("splits a day with rows that are imported into it", async () => {
    await putDay("2026-01-30", COINS, 320);
    await lake.compact();
    const [result] = await importRows(lake, [price("bnb", "2026-01-30", 4, 7, { origin: "backfill" })]);
    assert.equal(result?.outcome, "merged");
    const runs = (await filesOf("2026-01-30")).filter((key) => key.includes("/import-"));
    const written = runs.filter((key) => !key.endsWith("/rows.parquet"));
    assert.deepEqual(await read(written), [
      "key_range=0 ada ether 1281 0 1",
      "key_range=1 o'coin xrp 1280 0 1",
    ]);
  });

  it("asks for the ranges once, of the newest large day", async () => {
    for (const day of ["2026-01-27", "2026-01-28", "2026-01-29"]) await putDay(day, COINS, 320);
    await putDay("2026-01-30", COINS, 3);
    const original = lake.lake();
    const asked: string[] = [];
    const listening: Lake = {
      ...original,
      query: (sql) => {
        if (sql.startsWith("SELECT min(")) asked.push(...(sql.match(/dt = '[^']*'/g) ?? []));
        return original.query(sql);
      },
    };
    await lake.compact({}, undefined, listening);
    assert.deepEqual(asked, ["dt = '2026-01-29'"]);
    for (const day of ["2026-01-27", "2026-01-28", "2026-01-29"])
      assert.deepEqual((await filesOf(day)).map(folderOf).sort(), ["key_range=0", "key_range=1"]);
  });

  it("writes one file a day when the ranges cannot be read", async () => {
    await putDay("2026-01-30", COINS, 320);
    const original = lake.lake();
    const failing: Lake = {
      ...original,
      query: (sql) =>
        sql.startsWith("SELECT min(") ? Promise.reject(new Error("no answer")) : original.query(sql),
    };
    const { days } = await lake.compact({}, undefined, failing);
    assert.deepEqual(
      days.map(({ outcome, rows }) => [outcome, rows]),
      [["compacted", 2560]],
    );
    assert.deepEqual((await filesOf("2026-01-30")).map(folderOf), ["run-1"]);
  });

  it("splits a day again whose csv/ has expired and that gets a late row", async () => {
    // Text that is as long in Parquet as half of it.
    let digest = "";
    const random = () =>
      Array.from({ length: 15 }, () => (digest = createHash("sha256").update(digest).digest("hex"))).join("");
    const expired = await putDay("2026-01-30", COINS, 320, random);
    await lake.compact();
    await lake.remove(expired);
    await lake.put("late", [price("bnb", "2026-01-30", 4, 7)]);
    assert.deepEqual(
      (await lake.compact()).days.map(({ outcome, rows }) => [outcome, rows]),
      [["compacted", 2561]],
    );
    const files = (await filesOf("2026-01-30")).filter((key) => key.includes("/run-2/"));
    assert.deepEqual(await read(files), [
      "key_range=0 ada dot 961 0 1",
      "key_range=1 ether solana 960 0 1",
      "key_range=2 tether xrp 640 0 1",
    ]);
  });

  it("tags the files of a replaced run in their folders too", async () => {
    await lake.expire(7);
    await putDay("2026-01-30", COINS, 320);
    await lake.compact();
    const replaced = (await filesOf("2026-01-30")).filter((key) => key.includes("/run-1/"));
    assert.equal(replaced.length, 2);
    await lake.put("late", [price("zcash", "2026-01-30", 4, 7)]);
    const DAY_MS = 86_400_000;
    const now = () => lake.cloud.clock.now();
    await lake.compact({ now });
    await lake.cloud.clock.advanceTo(now() + 2 * DAY_MS);
    await lake.compact({ now });
    await lake.cloud.clock.advanceTo(now() + 2 * DAY_MS);
    const left = await filesOf("2026-01-30");
    assert.deepEqual(left.map((key) => key.split("/").slice(3, 5).join("/")).sort(), [
      "run-2/key_range=0",
      "run-2/key_range=1",
    ]);
  });
});
