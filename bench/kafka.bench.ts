import { Consumer, MessagesStreamModes, ProduceAcks, Producer } from "@platformatic/kafka";
import { type FeedDefinition, feeds } from "../data/feeds";
import { hasEngines, kafkaEngine } from "../test/engines/engines";
import { realTime } from "../tools/collect/clock";
import { noCursor } from "../tools/collect/cursor";
import { kafkaDestination } from "../tools/collect/destinations/kafka";
import { collect } from "../tools/collect/runner";
import type { Source } from "../tools/collect/source";
import { Consumed, takeInto } from "../tools/consume/pipeline";
import { topicSource } from "../tools/consume/sources/kafka/source";
import type { Bench, Figure } from "./bench";

const POSTS = 1_000_000;
const QUICK_POSTS = 5000;
const AT_ONCE = 2000;
const PARTITIONS = 3;

const feed = feeds.posts as FeedDefinition;

/** Post n. All are valid and have keys of their own. */
const postOf = (n: number) => ({
  ...{ post_id: `b-${n}`, author: `user_${n % 400}`, language: "en", topic: "bitcoin" },
  text: `Bitcoin moves again, take a look at the ${n % 977}th chart of today #crypto #charts`,
  ...{ likes: n % 7, reposts: 0, sensitive: false },
  posted_at: new Date(1_768_000_000_000 + n).toISOString(),
});

type Connection = { readonly clientId: string; readonly bootstrapBrokers: string[] };

/** The least that a program does: sends JSON and reads the messages. */
async function bare(topic: string, connection: Connection, posts: number): Promise<void> {
  const producer = new Producer(connection);
  for (let n = 0; n < posts; n += AT_ONCE) {
    const messages = Array.from({ length: Math.min(AT_ONCE, posts - n) }, (_, i) => {
      const post = postOf(n + i);
      return { topic, key: Buffer.from(post.post_id), value: Buffer.from(JSON.stringify(post)) };
    });
    await producer.send({ messages, acks: ProduceAcks.ALL });
  }
  await producer.close();
  const consumer = new Consumer({ ...connection, groupId: `bare-${topic}`, autocommit: false });
  const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST });
  let read = 0;
  for await (const message of stream) {
    JSON.parse(message.value.toString());
    if (++read === posts) break;
  }
  await new Promise<void>((resolve) => consumer.close(true, () => resolve()));
}

/** What `npm run collect -- --to kafka:<topic>` and `npm run consume -- --from kafka:<topic>` do. */
async function ours(topic: string, connection: Connection, posts: number) {
  const signal = new AbortController().signal;
  const log = () => {};
  const source: Source = {
    feed,
    origin: "bench",
    async *read() {
      for (let n = 0; n < posts; n += AT_ONCE)
        yield Array.from({ length: Math.min(AT_ONCE, posts - n) }, (_, i) => ({
          kind: "object" as const,
          value: postOf(n + i),
        }));
    },
  };
  const destination = await kafkaDestination(topic, connection, PARTITIONS, log);
  const limit = Number.POSITIVE_INFINITY;
  await collect({
    source,
    destination,
    cursor: noCursor,
    clock: realTime,
    follow: false,
    limit,
    signal,
    log,
  });
  await destination.close();
  const counts = new Consumed();
  const keys = new Set<string>();
  const sink = {
    put: async (items: readonly { kind: string; event?: { partitionKey: string } }[]) => {
      for (const { event } of items) if (event) keys.add(event.partitionKey);
    },
  };
  await topicSource(
    { connection, topic, group: `ours-${topic}`, from: "earliest", follow: false, signal, log },
    feed,
  ).read(takeInto({ matches: () => true, sink }, counts));
  return { rows: counts.rows, keys: keys.size };
}

export const bench: Bench = {
  name: `Kafka: ${POSTS.toLocaleString("en")} posts sent and read`,
  run: async ({ quick }) => {
    if (!hasEngines("kafka")) return [];
    const posts = quick ? QUICK_POSTS : POSTS;
    const kafka = await kafkaEngine();
    await kafka.start();
    const connection = { clientId: "bench", bootstrapBrokers: [kafka.address] };
    const timed = async <T>(work: () => Promise<T>) => {
      const began = performance.now();
      const result = await work();
      return { result, perSecond: (1000 * posts) / (performance.now() - began) };
    };
    try {
      // Creates the topics, and warms both up.
      for (const topic of ["bare", "ours"])
        await (await kafkaDestination(topic, connection, PARTITIONS, () => {})).close();
      const floor = await timed(() => bare("bare", connection, posts));
      const { result, perSecond } = await timed(() => ours("ours", connection, posts));
      const figures: Figure[] = [
        {
          metric: "posts sent, read and validated",
          value: perSecond,
          unit: "posts/s",
          against: { what: "a bare loop with the same client", value: floor.perSecond },
          target: { atLeast: 0.6 },
        },
        {
          metric: "distinct keys read",
          value: result.keys,
          unit: "keys",
          against: { what: "posts sent", value: posts },
          target: { atLeast: 1 },
        },
        {
          metric: "rows read",
          value: result.rows,
          unit: "rows",
          against: { what: "posts sent", value: posts },
          target: { atMost: 1 },
        },
      ];
      return figures;
    } finally {
      await kafka.remove();
    }
  },
};
