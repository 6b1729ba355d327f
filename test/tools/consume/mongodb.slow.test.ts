import { strict as assert } from "node:assert";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { CreateStreamCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { MongoClient } from "mongodb";
import { type FeedDefinition, feeds } from "../../../data/feeds";
import { itemsOf } from "../../../tools/consume/events";
import { MongoSink } from "../../../tools/consume/sinks/mongodb/sink";
import { type Engine, hasEngines, mongoEngine } from "../../engines/engines";
import { startPricelake } from "../../pipeline/command";
import { type TestCloud, testCloud } from "../../support/cloud";
import { loadFactor } from "../../support/load";
import { until, within } from "../agent/running";

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
    const put = (from: number, count: number, text = "about #bitcoin") =>
      world.kinesis.send(
        new PutRecordsCommand({
          StreamName: "posts",
          Records: Array.from({ length: count }, (_, i) => ({
            Data: Buffer.from(
              JSON.stringify({
                ...{ post_id: String(from + i), author: `a${i % 9}`, text },
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
      await until("the first are stored", async () => (await stored()) === 300);
      await put(300, 300);
      first.kill("SIGKILL");
      await once(first, "exit");
      const second = start();
      await until("the second has taken over", async () => (await stored()) === 600);
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
      await until("all are stored", async () => (await stored()) === POSTS);
      const quarantine = client.db().collection("posts_quarantine");
      await until("the invalid one is in quarantine", async () => (await quarantine.countDocuments()) === 1);
      await put(5, 1, "a later version");
      const posts = client.db().collection<{ _id: string; text: string }>("posts");
      await until(
        "the later version replaces the document",
        async () => (await posts.findOne({ _id: "5" }))?.text === "a later version",
      );
      assert.equal(await stored(), POSTS);
      const ids = await client.db().collection<{ _id: string }>("posts").find().toArray();
      assert.equal(new Set(ids.map(({ _id }) => _id)).size, POSTS);
      second.kill("SIGINT");
      assert.equal((await once(second, "exit"))[0], 130);
    } finally {
      await client.close();
    }
  });

  it("repeats an insert whose connection closes before the answer", async () => {
    const [host = "", port] = mongo.address.split(":");
    let broken = 0;
    const proxy = createServer((client) => {
      const server = connect(Number(port), host);
      client.on("data", (data) => {
        if (broken === 0 && data.includes("insert")) {
          broken++;
          client.destroy();
          server.destroy();
        } else server.write(data);
      });
      server.on("error", () => client.destroy()).pipe(client);
      client.on("error", () => server.destroy());
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port: proxied } = proxy.address() as AddressInfo;
    const { signal } = new AbortController();
    const feed = feeds.posts as FeedDefinition;
    const post = { post_id: "1", author: "a", text: "t", posted_at: "2026-01-15T12:00:00.000Z" };
    const place = { shardId: "0", sequenceNumber: "1", partitionKey: "a", arrival: post.posted_at };
    const record = { ...place, source: "1", data: Buffer.from(JSON.stringify(post)) };
    const said: string[] = [];
    const url = `mongodb://127.0.0.1:${proxied}/closed`;
    const sink = new MongoSink(url, "posts", feed, signal, (text) => said.push(text));
    try {
      await sink.open();
      await sink.put([...itemsOf(record, feed)]);
      assert.equal(sink.describe(), "1 written, 0 deleted, 0 quarantined");
      assert.equal(broken, 1);
      assert.match(said.join("\n"), /^MongoDB at 127\.0\.0\.1:\d+: .*; trying again$/);
    } finally {
      await sink.close();
      proxy.close();
    }
  });

  it("says how many of the written had been stored before", async () => {
    const feed = feeds.posts as FeedDefinition;
    const { signal } = new AbortController();
    const items = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => String(from + i)).flatMap((post_id) => {
        const post = { post_id, author: "a", text: "t", posted_at: "2026-01-15T12:00:00.000Z" };
        const place = { shardId: "0", sequenceNumber: post_id, partitionKey: "a", arrival: post.posted_at };
        return [...itemsOf({ ...place, source: post_id, data: Buffer.from(JSON.stringify(post)) }, feed)];
      });
    const sink = new MongoSink(`mongodb://${mongo.address}/again`, "posts", feed, signal, () => {});
    try {
      await sink.open();
      await sink.put(items(1, 5));
      assert.equal(sink.describe(), "5 written, 0 deleted, 0 quarantined");
      await sink.put(items(4, 7));
      assert.equal(sink.describe(), "9 written, 2 of them again, 0 deleted, 0 quarantined");
    } finally {
      await sink.close();
    }
  });

  it("stores what a consumer reads again without a search for each document", async () => {
    const feed = feeds.posts as FeedDefinition;
    const { signal } = new AbortController();
    const items = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => String(from + i)).flatMap((post_id) => {
        const post = { post_id, author: "a", text: "t", posted_at: "2026-01-15T12:00:00.000Z" };
        const place = { shardId: "0", sequenceNumber: post_id, partitionKey: "a", arrival: post.posted_at };
        return [...itemsOf({ ...place, source: post_id, data: Buffer.from(JSON.stringify(post)) }, feed)];
      });
    const sink = new MongoSink(`mongodb://${mongo.address}/reread`, "posts", feed, signal, () => {});
    try {
      await sink.open();
      for (let from = 0; from < 20_000; from += 2000) await sink.put(items(from, from + 2000));
      const began = Date.now();
      await sink.put(items(19_000, 20_500));
      const millis = Date.now() - began;
      assert.equal(sink.describe(), "21500 written, 1000 of them again, 0 deleted, 0 quarantined");
      assert.ok(millis < 10_000 * loadFactor(), `1000 documents again took ${millis} ms`);
    } finally {
      await sink.close();
    }
  });

  it("has what several writers replace at once", async () => {
    const feed = feeds.posts as FeedDefinition;
    const url = `mongodb://${mongo.address}/together`;
    const { signal } = new AbortController();
    const items = (text: string) =>
      [...Array(200).keys()].flatMap((n) => {
        const post = { post_id: String(n), author: "a", text, posted_at: "2026-01-15T12:00:00.000Z" };
        const place = { shardId: "0", sequenceNumber: String(n), partitionKey: "a", arrival: post.posted_at };
        return [...itemsOf({ ...place, source: `0@${n}`, data: Buffer.from(JSON.stringify(post)) }, feed)];
      });
    const sinks = ["a", "b", "c", "d"].map(() => new MongoSink(url, "posts", feed, signal, () => {}));
    try {
      await sinks[0]?.open();
      await sinks[0]?.put(items("first"));
      const replaced = Promise.all(sinks.map((sink, index) => sink.put(items(`version ${index}`))));
      await within(100, "four writers have replaced 200 documents", replaced);
    } finally {
      for (const sink of sinks) await sink.close();
    }
  });
});
