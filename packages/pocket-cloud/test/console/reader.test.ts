import { strict as assert } from "node:assert";
import {
  type Found,
  findFrom,
  findNewest,
  type ReadRecord,
  type Shards,
} from "../../console/pages/kinesis/reader";

const NOW = Date.UTC(2026, 0, 15, 12);
const DAY = 86_400_000;

/** Shards in memory that are read in batches. `reads` counts the records that were returned. */
function shardsOf(records: readonly ReadRecord[]) {
  const state = { reads: 0, calls: 0 };
  const shards: Shards = {
    iterator: async (shard, position) => {
      const of = records.filter((record) => record.shard === shard);
      const at = position.kind === "AT_TIMESTAMP" && "at" in position ? position.at : 0;
      return `${shard} ${of.findIndex(({ arrival }) => arrival >= at) < 0 ? of.length : of.findIndex(({ arrival }) => arrival >= at)}`;
    },
    records: async (shard, iterator, limit) => {
      const of = records.filter((record) => record.shard === shard);
      const from = Number(iterator.split(" ")[1]);
      const part = of.slice(from, from + limit);
      state.reads += part.length;
      state.calls++;
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
  wanted: 50,
  fewest: 250,
  signal: new AbortController().signal,
  ...more,
});

/** What is found after so many steps as are needed to find or look at enough. */
async function read(steps: AsyncGenerator<Found>, { wanted = 50, most = 1_000_000 } = {}): Promise<Found> {
  let found: Found = { records: [], scanned: 0, complete: false };
  for await (found of steps) if (found.records.length >= wanted || found.scanned >= most) break;
  return found;
}

describe("Reading a stream's newest records", () => {
  it("returns them newest first", async () => {
    const { shards } = shardsOf([0, 1, 2, 3, 4].map((index) => record(NOW - 50_000 + index * 1000, index)));
    const { records } = await read(findNewest(shards, search()));
    assert.deepEqual(
      records.map(({ sequence }) => sequence),
      ["1004", "1003", "1002", "1001", "1000"],
    );
  });

  it("looks back as far as needed, and reads no record twice", async () => {
    const all = Array.from({ length: 20 }, (_, index) => record(NOW - (20 - index) * 3_600_000, index));
    const { shards, state } = shardsOf(all);
    const { records, scanned, complete } = await read(
      findNewest(shards, search({ matches: (each: ReadRecord) => each.partitionKey === "key-2" })),
    );
    assert.deepEqual(
      records.map(({ partitionKey }) => partitionKey),
      ["key-2"],
    );
    assert.equal(scanned, 20);
    assert.equal(complete, true);
    assert.ok(state.reads < 60, `${state.reads} reads`);
  });

  it("reads little of a busy stream", async () => {
    const all = Array.from({ length: 200_000 }, (_, index) => record(NOW - 60_000 + index * 0.3, index));
    const { shards, state } = shardsOf(all);
    const { records } = await read(findNewest(shards, search()));
    assert.equal(records[0]?.partitionKey, "key-199999");
    assert.ok(state.reads < 6000, `${state.reads} reads`);
  });

  it("asks one shard only about a time that holds too much", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const burst = names.flatMap((shard) =>
      Array.from({ length: 2000 }, (_, index) => record(NOW - 600_000 + index * 30, index, shard)),
    );
    const { shards, state } = shardsOf(burst);
    const { records } = await read(findNewest(shards, search({ shards: names })));
    assert.equal(records[0]?.sequence, "2999");
    assert.ok(state.calls <= 30, `${state.calls} calls`);
  });

  it("takes few calls to find a burst behind a quiet time", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    const burst = names.flatMap((shard) =>
      Array.from({ length: 10_000 }, (_, index) => record(NOW - 2_600_000 + index * 2, index, shard)),
    );
    const { shards, state } = shardsOf(burst);
    const { records } = await read(findNewest(shards, search({ shards: names })));
    assert.equal(records[0]?.sequence, "10999");
    assert.ok(state.calls <= 40, `${state.calls} calls`);
  });

  it("takes few calls to search many records that arrived in a minute, and says how far it came", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const many = names.flatMap((shard) =>
      Array.from({ length: 20_000 }, (_, index) => record(NOW - 300_000 + index * 3, index, shard)),
    );
    const { shards, state } = shardsOf(many);
    const steps = findNewest(shards, search({ shards: names, matches: () => false }));
    const { scanned, complete, back } = await read(steps, { most: 60_000 });
    assert.ok(scanned >= 60_000 && scanned < 100_000, `${scanned} records`);
    assert.ok(state.calls <= 70, `${state.calls} calls`);
    assert.equal(complete, false);
    assert.ok(back !== undefined && back > NOW - 300_000 && back < NOW - 240_000);
  });

  it("goes on where it stopped", async () => {
    const { shards } = shardsOf(
      Array.from({ length: 5000 }, (_, index) => record(NOW - 50_000 + index * 10, index)),
    );
    const steps = findNewest(
      shards,
      search({ matches: (each: ReadRecord) => each.partitionKey.endsWith("00") }),
    );
    for (const _ of [1, 2]) await steps.next();
    let found: Found | undefined;
    for await (found of steps);
    assert.equal(found?.scanned, 5000);
    assert.deepEqual(
      [found?.records.length, found?.records[0]?.sequence, found?.records.at(-1)?.sequence],
      [49, "5900", "1100"],
    );
  });

  it("reads a burst within one millisecond whole, also on another shard than the first", async () => {
    const { shards } = shardsOf([
      record(NOW - 9000, 0, "s"),
      ...Array.from({ length: 3000 }, (_, index) => record(NOW - 8000, index, "t")),
    ]);
    const { records, scanned } = await read(findNewest(shards, search({ shards: ["s", "t"] })), {
      wanted: 4000,
    });
    assert.equal(scanned, 3001);
    assert.deepEqual([records[0]?.sequence, records.at(-1)?.shard], ["3999", "s"]);
  });

  it("merges shards by arrival", async () => {
    const { shards } = shardsOf([
      record(NOW - 3000, 1, "s"),
      record(NOW - 1000, 2, "s"),
      record(NOW - 2000, 3, "t"),
    ]);
    const { records } = await read(findNewest(shards, search({ shards: ["s", "t"] })));
    assert.deepEqual(
      records.map(({ partitionKey }) => partitionKey),
      ["key-2", "key-3", "key-1"],
    );
  });

  it("ends at the beginning of an empty stream", async () => {
    const { shards } = shardsOf([]);
    assert.deepEqual(await read(findNewest(shards, search())), { records: [], scanned: 0, complete: true });
  });

  it("ends when it is aborted", async () => {
    const { shards } = shardsOf([record(NOW - 1000, 1)]);
    await assert.rejects(read(findNewest(shards, search({ signal: AbortSignal.abort() }))), {
      name: "AbortError",
    });
  });
});

describe("Reading a stream from a position", () => {
  it("returns records oldest first, a response at a time", async () => {
    const { shards, state } = shardsOf(
      Array.from({ length: 5000 }, (_, index) => record(NOW - 5000 + index, index)),
    );
    const { records, complete } = await read(findFrom(shards, { kind: "TRIM_HORIZON" }, search()), {
      wanted: 2,
    });
    assert.deepEqual(
      records.slice(0, 2).map(({ partitionKey }) => partitionKey),
      ["key-0", "key-1"],
    );
    assert.equal(complete, false);
    assert.equal(state.calls, 1);
  });

  it("ends when every shard was read", async () => {
    const { shards } = shardsOf([record(NOW - 2000, 1, "s"), record(NOW - 1000, 2, "t")]);
    const found = await read(findFrom(shards, { kind: "TRIM_HORIZON" }, search({ shards: ["s", "t"] })));
    assert.deepEqual([found.records.length, found.scanned, found.complete], [2, 2, true]);
  });
});
