import { strict as assert } from "node:assert";
import { findFrom, findNewest, type ReadRecord, type Shards } from "../../console/pages/kinesis/reader";

const NOW = Date.UTC(2026, 0, 15, 12);
const DAY = 86_400_000;

/** Shards in memory that are read in batches. `reads` counts the records that were returned. */
function shardsOf(records: readonly ReadRecord[], batch = 1000) {
  const state = { reads: 0 };
  const shards: Shards = {
    iterator: async (shard, position) => {
      const of = records.filter((record) => record.shard === shard);
      const at = position.kind === "AT_TIMESTAMP" && "at" in position ? position.at : 0;
      return `${shard} ${of.findIndex(({ arrival }) => arrival >= at) < 0 ? of.length : of.findIndex(({ arrival }) => arrival >= at)}`;
    },
    records: async (shard, iterator) => {
      const of = records.filter((record) => record.shard === shard);
      const from = Number(iterator.split(" ")[1]);
      const part = of.slice(from, from + batch);
      state.reads += part.length;
      const end = from + part.length;
      return { records: part, next: `${shard} ${end}`, behindMillis: end < of.length ? 1 : 0 };
    },
  };
  return { shards, state };
}

const record = (arrival: number, index: number, shard = "s"): ReadRecord => ({
  shard,
  arrival,
  sequence: String(1000 + index),
  partitionKey: `key-${index}`,
  data: "",
});

const search = (more = {}) => ({
  shards: ["s"],
  now: NOW,
  oldest: NOW - DAY,
  matches: () => true,
  wanted: 3,
  most: 100_000,
  signal: new AbortController().signal,
  ...more,
});

describe("Reading a stream's newest records", () => {
  it("returns them newest first", async () => {
    const { shards } = shardsOf([0, 1, 2, 3, 4].map((index) => record(NOW - 50_000 + index * 1000, index)));
    const { records } = await findNewest(shards, search());
    assert.deepEqual(
      records.map(({ sequence }) => sequence),
      ["1004", "1003", "1002", "1001", "1000"],
    );
  });

  it("looks back as far as needed, and reads no record twice", async () => {
    const all = Array.from({ length: 20 }, (_, index) => record(NOW - (20 - index) * 3_600_000, index));
    const { shards, state } = shardsOf(all);
    const { records, scanned } = await findNewest(
      shards,
      search({ matches: (each: ReadRecord) => each.partitionKey === "key-2" }),
    );
    assert.deepEqual(
      records.map(({ partitionKey }) => partitionKey),
      ["key-2"],
    );
    assert.equal(scanned, 20);
    assert.ok(state.reads < 60, `${state.reads} reads`);
  });

  it("reads little of a busy stream", async () => {
    const all = Array.from({ length: 200_000 }, (_, index) => record(NOW - 60_000 + index * 0.3, index));
    const { shards, state } = shardsOf(all);
    const { records } = await findNewest(shards, search({ wanted: 50 }));
    assert.equal(records[0]?.partitionKey, "key-199999");
    assert.ok(state.reads < 6000, `${state.reads} reads`);
  });

  it("asks one shard only about a time that holds too much", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const burst = names.flatMap((shard) =>
      Array.from({ length: 2000 }, (_, index) => record(NOW - 600_000 + index * 30, index, shard)),
    );
    const { shards } = shardsOf(burst, 100);
    let calls = 0;
    const counted: Shards = {
      ...shards,
      records: (shard, iterator) => {
        calls++;
        return shards.records(shard, iterator);
      },
    };
    const { records } = await findNewest(counted, search({ shards: names }));
    assert.equal(records[0]?.sequence, "2999");
    assert.ok(calls <= 80, `${calls} calls`);
  });

  it("merges shards by arrival", async () => {
    const { shards } = shardsOf([
      record(NOW - 3000, 1, "s"),
      record(NOW - 1000, 2, "s"),
      record(NOW - 2000, 3, "t"),
    ]);
    const { records } = await findNewest(shards, search({ shards: ["s", "t"] }));
    assert.deepEqual(
      records.map(({ partitionKey }) => partitionKey),
      ["key-2", "key-3", "key-1"],
    );
  });

  it("ends at the beginning of an empty stream", async () => {
    const { shards } = shardsOf([]);
    assert.deepEqual(await findNewest(shards, search()), { records: [], scanned: 0, back: undefined });
  });

  it("ends when it is aborted", async () => {
    const { shards } = shardsOf([record(NOW - 1000, 1)]);
    await assert.rejects(findNewest(shards, search({ signal: AbortSignal.abort() })), { name: "AbortError" });
  });
});

describe("Reading a stream from a position", () => {
  it("returns the wanted number of matching records, oldest first", async () => {
    const { shards } = shardsOf(
      Array.from({ length: 5000 }, (_, index) => record(NOW - 5000 + index, index)),
    );
    const { records } = await findFrom(shards, { kind: "TRIM_HORIZON" }, search({ wanted: 2 }));
    assert.deepEqual(
      records.map(({ partitionKey }) => partitionKey),
      ["key-0", "key-1"],
    );
  });
});
