import { strict as assert } from "node:assert";
import { join, resolve } from "node:path";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from "@aws-sdk/client-kinesis";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { startMarket } from "../../data/market";
import { names } from "../../data/names";
import { scale } from "../../infra/cost/scale";
import { startCloud } from "../../packages/pocket-cloud";
import { deployProgram, previewProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { clientsFor } from "../../tools/kit/clients";
import { accountOf } from "../../tools/kit/connect";
import { temporaryDirectory } from "../support/temporary";

const root = resolve(__dirname, "../..");
const name = names("local");
const START = Date.UTC(2026, 0, 1, 10);
const DAY_PARTS = 24;

const sizes = [
  { coins: 250, pollSeconds: 300 },
  { coins: 600, pollSeconds: 90 },
] as const;

/** What an hour of a size writes in the cloud, from the schedule's first poll to the last object. */
async function measured({ coins, pollSeconds }: (typeof sizes)[number]) {
  const dir = temporaryDirectory();
  const cloud = await startCloud({ dir: dir.path, clock: { simulateFrom: START - 30_000 } });
  const market = await startMarket({ now: () => cloud.clock.now(), coins });
  const connection = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
  const clients = clientsFor(connection);
  const config = {
    "pricelake:sampleMarketUrl": market.url,
    "pricelake:coins": String(coins),
    "pricelake:feeds": '["crypto"]',
    "pricelake:directFeeds": "[]",
    "pricelake:pollSeconds": String(pollSeconds),
  };
  try {
    const program = { dir: root, stack: "local", config };
    await deployProgram({ ...connection, ...program, statePath: join(dir.path, "stack.json") });
    await cloud.clock.advanceTo(START + 3_600_000 - 1000);
    await cloud.flush();
    const { account, region } = await accountOf(connection);
    const csv = await objectsIn(clients.s3, name.lakeBucket(account, region), "csv/crypto/");
    const [[rows] = []] = await queryRows(clients.athena, name, "SELECT count(*) FROM crypto");
    const { resources } = await previewProgram({ ...program, log: () => {} });
    return {
      rows: Number(rows),
      csv,
      stream: await recordsIn(clients.kinesis, name.stream("crypto")),
      resources,
    };
  } finally {
    clients.close();
    await market.stop();
    await cloud.stop();
    dir.remove();
  }
}

async function objectsIn(client: ReturnType<typeof clientsFor>["s3"], Bucket: string, Prefix: string) {
  const found = { count: 0, bytes: 0 };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    for (const { Size = 0 } of Contents) {
      found.count++;
      found.bytes += Size;
    }
  return found;
}

async function recordsIn(kinesis: KinesisClient, StreamName: string) {
  const found = { count: 0, bytes: 0, putUnits: 0 };
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  for (const { ShardId } of Shards) {
    const { ShardIterator: first } = await kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    for (let ShardIterator = first, behind = 1; behind > 0; ) {
      const page = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
      for (const { Data = new Uint8Array() } of page.Records ?? []) {
        found.count++;
        found.bytes += Data.length;
        found.putUnits += Math.ceil(Data.length / 25_600);
      }
      ShardIterator = page.NextShardIterator;
      behind = page.MillisBehindLatest ?? 0;
    }
  }
  return found;
}

const within5Percent = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual / expected - 1) <= 0.05, `${what}: ${actual}, measured ${expected}`);

describe("npm run scale, against the cloud", function () {
  this.timeout(600_000);

  for (const size of sizes)
    it(`is within 5 % of an hour of ${size.coins} coins every ${size.pollSeconds} seconds`, async () => {
      const { rows, csv, stream, resources } = await measured(size);
      const eventsPerMinute = (60 * size.coins) / size.pollSeconds;
      const { figures, cost } = scale(
        resources,
        { eventsPerMinute, coins: size.coins, years: 1 },
        "us-east-1",
      );
      const figure = (of: string) => figures.find((each) => each.name === of)?.value ?? assert.fail(of);
      const units = cost.lines.find(({ unit }) => unit === "M units of 25 KB put")?.quantity ?? assert.fail();
      const perHour = (yearly: number) => yearly / 365 / DAY_PARTS;
      within5Percent(perHour(figure("events")), rows, "events");
      within5Percent(perHour(figure("bytes of events") * 1024 ** 3), stream.bytes, "bytes of events");
      within5Percent(figure("records") / DAY_PARTS, stream.count, "records");
      within5Percent((units * 1e6) / 30 / DAY_PARTS, stream.putUnits, "PUT units");
      within5Percent(figure("objects in csv/") / DAY_PARTS, csv.count, "objects in csv/");
      within5Percent(perHour(figure("bytes in csv/, kept") * 1024 ** 3), csv.bytes, "bytes in csv/");
    });
});
