import { MongoClient } from "mongodb";
import { hasEngines, kafkaEngine, mongoEngine } from "../test/engines/engines";
import { indexesOf } from "../tools/consume/sinks/mongodb/documents";
import { MongoSink } from "../tools/consume/sinks/mongodb/sink";
import { type Bench, perWallSecond } from "./bench";
import { bareRead, bareSend, createTopic, feed, ourRead, ourSend, type Topic } from "./kafka-posts";

const POSTS = 30_000;
const QUICK_POSTS = 2000;
/** The bare loop and ours alternate after so many posts: a long run meets the same machine and equally full collections. */
const ROUND = 50_000;

type Stored = { _id: string };

export const bench: Bench = {
  name: "Kafka into MongoDB: posts sent, read and stored",
  run: async ({ quick, posts = quick ? QUICK_POSTS : POSTS }) => {
    if (!hasEngines("kafka", "mongo-server")) return [];
    const [kafka, mongo] = [await kafkaEngine(), await mongoEngine()];
    await Promise.all([kafka.start(), mongo.start()]);
    const connection = { clientId: "bench", bootstrapBrokers: [kafka.address] };
    const topic = (name: string, first: number): Topic => ({
      ...{ topic: `${name}-${first}`, connection, first },
      posts: Math.min(ROUND, posts - first),
    });
    const url = `mongodb://${mongo.address}/bench`;
    const client = new MongoClient(url);
    const collection = (name: string) => client.db().collection<Stored>(name);
    const { signal } = new AbortController();
    const sink = new MongoSink(url, "ours", feed, signal, (text) => process.stderr.write(`${text}\n`));
    try {
      await sink.open();
      // The same indexes.
      for (const { key } of indexesOf(feed)) await collection("bare").createIndex(key);
      const bare = async (round: Topic) => {
        await bareSend(round);
        await bareRead(round, async (read) => {
          const documents = read.map((post) => ({
            ...{ _id: post.post_id, ...post, posted_at: new Date(post.posted_at) },
          }));
          await collection("bare").insertMany(documents, { ordered: false });
        });
      };
      let rows = 0;
      const ours = async (round: Topic) => {
        await ourSend(round);
        rows += await ourRead(round, sink);
      };
      const seconds = { bare: 0, ours: 0 };
      for (let first = 0; first < posts; first += ROUND)
        for (const [name, work] of [["bare", bare] as const, ["ours", ours] as const]) {
          const round = topic(name, first);
          await createTopic(round.topic, connection);
          seconds[name] += round.posts / (await perWallSecond(round.posts, () => work(round)));
        }
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
          ...{ value: posts / seconds.ours, unit: "posts/s" },
          against: {
            what: "a bare loop that inserts, with the same client and driver",
            value: posts / seconds.bare,
          },
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
