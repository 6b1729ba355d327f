import { strict as assert } from "node:assert";
import { DescribeStreamSummaryCommand, ListStreamConsumersCommand } from "@aws-sdk/client-kinesis";
import { wholeBatch } from "../../../../../tools/consume/pipeline";
import {
  deregisterConsumer,
  fanOut,
  registerConsumer,
} from "../../../../../tools/consume/sources/kinesis/fan-out";
import type { Position } from "../../../../../tools/consume/sources/kinesis/position";
import { streamSource } from "../../../../../tools/consume/sources/kinesis/source";
import { type TestCloud, testCloud } from "../../../../support/cloud";
import { until } from "../../../agent/running";
import { firstReads, inOrder, labOf, numbersIn, range } from "./lab";

describe("Enhanced fan-out", () => {
  let world: TestCloud;
  let lab: ReturnType<typeof labOf>;
  const never = new AbortController().signal;
  before(async () => {
    world = await testCloud({ enforceLimits: false, clock: { simulateFrom: Date.UTC(2026, 0, 15) } });
    lab = labOf(world);
  });
  after(async () => {
    lab.dynamodb.destroy();
    await world.stop();
  });
  beforeEach(() => world.cloud.faults.set([]));

  const reading = (stream: string) => ({ kinesis: world.kinesis, stream, signal: never, log: () => {} });

  function subscriber(stream: string, arn: string, start: Position, follow: boolean, group?: string) {
    const stop = new AbortController();
    const numbers: number[] = [];
    const said: string[] = [];
    const source = streamSource({
      ...{ kinesis: world.kinesis, stream, start, follow, feed: undefined, signal: stop.signal },
      ...{ log: (what) => said.push(what), random: () => 0.1, pages: fanOut(arn) },
      ...(group && { group: { dynamodb: lab.dynamodb, table: group, leaseMillis: 1500 } }),
    });
    const done = source.read(async (batch) => {
      numbers.push(...numbersIn(batch.records.flat()));
      return wholeBatch(batch);
    });
    done.catch(() => {});
    return { numbers, said, done, stop: () => stop.abort() };
  }

  const consumersOf = async (StreamName: string) => {
    const { StreamDescriptionSummary: found } = await world.kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    );
    const { Consumers = [] } = await world.kinesis.send(
      new ListStreamConsumersCommand({ StreamARN: found?.StreamARN }),
    );
    return Consumers.map(({ ConsumerName }) => ConsumerName);
  };

  it("registers a consumer once, and deregisters it", async () => {
    const stream = await lab.stream(1);
    const first = await registerConsumer(reading(stream), "fan");
    assert.equal(first.isNew, true);
    assert.deepEqual(await registerConsumer(reading(stream), "fan"), { arn: first.arn, isNew: false });
    assert.deepEqual(await consumersOf(stream), ["fan"]);
    await deregisterConsumer(world.kinesis, first.arn);
    assert.deepEqual(await consumersOf(stream), []);
  });

  it("is pushed records over HTTP/2, and reads to the tip or on until it is stopped", async () => {
    const stream = await lab.stream(3);
    await lab.put(stream, 1, 200);
    const { arn } = await registerConsumer(reading(stream), "fan");
    const past = subscriber(stream, arn, { type: "TRIM_HORIZON" }, false);
    await past.done;
    assert.deepEqual(firstReads(past.numbers), inOrder(1, 200));
    assert.equal(past.numbers.length, 200);
    const live = await registerConsumer(reading(stream), "live");
    const { numbers, stop, done } = subscriber(stream, live.arn, { type: "TRIM_HORIZON" }, true);
    await until("the past is read", () => numbers.length === 200);
    await lab.put(stream, 201, 300);
    await until("the new ones are pushed", () => numbers.length === 300);
    stop();
    await assert.rejects(done, { name: "AbortError" });
    assert.deepEqual(firstReads(numbers), inOrder(1, 300));
  });

  it("follows a split and a merge in order", async () => {
    const stream = await lab.stream(2);
    const { arn } = await registerConsumer(reading(stream), "fan");
    const { numbers, stop, done } = subscriber(stream, arn, { type: "TRIM_HORIZON" }, true);
    await lab.put(stream, 1, 100);
    await until("the first are read", () => numbers.length === 100);
    await lab.split(stream, 0, 126n);
    await lab.put(stream, 101, 200);
    await lab.merge(stream, 3, 1);
    await lab.put(stream, 201, 300);
    await until("all are read", () => numbers.length === 300);
    stop();
    await assert.rejects(done, { name: "AbortError" });
    assert.deepEqual(firstReads(numbers), inOrder(1, 300));
  });

  it("renews its subscription after five minutes, after the last record, also with leases", async () => {
    const stream = await lab.stream(1);
    const { arn } = await registerConsumer(reading(stream), "fan");
    const { numbers, stop, done } = subscriber(stream, arn, { type: "TRIM_HORIZON" }, true, "fan-group");
    await lab.put(stream, 1, 20);
    await until("the first are read", () => numbers.length === 20);
    await world.cloud.clock.advanceTo(world.cloud.clock.now() + 6 * 60_000);
    await lab.put(stream, 21, 40);
    await until("the rest is read", () => numbers.length >= 40);
    stop();
    await assert.rejects(done, { name: "AbortError" });
    assert.deepEqual(numbers, range(1, 40));
  });

  it("tries a broken subscription again", async () => {
    const stream = await lab.stream(1);
    const { arn } = await registerConsumer(reading(stream), "fan");
    await lab.put(stream, 1, 20);
    world.cloud.faults.set([
      { service: "kinesis", operation: "SubscribeToShard", fault: { kind: "drop" }, times: 2 },
    ]);
    const { numbers, done } = subscriber(stream, arn, { type: "TRIM_HORIZON" }, false);
    await done;
    assert.deepEqual(numbers, range(1, 20));
  });
});
