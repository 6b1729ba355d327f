import { strict as assert } from "node:assert";
import { join, resolve } from "node:path";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { names } from "../../data/names";
import { lanesFor, pack } from "../../data/records/pack";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { clientsFor } from "../../tools/kit/clients";
import { coin, line } from "../functions/support/events";
import { connectionOf } from "../support/cloud";
import { temporaryDirectory } from "../support/temporary";

const START = Date.UTC(2026, 0, 1, 10, 2);
const MINUTE = 60_000;
const SHARDS = 2;
const COINS = Array.from({ length: 60 }, (_, i) => `coin-${i}`);
const name = names("local");
const FUNCTION = name.function("evaluate-rules", "crypto");

describe("Critical rules on a stream with two shards", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  let cloud: Cloud;

  const start = (simulateFrom: number) => startCloud({ dir: dir.path, clock: { simulateFrom } });

  before(async () => {
    cloud = await start(START);
    await deployProgram({
      ...connectionOf(cloud),
      dir: resolve(__dirname, "../.."),
      stack: "local",
      statePath: join(dir.path, "stack.json"),
      config: {
        "pricelake:feeds": '["crypto"]',
        "pricelake:directFeeds": "[]",
        "pricelake:streamShards": String(SHARDS),
        // No poll before 11:00.
        "pricelake:pollSeconds": "3600",
        "pricelake:coins": "60",
      },
    });
  });

  after(async () => {
    await cloud?.stop();
    dir.remove();
  });

  /** Sends one price for every coin, and lets the function evaluate them. */
  async function send(price: number): Promise<void> {
    const clients = clientsFor(connectionOf(cloud));
    const time = new Date(cloud.clock.now()).toISOString();
    const events = COINS.map((id) => ({
      key: id,
      line: line(coin(id, time, price, { market_cap_rank: 50 })).trimEnd(),
    }));
    const { packs } = pack(events, lanesFor(SHARDS));
    const Records = packs.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
    const { Records: put = [] } = await clients.kinesis.send(
      new PutRecordsCommand({ StreamName: name.stream("crypto"), Records }),
    );
    assert.equal(new Set(put.map(({ ShardId }) => ShardId)).size, SHARDS);
    await cloud.clock.advanceTo(cloud.clock.now() + 5 * MINUTE);
    clients.close();
  }

  /** Sums of the function's log: alerts that were published, and those that had been before. */
  async function alerts(): Promise<{ published: number; repeated: number }> {
    const { events = [] } = await cloud.call(
      "logs",
      "FilterLogEvents",
      { logGroupName: name.logGroup(FUNCTION), filterPattern: '"evaluated"' },
      cloud.administrator,
    );
    const outcomes = events
      .filter(({ message = "" }) => message.startsWith("{"))
      .map(({ message = "" }) => JSON.parse(message) as { published: number; repeated: number });
    return {
      published: outcomes.reduce((sum, { published }) => sum + published, 0),
      repeated: outcomes.reduce((sum, { repeated }) => sum + repeated, 0),
    };
  }

  it("look back over the loss of all containers, and send each alert once", async () => {
    await send(100);
    // A change of the function replaces its containers.
    await cloud.call(
      "lambda",
      "UpdateFunctionConfiguration",
      { FunctionName: FUNCTION, Description: "changed" },
      cloud.administrator,
    );
    await send(95);
    assert.deepEqual(await alerts(), { published: 0, repeated: 0 });
    const now = cloud.clock.now();
    await cloud.stop();
    cloud = await start(now);
    await send(84);
    assert.deepEqual(await alerts(), { published: 60, repeated: 0 });
    const later = cloud.clock.now();
    await cloud.stop();
    cloud = await start(later);
    await send(83);
    assert.deepEqual(await alerts(), { published: 60, repeated: 60 });
  });

  it("keep little, in items of one shard each", async () => {
    const clients = clientsFor(connectionOf(cloud));
    const { Items = [] } = await clients.dynamodb.send(
      new ScanCommand({ TableName: name.table("crypto-look-back") }),
    );
    clients.close();
    assert.deepEqual(
      Items.map((item) => item.version?.N),
      Array.from({ length: lanesFor(SHARDS) }, () => "4"),
      "each batch wrote each item once, without a conflict",
    );
    const bytes = Items.reduce((sum, item) => sum + (item.look_back?.B?.length ?? 0), 0);
    assert.ok(bytes < 60 * 160, `${bytes} bytes`);
  });
});
