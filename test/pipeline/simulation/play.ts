import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { type Disturbance, type Plan, randomOf, SLOT } from "./plan";
import { name, startOf, type World } from "./world";

const stream = { StreamName: name.stream("crypto") };

/** Counting takes the clock's time, a moment for each page of each shard: it must not reach the next seed's first poll. */
const REST = 30_000;

/** Plays a seed's hours through the pipeline: each slot with its faults, the last ones without, until all is quiet. */
export async function play(world: World, plan: Plan): Promise<void> {
  const { cloud, market } = world;
  const random = randomOf(plan.seed + 7_000_000);
  const start = startOf(plan.seed);
  cloud.faults.set([], plan.seed);
  for (const [at, step] of plan.steps.entries()) {
    const slot = start + at * SLOT;
    const end = slot + SLOT;
    cloud.faults.set(step.faults, plan.seed * 1000 + at);
    market.setFaults(step.market);
    const lasting = step.disturbances.filter((what) => what in whileSlot);
    for (const what of lasting) await whileSlot[what]?.begin(world);
    // Timers of this very instant belong to the slot.
    await cloud.clock.advanceTo(slot + 1000);
    for (const what of step.disturbances) await disturb[what]?.(world, slot, random);
    await cloud.clock.advanceTo(end - REST);
    for (const what of lasting) await whileSlot[what]?.end(world);
  }
  cloud.faults.set([]);
  market.setFaults([]);
  for (let round = 0; round < 3; round++) {
    await cloud.flush();
    await cloud.clock.advanceTo(cloud.clock.now() + 500);
  }
}

type Disturb = (world: World, slot: number, random: () => number) => Promise<void>;

/** Refusals for longer than a call is retried, but not for as long as a batch is. */
const outage = ["s3 PutObject SlowDown 503", "dynamodb PutItem InternalServerError 500"].map((text) => {
  const [service = "", operation = "", code = "", status] = text.split(" ");
  return { service, operation, fault: { kind: "error", code, status: Number(status) }, times: 40 } as const;
});

const setTimeoutOf =
  (seconds: number) =>
  async ({ lambda }: World) => {
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: name.function("write-csv", "crypto"),
        Timeout: seconds,
      }),
    );
  };

const whileSlot: Partial<Record<Disturbance, Record<"begin" | "end", (world: World) => Promise<void>>>> = {
  outage: {
    begin: async ({ cloud }) => cloud.faults.set([...cloud.faults.rules, ...outage]),
    end: async () => {},
  },
  "slow function": {
    begin: async (world) => {
      await setTimeoutOf(2)(world);
      const { faults } = world.cloud;
      const slow = { kind: "delay", millis: 2300 } as const;
      // The poller is the slot's first; the next one may be any of its consumers.
      faults.set([{ service: "lambda", operation: "Handler", fault: slow, times: 3 }, ...faults.rules]);
    },
    end: setTimeoutOf(120),
  },
};

const disturb: Partial<Record<Disturbance, Disturb>> = {
  "fires twice": async ({ cloud }, slot) => {
    await cloud
      .call(
        "lambda",
        "Invoke",
        {
          FunctionName: name.function("poll-prices"),
          Payload: Buffer.from(JSON.stringify({ scheduledTime: new Date(slot).toISOString() })),
        },
        cloud.administrator,
      )
      // An injected fault may fail the call.
      .catch(() => undefined);
  },
  malformed: async ({ cloud }, _slot, random) => {
    const lines = Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => malformed[Math.floor(random() * malformed.length)],
    ).map((line) => line ?? Buffer.alloc(0));
    await cloud
      .call(
        "kinesis",
        "PutRecord",
        { ...stream, PartitionKey: String(Math.floor(random() * 9)), Data: Buffer.concat(lines) },
        cloud.administrator,
      )
      .catch(() => undefined);
  },
  "other producer": async ({ cloud }, slot) => {
    const Data = Buffer.from(
      otherProducer(slot)
        .map((line) => `${line}\n`)
        .join(""),
    );
    await cloud
      .call("kinesis", "PutRecord", { ...stream, PartitionKey: "other", Data }, cloud.administrator)
      .catch(() => undefined);
  },
  "direct put": async ({ cloud, direct }, slot) => {
    const coin_id = `direct-${slot}`;
    const at = new Date(slot + 2000).toISOString();
    const lines = [
      foreign(coin_id, at, { note: "x" }),
      '{"coin_id":"direct", "price_usd":1050118621198921728}',
    ];
    await cloud.call(
      "firehose",
      "PutRecord",
      {
        DeliveryStreamName: name.directDeliveryStream("crypto"),
        Record: { Data: Buffer.from(lines.map((line) => `${line}\n`).join("")) },
      },
      cloud.administrator,
    );
    direct.add(coin_id);
  },
  split: async ({ cloud }) => {
    const open = await openShards(cloud);
    const [shard] = open;
    if (!shard || open.length > 3) return;
    const { StartingHashKey = "0", EndingHashKey = "0" } = shard.HashKeyRange ?? {};
    const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n;
    await cloud
      .call(
        "kinesis",
        "SplitShard",
        { ...stream, ShardToSplit: shard.ShardId, NewStartingHashKey: String(middle) },
        cloud.administrator,
      )
      .catch(busy);
  },
  merge: async ({ cloud }) => {
    const open = (await openShards(cloud)).sort((a, b) => (startOfRange(a) < startOfRange(b) ? -1 : 1));
    const [first, second] = open;
    if (!first || !second) return;
    await cloud
      .call(
        "kinesis",
        "MergeShards",
        { ...stream, ShardToMerge: first.ShardId, AdjacentShardToMerge: second.ShardId },
        cloud.administrator,
      )
      .catch(busy);
  },
  reshard: async ({ cloud }) => {
    const open = await openShards(cloud);
    await cloud
      .call(
        "kinesis",
        "UpdateShardCount",
        {
          ...stream,
          TargetShardCount: open.length > 1 ? Math.ceil(open.length / 2) : 2,
          ScalingType: "UNIFORM_SCALING",
        },
        cloud.administrator,
      )
      .catch(busy);
  },
};

/** A row under other spellings of the contract's names. */
const foreign = (coin_id: string, at: string, more: object = {}): string =>
  JSON.stringify({
    ...{
      "Coin ID": coin_id,
      SYMBOL: "oth",
      Name: "Other",
      Price_USD: 1.5,
      lastUpdated: at,
      "event-time": at,
    },
    origin: "poll",
    ...more,
  });

/** Rows under other names, one with an unknown field, and an invalid line whose text changes when it is encoded again. */
const otherProducer = (slot: number): string[] => {
  const at = new Date(slot + 1000).toISOString();
  return [
    foreign(`other-${slot}`, at),
    foreign(`noted-${slot}`, at, { note: "x" }),
    `{"coin_id": "odd", "price_usd": -1.0, "id": 1050118621198921728, "event_time": "${at}"}`,
  ];
};

const malformed = [
  Buffer.from("not JSON at all\n"),
  Buffer.from('{"coin_id":"halved","symb\n'),
  Buffer.from('{"coin_id":"x"}{"coin_id":"y"}\n'),
  Buffer.from("\n\n"),
  Buffer.from([0xff, 0xfe, 0x00, 0x81, 0x0a]),
  Buffer.from('{"coin_id":"nobody","price_usd":-4,"event_time":"2026-01-01T00:00:00.000Z"}\n'),
  Buffer.from("[1,2,3]\n"),
];

async function openShards({ call, administrator }: World["cloud"]) {
  const { Shards = [] } = await call("kinesis", "ListShards", stream, administrator).catch(() => ({
    Shards: [],
  }));
  return Shards.filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined);
}

type Shard = Awaited<ReturnType<typeof openShards>>[number];
const startOfRange = (shard: Shard): bigint => BigInt(shard.HashKeyRange?.StartingHashKey ?? 0);

/** The stream is changing already, or a day's changes are spent. */
function busy(error: unknown): void {
  const code = (error as { code?: string }).code;
  if (code !== "ResourceInUseException" && code !== "LimitExceededException") throw error;
}
