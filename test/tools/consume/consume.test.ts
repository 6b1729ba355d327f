import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  type KinesisClient,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { type FeedDefinition, feeds } from "../../../data/feeds";
import type { Event, Item } from "../../../tools/consume/events";
import { Consumed, type Pipeline, takeInto } from "../../../tools/consume/pipeline";
import { eventsIn } from "../../../tools/consume/sinks/sink";
import { type StreamSource, streamSource } from "../../../tools/consume/sources/kinesis/source";
import { type TestCloud, testCloud } from "../../support/cloud";
import { until } from "../agent/running";

const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;

describe("consume", () => {
  let world: TestCloud;
  let serial = 0;
  before(async () => {
    world = await testCloud({ clock: { simulateFrom: NOW }, enforceLimits: false });
  });
  after(() => world.stop());
  beforeEach(() => world.cloud.faults.set([], 5));

  async function stream(ShardCount = 1): Promise<string> {
    const StreamName = `stream-${++serial}`;
    await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
    return StreamName;
  }
  /** Numbered lines of many keys, each in a record of its own. */
  const put = async (StreamName: string, from: number, to: number) => {
    const all = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    for (let at = 0; at < all.length; at += 500)
      await world.kinesis.send(
        new PutRecordsCommand({
          StreamName,
          Records: all.slice(at, at + 500).map((n) => ({
            Data: Buffer.from(`{"key":"k${n % 7}","n":${n}}\n`),
            PartitionKey: `k${n % 7}`,
          })),
        }),
      );
  };
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  /** Advances the time, so that later records have a later arrival. */
  const later = (millis: number) => world.cloud.clock.advanceTo(world.cloud.clock.now() + millis);
  /** Consumes to the end or until stopped. Returns the events and the log. */
  function start(
    name: string,
    {
      onTake,
      onRefused,
      matches = () => true,
      ...options
    }: Partial<StreamSource & Pipeline> & { onTake?: () => unknown } = {},
  ) {
    const stop = new AbortController();
    const events: Event[] = [];
    const said: string[] = [];
    const counts = new Consumed();
    const source = streamSource({
      kinesis: world.kinesis,
      stream: name,
      start: { type: "TRIM_HORIZON" },
      follow: false,
      feed: undefined,
      signal: stop.signal,
      log: (what) => said.push(what),
      random: () => 0.01,
      now: () => world.cloud.clock.now(),
      paceMillis: 1,
      idleMillis: 5,
      ...options,
    });
    const sink = {
      put: async (items: readonly Item[]) => {
        events.push(...eventsIn(items));
        await onTake?.();
      },
    };
    const done = source.read(takeInto({ matches, sink, ...(onRefused && { onRefused }) }, counts));
    done.catch(() => {});
    const numbers = () => events.map(({ value }) => (value as { n: number }).n);
    const summary = () => source.describe(counts.records);
    return { events, said, counts, summary, done, numbers, stop: () => stop.abort() };
  }
  /** Of each key, in the order in which they were taken. */
  const byKey = (events: readonly Event[]) => {
    const keys = new Map<string, number[]>();
    for (const { value } of events) {
      const { key, n } = value as { key: string; n: number };
      keys.set(key, [...(keys.get(key) ?? []), n]);
    }
    return keys;
  };
  const assertAllInOrder = (events: readonly Event[], from: number, to: number) => {
    for (let k = 0; k < 7; k++)
      assert.deepEqual(
        byKey(events).get(`k${k}`),
        range(from, to).filter((n) => n % 7 === k),
      );
  };

  it("reads every shard to its tip, and ends", async () => {
    const name = await stream(3);
    await put(name, 1, 100);
    const { done, events, counts, summary } = start(name);
    await done;
    const { rows, matched, refused } = counts;
    assert.deepEqual({ rows, matched, refused }, { rows: 100, matched: 100, refused: 0 });
    assert.equal(summary(), "100 records of 3 shards");
    assertAllInOrder(events, 1, 100);
    const [first] = events;
    assert.equal(first?.arrival, new Date(world.cloud.clock.now()).toISOString());
    assert.match(first?.shardId ?? "", /^shardId-00000000000\d$/);
  });

  it("ends on an empty stream", async () => {
    const { done, summary } = start(await stream(2));
    await done;
    assert.equal(summary(), "0 records of 2 shards");
  });

  it("reads packed and single records, and plain text", async () => {
    const StreamName = await stream();
    for (const text of ['{"n":1}\n{"n":2}\n', '{"n":3}', "plain text\n\nmore\n", "Caf\u00e9\n"])
      await world.kinesis.send(
        new PutRecordCommand({ StreamName, PartitionKey: "k", Data: Buffer.from(text, "latin1") }),
      );
    const { done, events } = start(StreamName);
    await done;
    assert.deepEqual(
      events.map(({ value }) => value),
      [{ n: 1 }, { n: 2 }, { n: 3 }, "plain text", "more", "Caf\u00e9"],
    );
  });

  it("reads the rows of a feed, passes on those that match, and reports invalid lines", async () => {
    const StreamName = await stream();
    const lines = [
      '{"ticker_symbol":"ALY","price":"26.5"}',
      "nonsense",
      '{"ticker_symbol":"JKL","price":-1}',
      '{"ticker_symbol":"JKL","price":1}',
    ];
    await world.kinesis.send(
      new PutRecordCommand({ StreamName, PartitionKey: "k", Data: Buffer.from(lines.join("\n")) }),
    );
    const refused: string[] = [];
    const { done, events, counts } = start(StreamName, {
      feed: feeds.stocks as FeedDefinition,
      matches: ({ value }) => (value as { price: number }).price > 10,
      onRefused: (source, reason) => refused.push(`${source.replace(/:[\d.]+$/, "")} ${reason}`),
    });
    await done;
    const { rows, matched, refused: count } = counts;
    assert.deepEqual({ rows, matched, count }, { rows: 2, matched: 1, count: 2 });
    assert.deepEqual(
      events.map(({ value }) => value),
      [
        {
          ticker_symbol: "ALY",
          sector: null,
          change: null,
          price: 26.5,
          event_time: new Date(world.cloud.clock.now()).toISOString(),
        },
      ],
    );
    assert.deepEqual(refused, [
      "shardId-000000000000 the line not JSON",
      "shardId-000000000000 price below 0",
    ]);
  });

  it("ends at the tip as of the start while others keep writing", async () => {
    const name = await stream();
    await put(name, 1, 12_000);
    let more = 12_000;
    const { done, numbers } = start(name, {
      onTake: async () => {
        await later(1000);
        await put(name, more + 1, more + 12_000);
        more += 12_000;
      },
    });
    await done;
    assert.ok(numbers().length >= 12_000, `${numbers().length} read`);
    assert.ok(numbers().length <= 30_000, `${numbers().length} read`);
    assert.deepEqual(numbers().slice(0, 12_000), range(1, 12_000));
  });

  it("follows from LATEST with new records only", async () => {
    const name = await stream();
    await put(name, 1, 20);
    const { done, numbers, stop } = start(name, { start: { type: "LATEST" }, follow: true });
    let last = 20;
    // When the end of the stream was asked for cannot be seen from outside; the first record read tells.
    for (; numbers().length === 0; last += 10) {
      await put(name, last + 1, last + 10);
      await sleep(20);
    }
    await put(name, last + 1, last + 20);
    await until("the last one is read", () => numbers().at(-1) === last + 20);
    stop();
    await assert.rejects(done, { name: "AbortError" });
    const [first = 0] = numbers();
    assert.ok(first > 20, `${first} was there before`);
    assert.deepEqual(numbers(), range(first, last + 20));
  });

  it("begins at a timestamp", async () => {
    const name = await stream();
    await put(name, 1, 10);
    await later(MINUTE);
    const at = new Date(world.cloud.clock.now());
    await put(name, 11, 20);
    const { done, numbers } = start(name, { start: { type: "AT_TIMESTAMP", at } });
    await done;
    assert.deepEqual(numbers(), range(11, 20));
  });

  it("drains parents before children when shards split and merge during the read", async () => {
    const StreamName = await stream(2);
    await put(StreamName, 1, 200);
    const { done, events, stop, summary } = start(StreamName, { follow: true });
    await until("the first are read", () => events.length >= 200);
    await world.kinesis.send(
      new SplitShardCommand({
        StreamName,
        ShardToSplit: "shardId-000000000000",
        NewStartingHashKey: (2n ** 126n).toString(),
      }),
    );
    await later(MINUTE);
    await put(StreamName, 201, 400);
    await world.kinesis.send(
      new MergeShardsCommand({
        StreamName,
        ShardToMerge: "shardId-000000000003",
        AdjacentShardToMerge: "shardId-000000000001",
      }),
    );
    await later(MINUTE);
    await put(StreamName, 401, 600);
    await until("all are read", () => events.length >= 600);
    await sleep(30);
    stop();
    await assert.rejects(done, { name: "AbortError" });
    assertAllInOrder(events, 1, 600);
    assert.equal(summary(), "600 records of 5 shards");
  });

  it("reads a stream that was resharded before, parents first", async () => {
    const StreamName = await stream();
    await put(StreamName, 1, 12_000);
    await world.kinesis.send(
      new SplitShardCommand({
        StreamName,
        ShardToSplit: "shardId-000000000000",
        NewStartingHashKey: (2n ** 127n).toString(),
      }),
    );
    await later(MINUTE);
    await put(StreamName, 12_001, 12_100);
    const { done, events } = start(StreamName);
    await done;
    assertAllInOrder(events, 1, 12_100);
  });

  it("renews an iterator that expired during processing, and skips and repeats nothing", async () => {
    const name = await stream();
    await put(name, 1, 25_000);
    let pauses = 0;
    const { done, numbers, said } = start(name, {
      onTake: async () => {
        if (pauses++ < 2) await later(6 * MINUTE);
      },
    });
    await done;
    assert.deepEqual(numbers(), range(1, 25_000));
    assert.equal(said.filter((what) => what.includes("its iterator expired")).length, 2);
  });

  it("misses nothing when an iterator at LATEST expires before its first record", async () => {
    const name = await stream();
    await put(name, 1, 5);
    await later(1000);
    let reads = 0;
    const send = async (...args: Parameters<KinesisClient["send"]>) => {
      const answer = await world.kinesis.send(...args);
      if (args[0] instanceof GetRecordsCommand) reads++;
      return answer;
    };
    const { done, numbers, stop, said } = start(name, {
      ...{ start: { type: "LATEST" }, follow: true, idleMillis: 200 },
      kinesis: { send } as never,
    });
    await until("it has read at the tip", () => reads > 0);
    await later(6 * MINUTE);
    await put(name, 6, 10);
    await until("the new ones are read", () => numbers().length >= 5);
    stop();
    await assert.rejects(done, { name: "AbortError" });
    assert.deepEqual(numbers(), range(6, 10));
    assert.equal(said.length, 1);
  });

  it("backs off when throttled, and retries other transient errors", async () => {
    const name = await stream();
    await put(name, 1, 50);
    const throttled = { kind: "error", code: "ProvisionedThroughputExceededException", status: 400 } as const;
    const broken = { kind: "error", code: "InternalFailure", status: 500 } as const;
    world.cloud.faults.set([
      { service: "kinesis", operation: "GetRecords", fault: throttled, times: 12 },
      { service: "kinesis", operation: "GetRecords", fault: broken, times: 3 },
      { service: "kinesis", operation: "GetShardIterator", fault: { kind: "drop" }, times: 2 },
      { service: "kinesis", operation: "ListShards", fault: throttled, times: 2 },
    ]);
    const { done, numbers, said } = start(name);
    await done;
    assert.deepEqual(numbers(), range(1, 50));
    assert.equal(said.filter((what) => what.startsWith("retrying: InternalFailure")).length, 1);
  });

  it("gives up when errors persist", async () => {
    const name = await stream();
    world.cloud.faults.set([
      {
        service: "kinesis",
        operation: "GetRecords",
        fault: { kind: "error", code: "InternalFailure", status: 500 },
      },
    ]);
    await assert.rejects(start(name).done, { name: "InternalFailure" });
    await assert.rejects(start("nowhere").done, { name: "ResourceNotFoundException" });
  });

  it("stops reading when the consumer fails", async () => {
    const name = await stream(2);
    await put(name, 1, 100);
    const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    const { done } = start(name, {
      follow: true,
      onTake: () => {
        throw broken;
      },
    });
    await assert.rejects(done, broken);
  });
});
