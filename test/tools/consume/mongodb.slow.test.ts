import { strict as assert } from "node:assert";
import { once } from "node:events";
import { CreateStreamCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { MongoClient } from "mongodb";
import { type Engine, hasEngines, mongoEngine } from "../../engines/engines";
import { startPricelake } from "../../pipeline/command";
import { type TestCloud, testCloud } from "../../support/cloud";
import { until } from "../agent/running";

const POSTS = 900;

describe("A stream's posts into MongoDB", function () {
  this.timeout(300_000);
  let world: TestCloud;
  let mongo: Engine;
  before(async function () {
    if (!hasEngines("mongo-server")) return this.skip();
    mongo = await mongoEngine();
    await mongo.start();
    world = await testCloud({ enforceLimits: false });
    await world.kinesis.send(new CreateStreamCommand({ StreamName: "posts", ShardCount: 2 }));
  });
  after(async () => {
    await world?.stop();
    await mongo?.remove();
  });

  it("has each post once after the consumer was killed and MongoDB was away, and invalid ones in quarantine", async () => {
    const args = [
      ...["consume", "--stream", "posts", "--feed", "posts", "--group", "lab", "--lease-seconds", "2"],
      ...["--to", "mongodb:posts", "--mongo", `mongodb://${mongo.address}/lab`, "--follow"],
    ];
    const start = () => {
      const child = startPricelake(world.cloud, args);
      child.stderr.resume();
      return child;
    };
    const put = (from: number, count: number) =>
      world.kinesis.send(
        new PutRecordsCommand({
          StreamName: "posts",
          Records: Array.from({ length: count }, (_, i) => ({
            Data: Buffer.from(
              JSON.stringify({
                ...{ post_id: String(from + i), author: `a${i % 9}`, text: "about #bitcoin" },
                posted_at: new Date(Date.now() - 1000 * i).toISOString(),
              }),
            ),
            PartitionKey: String(i),
          })),
        }),
      );
    const client = new MongoClient(`mongodb://${mongo.address}/lab`);
    const stored = () => client.db().collection("posts").countDocuments();
    try {
      const first = start();
      await put(0, 300);
      await until("the first are stored", async () => (await stored()) === 300, 30);
      await put(300, 300);
      first.kill("SIGKILL");
      await once(first, "exit");
      const second = start();
      await until("the second has taken over", async () => (await stored()) === 600, 30);
      await mongo.kill();
      await put(600, 300);
      await world.kinesis.send(
        new PutRecordsCommand({
          StreamName: "posts",
          Records: [{ Data: Buffer.from('{"post_id":"no text"}'), PartitionKey: "x" }],
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 4000));
      await mongo.start();
      await until("all are stored", async () => (await stored()) === POSTS, 60);
      const quarantine = client.db().collection("posts_quarantine");
      await until(
        "the invalid one is in quarantine",
        async () => (await quarantine.countDocuments()) === 1,
        20,
      );
      const ids = await client.db().collection<{ _id: string }>("posts").find().toArray();
      assert.equal(new Set(ids.map(({ _id }) => _id)).size, POSTS);
      second.kill("SIGINT");
      assert.equal((await once(second, "exit"))[0], 130);
    } finally {
      await client.close();
    }
  });
});
