import { MongoClient } from "mongodb";
import { hasEngines, kafkaEngine, mongoEngine } from "../test/engines/engines";
import { indexesOf } from "../tools/consume/sinks/mongodb/documents";
import { MongoSink } from "../tools/consume/sinks/mongodb/sink";
import { type Bench, perWallSecond } from "./bench";
import { bareRead, bareSend, createTopic, feed, ourRead, ourSend } from "./kafka-posts";

const POSTS = 30_000;
const QUICK_POSTS = 2000;

type Stored = { _id: string };

export const bench: Bench = {
  name: "Kafka into MongoDB: posts sent, read and stored",
  run: async ({ quick, posts = quick ? QUICK_POSTS : POSTS }) => {
    if (!hasEngines("kafka", "mongo-server")) return [];
    const [kafka, mongo] = [await kafkaEngine(), await mongoEngine()];
    await Promise.all([kafka.start(), mongo.start()]);
    const connection = { clientId: "bench", bootstrapBrokers: [kafka.address] };
    const topic = (name: string) => ({ topic: name, connection, posts });
    const url = `mongodb://${mongo.address}/bench`;
    const client = new MongoClient(url);
    const collection = (name: string) => client.db().collection<Stored>(name);
    const { signal } = new AbortController();
    const sink = new MongoSink(url, "ours", feed, signal, (text) => process.stderr.write(`${text}\n`));
    try {
      for (const name of ["bare", "ours"]) await createTopic(name, connection);
      await sink.open();
      // The same indexes.
      for (const { key } of indexesOf(feed)) await collection("bare").createIndex(key);
      const floor = await perWallSecond(posts, async () => {
        await bareSend(topic("bare"));
        await bareRead(topic("bare"), async (read) => {
          const documents = read.map((post) => ({
            ...{ _id: post.post_id, ...post, posted_at: new Date(post.posted_at) },
          }));
          await collection("bare").insertMany(documents, { ordered: false });
        });
      });
      let rows = 0;
      const value = await perWallSecond(posts, async () => {
        await ourSend(topic("ours"));
        rows = await ourRead(topic("ours"), sink);
      });
      const stored = await collection("ours").countDocuments();
      const keys = new Set<string>();
      for await (const { _id } of collection("ours").find({}, { projection: { _id: 1 } })) keys.add(_id);
      const equal = (metric: string, count: number) => [
        {
          metric,
          value: count,
          unit: "",
          against: { what: "posts sent", value: posts },
          target: { atLeast: 1 },
        },
        {
          metric,
          value: count,
          unit: "",
          against: { what: "posts sent", value: posts },
          target: { atMost: 1 },
        },
      ];
      return [
        {
          metric: "posts sent, read, validated and stored",
          ...{ value, unit: "posts/s" },
          against: { what: "a bare loop that inserts, with the same client and driver", value: floor },
          target: { atLeast: 0.6 },
        },
        ...equal("rows read", rows),
        ...equal("documents", stored),
        ...equal("distinct keys", keys.size),
      ];
    } finally {
      await sink.close();
      await client.close();
      await kafka.remove();
      await mongo.remove();
    }
  },
};
