import { strict as assert } from "node:assert";
import { ScanCommand, type UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { wholeBatch } from "../../../../../../tools/consume/pipeline";
import type { Position } from "../../../../../../tools/consume/sources/kinesis/position";
import { streamSource } from "../../../../../../tools/consume/sources/kinesis/source";
import { type TestCloud, testCloud } from "../../../../../support/cloud";
import { loadFactor } from "../../../../../support/load";
import { until } from "../../../../agent/running";
import { firstReads, idOf, inOrder, labOf, numbersIn, range } from "../lab";

const LEASE_MS = 1500;

describe("A consumer group", () => {
  let world: TestCloud;
  let lab: ReturnType<typeof labOf>;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    lab = labOf(world);
  });
  after(async () => {
    lab.dynamodb.destroy();
    await world.stop();
  });

  /** A process of the group. `freeze` stops its writes to the table, as the death of a process does. */
  function worker(
    stream: string,
    {
      follow = true,
      start = { type: "TRIM_HORIZON" } as Position,
      onTake = async (_numbers: readonly number[]): Promise<void> => {},
    } = {},
  ) {
    const stop = new AbortController();
    const numbers: number[] = [];
    const said: string[] = [];
    let frozen = false;
    const send = lab.dynamodb.send.bind(lab.dynamodb) as (command: UpdateItemCommand) => Promise<unknown>;
    const dynamodb = {
      send: (command: UpdateItemCommand) => (frozen ? new Promise(() => {}) : send(command)),
    } as unknown as typeof lab.dynamodb;
    const source = streamSource({
      ...{ kinesis: world.kinesis, stream, start, follow, feed: undefined, signal: stop.signal },
      ...{ log: (what) => said.push(what), paceMillis: 5, idleMillis: 20 },
      group: { dynamodb, table: `group-of-${stream}`, leaseMillis: LEASE_MS },
    });
    const done = source.read(async (batch) => {
      if (frozen) await new Promise(() => {});
      const read = numbersIn(batch.records.flat());
      await onTake(read);
      numbers.push(...read);
      return wholeBatch(batch);
    });
    done.catch(() => {});
    return {
      numbers,
      said,
      done,
      summary: () => source.describe(0),
      stop: async () => {
        stop.abort();
        await assert.rejects(done, { name: "AbortError" });
      },
      freeze: () => {
        frozen = true;
      },
    };
  }

  const leases = async (stream: string) =>
    (await lab.dynamodb.send(new ScanCommand({ TableName: `group-of-${stream}` }))).Items?.filter(
      ({ shardId }) => shardId?.S !== "start",
    ) ?? [];
  const holders = async (stream: string) =>
    new Set((await leases(stream)).map(({ worker: holder }) => holder?.S ?? "none"));

  it("continues after its checkpoints, and reads nothing twice after an orderly end", async () => {
    const stream = await lab.stream(2);
    await lab.put(stream, 1, 300);
    const first = worker(stream, { follow: false });
    await first.done;
    assert.deepEqual(firstReads(first.numbers), inOrder(1, 300));
    assert.equal(first.numbers.length, 300);
    await lab.put(stream, 301, 400);
    const second = worker(stream, { follow: false });
    await second.done;
    assert.deepEqual(
      [...second.numbers].sort((a, b) => a - b),
      range(301, 400),
    );
    assert.deepEqual(second.said, [`continuing after the checkpoints of the group in group-of-${stream}`]);
    assert.deepEqual(await holders(stream), new Set(["none"]));
  });

  it("shares the shards among processes that come and go, without reading anything twice", async () => {
    const stream = await lab.stream(6);
    await lab.put(stream, 1, 700);
    const first = worker(stream);
    await until("the first has read all", () => first.numbers.length === 700);
    const others = [worker(stream), worker(stream)];
    const counts = async () => {
      const held = new Map<string, number>();
      for (const { worker: holder } of await leases(stream))
        held.set(holder?.S ?? "none", (held.get(holder?.S ?? "none") ?? 0) + 1);
      return [...held.values()].join();
    };
    let shares = "";
    await until("each has two shards", () => {
      void counts().then((now) => {
        shares = now;
      });
      return shares === "2,2,2";
    });
    await lab.put(stream, 701, 1400);
    const all = () => [first, ...others].flatMap(({ numbers }) => numbers);
    await until("all is read", () => all().length >= 1400);
    for (const { stop } of [first, ...others]) await stop();
    assert.deepEqual(
      [...all()].sort((a, b) => a - b),
      range(1, 1400),
    );
    assert.ok(others.some(({ numbers }) => numbers.length > 0));
  });

  it("takes over the shards of a dead process within the lease time", async () => {
    const stream = await lab.stream(2);
    const dead = worker(stream);
    await lab.put(stream, 1, 70);
    await until("it has read", () => dead.numbers.length === 70);
    // The last renewal before the death is at most now.
    dead.freeze();
    const died = performance.now();
    await lab.put(stream, 71, 140);
    const heir = worker(stream);
    await until("all is read", () => new Set(heir.numbers).size >= 70);
    const took = performance.now() - died;
    assert.ok(took < LEASE_MS * loadFactor(), `${took} ms`);
    assert.ok(range(71, 140).every((n) => heir.numbers.includes(n)));
    await heir.stop();
  });

  it("follows splits and merges in the middle: children after the end of their parents, each key in order", async () => {
    const stream = await lab.stream(2);
    await lab.put(stream, 1, 300);
    const read: number[] = [];
    const collect = async (numbers: readonly number[]) => void read.push(...numbers);
    const workers = [worker(stream, { onTake: collect }), worker(stream, { onTake: collect })];
    await until("the first are read", () => read.length >= 300);
    await lab.split(stream, 0, 126n);
    await lab.put(stream, 301, 600);
    await lab.merge(stream, 3, 1);
    await lab.put(stream, 601, 900);
    await until("all are read", () => new Set(read).size >= 900);
    for (const { stop } of workers) await stop();
    assert.deepEqual(firstReads(read), inOrder(1, 900));
    const ended = (await leases(stream)).filter(({ checkpoint }) => checkpoint?.S === "SHARD_END");
    assert.deepEqual(ended.map(({ shardId }) => shardId?.S).sort(), [idOf(0), idOf(1), idOf(3)]);
  });

  it("keeps its place while the sink hangs longer than the lease time", async () => {
    const stream = await lab.stream(1);
    await lab.put(stream, 1, 10);
    let hanging = true;
    const slow = worker(stream, {
      onTake: async () => {
        while (hanging) await new Promise((resolve) => setTimeout(resolve, 50));
      },
    });
    await until("the slow one has the shard", () => slow.summary() === "0 records of 1 shard");
    const other = worker(stream);
    await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS));
    hanging = false;
    await until("it is read", () => slow.numbers.length === 10);
    assert.deepEqual(other.numbers, []);
    await slow.stop();
    await other.stop();
  });

  it("saves no checkpoint of what the sink did not take, and fails with the sink's error", async () => {
    const stream = await lab.stream(1);
    await lab.put(stream, 1, 10);
    const broken = worker(stream, { onTake: () => Promise.reject(new Error("no space")) });
    await assert.rejects(broken.done, { message: "no space" });
    const [lease] = await leases(stream);
    assert.deepEqual([lease?.checkpoint, lease?.worker], [undefined, undefined]);
    const next = worker(stream, { follow: false });
    await next.done;
    assert.deepEqual(next.numbers, range(1, 10));
  });

  it("begins at LATEST with what arrives after the group began, also when nothing was read before", async () => {
    const stream = await lab.stream(1);
    await lab.put(stream, 1, 10);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const first = worker(stream, { start: { type: "LATEST" } });
    await until("it has the shard", () => first.summary() === "0 records of 1 shard");
    await first.stop();
    await lab.put(stream, 11, 20);
    const second = worker(stream, { start: { type: "LATEST" }, follow: false });
    await second.done;
    assert.deepEqual(second.numbers, range(11, 20));
  });

  it("refuses a table of another kind", async () => {
    await assert.rejects(
      async () => {
        const stream = await lab.stream(1);
        const source = streamSource({
          ...{ kinesis: world.kinesis, stream, start: { type: "TRIM_HORIZON" }, follow: false },
          ...{ feed: undefined, signal: new AbortController().signal, log: () => {} },
          group: { dynamodb: lab.dynamodb, table: await otherTable(), leaseMillis: LEASE_MS },
        });
        await source.read(async (batch) => wholeBatch(batch));
      },
      { message: "the table no-leases is no table of leases: it has the keys id", exitCode: 1 },
    );
  });

  async function otherTable(): Promise<string> {
    const { CreateTableCommand } = await import("@aws-sdk/client-dynamodb");
    await lab.dynamodb.send(
      new CreateTableCommand({
        TableName: "no-leases",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
    return "no-leases";
  }
});
