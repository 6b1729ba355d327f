import { strict as assert } from "node:assert";
import { feeds } from "../../data/feeds";
import { candidatesOf } from "../../functions/store-latest/core";
import { LastSeen } from "../../functions/store-latest/last-seen";
import { type Sink, store, writes } from "../../functions/store-latest/store";
import { coldStart, logged } from "./support/bundle";
import { batch, coin, context, line } from "./support/events";
import { latestTables, storeLines } from "./support/latest-tables";

const crypto = feeds.crypto ?? assert.fail();
const posts = feeds.posts ?? assert.fail();
const at = (minute: number) => `2026-01-02T03:${String(minute).padStart(2, "0")}:00.000Z`;
const signal = () => AbortSignal.timeout(10_000);
const post = (n: number) => ({
  post_id: `p${n}`,
  author: "a",
  text: "t\nu",
  language: null,
  topic: null,
  likes: n,
  reposts: 0,
  sensitive: false,
  posted_at: at(1),
  seen_at: at(2),
});

describe("store-latest", () => {
  const { cloud, newTable } = latestTables();

  it("keeps the newest row of each key, whatever the order of the events", async () => {
    const { TableName, rows } = await newTable(crypto);
    const handler = await coldStart("store-latest", cloud(), { FEED: "crypto", TABLE_NAME: TableName });
    const first = await logged(() =>
      handler(batch(line(coin("aaa", at(10), 10)) + line(coin("bbb", at(10), 20))), context()),
    );
    const second = await logged(() =>
      handler(batch(line(coin("aaa", at(15), 11)), line(coin("bbb", at(5), 19))), context()),
    );
    assert.deepEqual([first.result, second.result], [{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    assert.deepEqual(
      (await rows()).map(({ coin_id, price_usd, event_time }) => [coin_id, price_usd, event_time]).sort(),
      [
        ["aaa", 11, at(15)],
        ["bbb", 20, at(10)],
      ],
    );
    const metrics = second.lines.find((entry) => "_aws" in entry);
    assert.deepEqual([metrics?.Rows, metrics?.Written, metrics?.Skipped], [2, 1, 1]);
  });

  it("costs no write for a row that says nothing new", async () => {
    const { table } = await newTable(crypto);
    const same = { last_updated: at(1) };
    assert.deepEqual(await storeLines(table, crypto, line(coin("aaa", at(10), 10, same))), {
      written: 1,
      skipped: 0,
    });
    assert.deepEqual(await storeLines(table, crypto, line(coin("aaa", at(15), 10, same))), {
      written: 0,
      skipped: 1,
    });
    assert.deepEqual(await storeLines(table, crypto, line(coin("aaa", at(20), 12, same))), {
      written: 1,
      skipped: 0,
    });
  });

  for (const how of writes)
    it(`reads only what it cannot tell from its last writes, and lets the table judge (${how})`, async () => {
      const { table, rows } = await newTable(crypto);
      const lastSeen = new LastSeen();
      const read: string[][] = [];
      const sink: Sink = {
        stored: (asked, abort) => {
          read.push(asked.map(({ coin_id }) => String(coin_id)));
          return table.stored(asked, abort);
        },
        putNewer: (row, abort) => table.putNewer(row, abort),
        putNewerTogether: (asked, abort) => table.putNewerTogether(asked, abort),
        putAll: (asked, abort) => table.putAll(asked, abort),
      };
      const put = (...lines: string[]) =>
        store(
          crypto,
          sink,
          candidatesOf(crypto, batch(...lines).Records).candidates,
          signal(),
          how,
          lastSeen,
        );
      const coins = (minute: number, ...prices: number[]) =>
        prices
          .map((price, i) => line(coin(`coin-${i}`, at(minute), price, { last_updated: at(1) })))
          .join("");
      assert.deepEqual(await put(coins(1, 1, 2)), { written: 2, skipped: 0 });
      assert.deepEqual(await put(coins(2, 10, 2)), { written: 1, skipped: 1 });
      // Another process writes: what this one remembers is wrong from here on.
      await storeLines(table, crypto, coins(9, 90, 91));
      assert.deepEqual(await put(coins(5, 50, 2)), { written: 0, skipped: 2 });
      assert.deepEqual(await put(coins(12, 10, 2)), { written: 2, skipped: 0 });
      assert.deepEqual(read, [["coin-0", "coin-1"], ["coin-1"], ["coin-1"], ["coin-0"]]);
      assert.deepEqual((await rows()).map(({ price_usd, event_time }) => [price_usd, event_time]).sort(), [
        [10, at(12)],
        [2, at(12)],
      ]);
    });

  for (const how of writes)
    it(`replaces an item whose time is in the future: no later row could (${how})`, async () => {
      const { table, rows } = await newTable(crypto);
      const [{ row } = assert.fail()] = candidatesOf(
        crypto,
        batch(line(coin("aaa", at(5), 7))).Records,
      ).candidates;
      await table.putAll([{ ...row, event_time: "2099-01-01T00:00:00.000Z", price_usd: 1 }], signal());
      const { candidates } = candidatesOf(crypto, batch(line(coin("aaa", at(5), 7))).Records);
      assert.deepEqual(await store(crypto, table, candidates, signal(), how), { written: 1, skipped: 0 });
      assert.deepEqual(
        (await rows()).map(({ price_usd, event_time }) => [price_usd, event_time]),
        [[7, at(5)]],
      );
    });

  it("does not store a row whose time is in the future", () => {
    const { candidates, refused } = candidatesOf(
      crypto,
      batch(line(coin("aaa", "2099-01-01T00:00:00.000Z"))).Records,
    );
    assert.deepEqual([candidates, refused], [[], 1]);
  });

  it("remembers a bounded number of rows, the newest seen", () => {
    const lastSeen = new LastSeen(2);
    for (const id of ["a", "b", "a", "c"]) lastSeen.set(id, { id });
    assert.deepEqual(
      ["a", "b", "c"].map((id) => lastSeen.get(id)),
      [{ id: "a" }, undefined, { id: "c" }],
    );
  });

  it("lets the condition refuse an older row that was read as new, and counts it as done", async () => {
    const { table, rows } = await newTable(crypto);
    await storeLines(table, crypto, line(coin("aaa", at(20), 12)));
    const blind: Sink = {
      stored: async () => new Map(),
      putNewer: (row, s) => table.putNewer(row, s),
      putNewerTogether: (all, s) => table.putNewerTogether(all, s),
      putAll: (all, s) => table.putAll(all, s),
    };
    assert.deepEqual(await storeLines(blind, crypto, line(coin("aaa", at(15), 11))), {
      written: 0,
      skipped: 1,
    });
    assert.deepEqual(
      (await rows()).map(({ price_usd }) => price_usd),
      [12],
    );
  });

  it("lets the condition refuse another row of the same time", async () => {
    const { table, rows } = await newTable(crypto);
    await storeLines(table, crypto, line(coin("aaa", at(20), 12)));
    const [{ row } = assert.fail()] = candidatesOf(
      crypto,
      batch(line(coin("aaa", at(20), 13))).Records,
    ).candidates;
    assert.equal(await table.putNewer(row, signal()), false);
    assert.deepEqual(
      (await rows()).map(({ price_usd }) => price_usd),
      [12],
    );
  });

  it("puts rows together in transactions on request, without those that the condition refuses", async () => {
    const { table, rows } = await newTable(crypto);
    const lines = (minute: number) =>
      Array.from({ length: 120 }, (_, i) => line(coin(`coin-${i}`, at(minute), minute)));
    const together = (sink: Sink, ...data: readonly string[]) =>
      store(crypto, sink, candidatesOf(crypto, batch(...data).Records).candidates, signal(), "transactions");
    assert.deepEqual(await together(table, ...lines(10)), { written: 120, skipped: 0 });
    await together(table, line(coin("coin-7", at(30), 30)));
    const blind: Sink = {
      stored: async () => new Map(),
      putNewer: (row, s) => table.putNewer(row, s),
      putNewerTogether: (all, s) => table.putNewerTogether(all, s),
      putAll: (all, s) => table.putAll(all, s),
    };
    assert.deepEqual(await together(blind, ...lines(20)), { written: 119, skipped: 1 });
    assert.deepEqual((await rows()).map(({ price_usd }) => price_usd).sort(), [
      ...Array.from({ length: 119 }, () => 20),
      30,
    ]);
  });

  it("changes nothing when a batch is delivered again", async () => {
    const { table, rows } = await newTable(crypto);
    const lines = Array.from({ length: 120 }, (_, i) => line(coin(`coin-${i}`, at(10), i)));
    assert.deepEqual(await storeLines(table, crypto, ...lines), { written: 120, skipped: 0 });
    const before = await rows();
    assert.deepEqual(await storeLines(table, crypto, ...lines), { written: 0, skipped: 120 });
    assert.deepEqual(await rows(), before);
  });

  /** Names of the warnings that Node prints while this runs. */
  async function warningsOf(work: () => Promise<unknown>): Promise<string[]> {
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on("warning", note);
    await work();
    await new Promise(setImmediate);
    process.off("warning", note);
    return warnings;
  }

  it("logs no warning with many puts in flight", async () => {
    const { TableName, rows } = await newTable(crypto);
    const handler = await coldStart("store-latest", cloud(), { FEED: "crypto", TABLE_NAME: TableName });
    const lines = Array.from({ length: 60 }, (_, i) => line(coin(`coin-${i}`, at(10), i)));
    const warnings = await warningsOf(() => logged(() => handler(batch(...lines), context())));
    assert.equal((await rows()).length, 60);
    assert.deepEqual(warnings, []);
  });

  it("logs no warning on a signal of any caller, whose puts are many or whose batches are many", async () => {
    const latest = await newTable(crypto);
    const lines = Array.from({ length: 60 }, (_, i) => line(coin(`coin-${i}`, at(10), i)));
    const append = await newTable(posts);
    const appended = Array.from({ length: 300 }, (_, i) => line(post(i)));
    const warnings = await warningsOf(async () => {
      await storeLines(latest.table, crypto, ...lines);
      await storeLines(append.table, posts, ...appended);
    });
    assert.deepEqual([(await latest.rows()).length, (await append.rows()).length], [60, 300]);
    assert.deepEqual(warnings, []);
  });

  it("writes once for a key that is in a batch several times", async () => {
    const { table, rows } = await newTable(crypto);
    assert.deepEqual(
      await storeLines(
        table,
        crypto,
        line(coin("aaa", at(10), 1)),
        line(coin("aaa", at(20), 3)) + line(coin("aaa", at(15), 2)),
      ),
      { written: 1, skipped: 0 },
    );
    assert.deepEqual(
      (await rows()).map(({ price_usd }) => price_usd),
      [3],
    );
  });

  it("appends items by key, more than one request takes", async () => {
    const { TableName, rows } = await newTable(posts);
    const handler = await coldStart("store-latest", cloud(), { FEED: "posts", TABLE_NAME: TableName });
    const event = batch(...Array.from({ length: 60 }, (_, i) => line(post(i))));
    for (let again = 0; again < 2; again++)
      assert.deepEqual((await logged(() => handler(event, context()))).result, { batchItemFailures: [] });
    const stored = await rows();
    assert.equal(stored.length, 60);
    assert.deepEqual(
      stored.find(({ post_id }) => post_id === "p7"),
      post(7),
    );
  });
});
