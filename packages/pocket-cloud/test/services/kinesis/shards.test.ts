import { strict as assert } from "node:assert";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  UpdateShardCountCommand,
} from "@aws-sdk/client-kinesis";
import { type Lab, lab } from "./cloud";

const NOON = Date.UTC(2026, 0, 1, 12);
const HALF = (1n << 127n).toString();
const id = (index: number) => `shardId-${String(index).padStart(12, "0")}`;

describe("Kinesis shards", () => {
  let at: Lab;
  beforeEach(async () => {
    at = await lab({ clock: { simulateFrom: NOON } });
    await at.kinesis.send(new CreateStreamCommand({ StreamName: "ticks", ShardCount: 1 }));
  });
  afterEach(() => at.end());

  const put = (data: string, hash = "0") =>
    at.kinesis.send(
      new PutRecordCommand({
        StreamName: "ticks",
        Data: Buffer.from(data),
        PartitionKey: "k",
        ExplicitHashKey: hash,
      }),
    );
  const split = (shard = id(0), at_ = HALF) =>
    at.kinesis.send(
      new SplitShardCommand({ StreamName: "ticks", ShardToSplit: shard, NewStartingHashKey: at_ }),
    );
  const shards = async (filter?: "AT_LATEST" | "AT_TRIM_HORIZON" | "FROM_TRIM_HORIZON") =>
    (
      await at.kinesis.send(
        new ListShardsCommand({ StreamName: "ticks", ...(filter && { ShardFilter: { Type: filter } }) }),
      )
    ).Shards ?? [];
  const iterator = async (shard: string) =>
    (
      await at.kinesis.send(
        new GetShardIteratorCommand({
          StreamName: "ticks",
          ShardId: shard,
          ShardIteratorType: "TRIM_HORIZON",
        }),
      )
    ).ShardIterator;

  it("splits a shard in two that divide its hash range", async () => {
    await split();
    assert.deepEqual(
      (await shards()).map(({ ShardId, ParentShardId, HashKeyRange }) => [
        ShardId,
        ParentShardId,
        HashKeyRange,
      ]),
      [
        [
          id(0),
          undefined,
          { StartingHashKey: "0", EndingHashKey: "340282366920938463463374607431768211455" },
        ],
        [id(1), id(0), { StartingHashKey: "0", EndingHashKey: "170141183460469231731687303715884105727" }],
        [id(2), id(0), { StartingHashKey: HALF, EndingHashKey: "340282366920938463463374607431768211455" }],
      ],
    );
    assert.deepEqual(
      (await shards("AT_LATEST")).map(({ ShardId }) => ShardId),
      [id(1), id(2)],
    );
  });

  it("ends a split shard with its children, and no further iterator", async () => {
    await put("before");
    await split();
    const { ShardId } = await put("after", HALF);
    assert.equal(ShardId, id(2));
    const { Records, NextShardIterator, ChildShards } = await at.kinesis.send(
      new GetRecordsCommand({ ShardIterator: await iterator(id(0)) }),
    );
    assert.deepEqual(
      Records?.map(({ Data }) => Buffer.from(Data ?? []).toString()),
      ["before"],
    );
    assert.equal(NextShardIterator, undefined);
    assert.deepEqual(
      ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards]),
      [
        [id(1), [id(0)]],
        [id(2), [id(0)]],
      ],
    );
  });

  it("gives children sequence numbers above their parents'", async () => {
    const { SequenceNumber: before = "" } = await put("before");
    await split();
    const { SequenceNumber: after = "" } = await put("after");
    assert.ok(BigInt(after) > BigInt(before));
  });

  it("merges two neighbours", async () => {
    await split();
    await at.kinesis.send(
      new MergeShardsCommand({ StreamName: "ticks", ShardToMerge: id(1), AdjacentShardToMerge: id(2) }),
    );
    const [merged] = await shards("AT_LATEST");
    assert.equal(merged?.ShardId, id(3));
    assert.equal(merged?.ParentShardId, id(1));
    assert.equal(merged?.AdjacentParentShardId, id(2));
    assert.deepEqual(merged?.HashKeyRange, {
      StartingHashKey: "0",
      EndingHashKey: "340282366920938463463374607431768211455",
    });
  });

  it("refuses a second split, a split outside the range and a merge of shards that are not adjacent", async () => {
    await assert.rejects(split(id(0), "0"), {
      name: "InvalidArgumentException",
      message: `NewStartingHashKey 0 used in SplitShard() on shard ${id(0)} in stream ticks under account 000000000000 is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey 340282366920938463463374607431768211455.`,
    });
    await split();
    await assert.rejects(split(), { name: "ResourceInUseException" });
    await assert.rejects(split(id(9)), {
      name: "ResourceNotFoundException",
      message: `Shard ${id(9)} in stream ticks under account 000000000000 does not exist`,
    });
  });

  it("takes short shard IDs, and names the shard when the stream does not exist", async () => {
    const iterator = (ShardId: string, StreamName = "ticks") =>
      at.kinesis.send(
        new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
      );
    for (const short of ["0", "shardId-0"]) assert.ok((await iterator(short)).ShardIterator);
    await assert.rejects(iterator("7", "none"), {
      name: "ResourceNotFoundException",
      message: "Shard shardId-000000000007 in stream none under account 000000000000 does not exist",
    });
    await assert.rejects(iterator("x1y", "none"), {
      name: "ResourceNotFoundException",
      message: "Could not find shard x1y in stream none under account 000000000000.",
    });
    await assert.rejects(iterator("2147483648"), {
      message: "Could not find shard 2147483648 in stream ticks under account 000000000000.",
    });
  });

  it("scales to even ranges, by at most double or half", async () => {
    const scale = (TargetShardCount: number) =>
      at.kinesis.send(
        new UpdateShardCountCommand({
          StreamName: "ticks",
          TargetShardCount,
          ScalingType: "UNIFORM_SCALING",
        }),
      );
    await assert.rejects(scale(3), { name: "InvalidArgumentException" });
    await scale(2);
    await scale(3);
    const ends = (await shards("AT_LATEST"))
      .map(({ HashKeyRange }) => BigInt(HashKeyRange?.EndingHashKey ?? 0))
      .sort((a, b) => (a < b ? -1 : 1));
    const third = (1n << 128n) / 3n;
    assert.deepEqual(ends, [third - 1n, 2n * third - 1n, (1n << 128n) - 1n]);
  });

  it("pushes records to a registered consumer as they arrive, and its children at the end", async () => {
    const StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/ticks";
    const { Consumer } = await at.kinesis.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "fan" }),
    );
    const ConsumerARN = Consumer?.ConsumerARN ?? "";
    assert.match(ConsumerARN, /^arn:aws:kinesis:us-east-1:000000000000:stream\/ticks\/consumer\/fan:\d+$/);
    const { EventStream = [] } = await at.kinesis.send(
      new SubscribeToShardCommand({ ConsumerARN, ShardId: id(0), StartingPosition: { Type: "LATEST" } }),
    );
    const seen: string[] = [];
    for await (const { SubscribeToShardEvent: event } of EventStream) {
      if (seen.length === 0 && event?.Records?.length === 0) await put("pushed");
      for (const { Data } of event?.Records ?? []) {
        seen.push(Buffer.from(Data ?? []).toString());
        await split();
      }
      if (event?.ChildShards) seen.push(...event.ChildShards.map(({ ShardId = "" }) => ShardId));
    }
    assert.deepEqual(seen, ["pushed", id(1), id(2)]);
  });

  it("sends events without records while nothing arrives", async () => {
    const { Consumer } = await at.kinesis.send(
      new RegisterStreamConsumerCommand({
        StreamARN: "arn:aws:kinesis:us-east-1:000000000000:stream/ticks",
        ConsumerName: "idle",
      }),
    );
    const { EventStream = [] } = await at.kinesis.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer?.ConsumerARN,
        ShardId: id(0),
        StartingPosition: { Type: "LATEST" },
      }),
    );
    let events = 0;
    for await (const { SubscribeToShardEvent: event } of EventStream) {
      assert.deepEqual([event?.Records, event?.MillisBehindLatest], [[], 0]);
      if (++events === 3) break;
      void at.cloud.clock.advanceTo(at.cloud.clock.now() + 5000);
    }
  });
});
