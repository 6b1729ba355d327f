import { strict as assert } from "node:assert";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { laneOf } from "../../data/records/pack";
import { RuleBook } from "../../functions/evaluate-rules/core";
import { evaluate } from "../../functions/evaluate-rules/evaluate";
import { LookBack } from "../../functions/evaluate-rules/look-back";
import { Conflict, type LookBackTable } from "../../functions/evaluate-rules/look-back-table";
import { readRules } from "../../functions/evaluate-rules/read-rules";
import { batch, coin, line } from "./support/events";

const crypto = feeds.crypto as FeedDefinition;
const HOUR = 3_600_000;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString();
const priced = (id: string, minute: number, price: number) => line(coin(id, at(minute), price));

/** Alerts on a coin that lost 15 % within an hour, once in 6 hours. */
const rules = readRules(
  crypto,
  {
    feed: "crypto",
    rules: [
      {
        name: "crash",
        description: "d",
        severity: "critical",
        once: "6h",
        when: {
          fact: "price_usd",
          measure: "percentChange",
          over: "1h",
          operator: "lessThanInclusive",
          value: -15,
        },
        message: "m",
      },
    ],
  },
  new Map(),
);

describe("The look-back that a container keeps", () => {
  let items: Map<string, { version: number; bytes: Uint8Array }>;
  let reads: string[];
  let refused: Set<string>;
  let published: string[];
  let failing: boolean;
  let now: number;

  beforeEach(() => {
    items = new Map();
    reads = [];
    refused = new Set();
    published = [];
    failing = false;
    now = Date.UTC(2026, 0, 2, 4);
  });

  const table: Pick<LookBackTable, "read" | "write"> = {
    read: async (bucket) => {
      reads.push(bucket);
      return items.get(bucket);
    },
    write: async (bucket, version, bytes) => {
      if (refused.has(bucket)) throw new Error(`${bucket} is refused`);
      if ((items.get(bucket)?.version ?? 0) !== version) throw new Conflict();
      items.set(bucket, { version: version + 1, bytes });
    },
  };

  /** A new container. Returns [published, repeated, retried from] of a batch. */
  function container(buckets = 1) {
    const book = new RuleBook(crypto, rules, new Map());
    const lookBack = new LookBack(table as LookBackTable, book, buckets, () => now);
    const publisher = {
      publish: async ({ id }: { id: string }) => {
        if (failing) throw new Error("the topic refuses");
        published.push(id);
        return true;
      },
    };
    return async (...lines: string[]) => {
      const outcome = await evaluate(
        { feed: crypto, book, publisher, lookBack },
        batch(...lines).Records,
        new AbortController().signal,
      );
      return [outcome.published, outcome.repeated, outcome.reason];
    };
  }

  it("is not read again while no critical rule matches", async () => {
    const run = container();
    await run(priced("aave", 0, 100));
    await run(priced("aave", 5, 99));
    assert.deepEqual(await run(priced("aave", 10, 98)), [0, 0, undefined]);
    assert.deepEqual(reads, ["0"]);
    assert.equal(items.get("0")?.version, 3);
  });

  it("is read before an alert, and not for the alerts after it that were sent", async () => {
    const run = container();
    await run(priced("aave", 0, 100));
    assert.deepEqual(await run(priced("aave", 5, 80)), [1, 0, undefined]);
    assert.deepEqual(reads, ["0", "0"]);
    assert.deepEqual(await run(priced("aave", 10, 79)), [0, 1, undefined]);
    assert.deepEqual(reads, ["0", "0"]);
    assert.deepEqual(published, ["crash/aave/2026-01-02T00:00:00.000Z"]);
  });

  it("misses no alert that only the stored past shows", async () => {
    const [first, second] = [container(), container()];
    await first(priced("aave", 10, 100));
    await second(priced("aave", 5, 130));
    // 15 % below the price that the other container had, and not below its own.
    assert.deepEqual(await first(priced("aave", 15, 105)), [1, 0, undefined]);
    assert.deepEqual(published, ["crash/aave/2026-01-02T00:00:00.000Z"]);
  });

  it("sends no alert that another container sent", async () => {
    const [first, second] = [container(), container()];
    await first(priced("aave", 0, 100));
    assert.deepEqual(await second(priced("aave", 5, 80)), [1, 0, undefined]);
    assert.deepEqual(await first(priced("aave", 10, 80)), [0, 1, undefined]);
    assert.equal(published.length, 1);
  });

  it("sends no alert that the stored past refutes", async () => {
    const [first, second] = [container(), container()];
    await first(priced("aave", 5, 100));
    await second(priced("aave", 0, 90));
    assert.deepEqual(await first(priced("aave", 10, 84)), [0, 0, undefined]);
    assert.deepEqual(published, []);
  });

  it("is the stored past again after a conflict, with the rows of both containers", async () => {
    const [first, second] = [container(), container()];
    await first(priced("aave", 0, 100));
    await second(priced("aave", 5, 99), priced("maker", 5, 50));
    assert.deepEqual(await first(priced("aave", 10, 98)), [0, 0, undefined]);
    assert.deepEqual(await container()(priced("aave", 15, 84), priced("maker", 15, 40)), [2, 0, undefined]);
  });

  it("is read for each batch of a bucket that another container writes too", async () => {
    const [first, second] = [container(), container()];
    await first(priced("aave", 0, 100));
    await second(priced("aave", 5, 99));
    await first(priced("aave", 10, 98));
    reads = [];
    await first(priced("aave", 15, 97));
    await first(priced("aave", 20, 96));
    assert.deepEqual(reads, ["0", "0"]);
  });

  it("is read again after a save of some buckets failed", async () => {
    const [saved, unsaved] = ["aave", "maker"].map((id) => String(laneOf(id, 4)));
    assert.notEqual(saved, unsaved);
    const run = container(4);
    await run(priced("aave", 0, 100), priced("maker", 0, 100));
    reads = [];
    refused.add(String(unsaved));
    const lines = [priced("aave", 5, 99), priced("maker", 5, 99)];
    assert.deepEqual(await run(...lines), [0, 0, `Error: ${unsaved} is refused`]);
    refused.clear();
    // The retry.
    assert.deepEqual(await run(...lines), [0, 0, undefined]);
    assert.deepEqual(reads, [unsaved]);
    assert.deepEqual(
      [saved, unsaved].map((bucket) => items.get(String(bucket))?.version),
      [3, 2],
    );
    assert.deepEqual(await container(4)(priced("aave", 10, 84), priced("maker", 10, 84)), [2, 0, undefined]);
  });

  it("is not used when the table may have deleted the item", async () => {
    const run = container();
    await run(priced("aave", 0, 100));
    now += 25 * HOUR - 1;
    await run(priced("aave", 5, 99));
    assert.deepEqual(reads, ["0"]);
    now += 25 * HOUR;
    items.clear();
    await run(priced("aave", 10, 98));
    assert.equal(items.get("0")?.version, 1);
    await run(priced("aave", 15, 97));
    assert.deepEqual(reads, ["0", "0"], "the item was saved without a conflict");
  });

  it("is not saved as alerted before the alert is published", async () => {
    const run = container();
    await run(priced("aave", 0, 100));
    failing = true;
    const lines = [priced("aave", 5, 80)];
    assert.deepEqual(await run(...lines), [0, 0, "Error: the topic refuses"]);
    failing = false;
    assert.deepEqual(await run(...lines), [1, 0, undefined]);
    assert.deepEqual(await container()(...lines), [0, 1, undefined]);
  });

  it("remembers an alert for an hour after its last repetition", async () => {
    const run = container();
    await run(priced("aave", 0, 100));
    await run(priced("aave", 5, 80));
    // The period of the alert ends at 6:00. At 7:01 its id would be forgotten without the repetition.
    await run(priced("tron", 239, 1));
    await run(priced("tron", 241, 1), priced("aave", 6, 80));
    assert.deepEqual(await run(priced("aave", 7, 80)), [0, 1, undefined]);
  });
});
