import { Consumer, MessagesStreamModes, ProduceAcks, Producer } from "@platformatic/kafka";
import { type FeedDefinition, feeds } from "../data/feeds";
import { realTime } from "../tools/collect/clock";
import { noCursor } from "../tools/collect/cursor";
import { kafkaDestination } from "../tools/collect/destinations/kafka";
import { collect } from "../tools/collect/runner";
import type { Source } from "../tools/collect/source";
import { Consumed, takeInto } from "../tools/consume/pipeline";
import type { Sink } from "../tools/consume/sinks/sink";
import { topicSource } from "../tools/consume/sources/kafka/source";

const AT_ONCE = 2000;
export const PARTITIONS = 3;
const PATIENCE_MS = 120_000;
export const feed = feeds.posts as FeedDefinition;

/** Post n. All are valid and have keys of their own. */
const postOf = (n: number) => ({
  ...{ post_id: `b-${n}`, author: `user_${n % 400}`, language: "en", topic: "bitcoin" },
  text: `Bitcoin moves again, take a look at the ${n % 977}th chart of today #crypto #charts`,
  ...{ likes: n % 7, reposts: 0, sensitive: false },
  posted_at: new Date(1_768_000_000_000 + n).toISOString(),
});

type Post = ReturnType<typeof postOf>;

/** The posts of a topic, by request. */
function* requestsOf({ first = 0, posts }: Topic): Generator<Post[]> {
  for (let n = 0; n < posts; n += AT_ONCE)
    yield Array.from({ length: Math.min(AT_ONCE, posts - n) }, (_, i) => postOf(first + n + i));
}

export interface Topic {
  readonly topic: string;
  readonly connection: { readonly clientId: string; readonly bootstrapBrokers: string[] };
  readonly posts: number;
  /** Number of the first post. */
  readonly first?: number;
}

/** The least that a program does: sends JSON. */
export async function bareSend(topic: Topic): Promise<void> {
  const producer = new Producer(topic.connection);
  for (const posts of requestsOf(topic)) {
    const messages = posts.map((post) => ({
      topic: topic.topic,
      key: Buffer.from(post.post_id),
      value: Buffer.from(JSON.stringify(post)),
    }));
    await producer.send({ messages, acks: ProduceAcks.ALL });
  }
  await producer.close();
}

/** The least that a program does: parses the messages, and hands them over in batches. */
export async function bareRead(
  { topic, connection, posts }: Topic,
  take: (posts: readonly Post[]) => Promise<void>,
): Promise<void> {
  const consumer = new Consumer({
    ...{ ...connection, groupId: `bare-${topic}`, autocommit: false },
    // On a busy machine it would lose its place, which it does not commit, and read the topic again.
    ...{ sessionTimeout: PATIENCE_MS, rebalanceTimeout: PATIENCE_MS },
  });
  const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST });
  let [read, batch]: [number, Post[]] = [0, []];
  const next = new Map<number, bigint>();
  for await (const { partition, offset, value } of stream) {
    // The client may deliver messages again on a busy machine.
    if (offset < (next.get(partition) ?? 0n)) continue;
    next.set(partition, offset + 1n);
    batch.push(JSON.parse(value.toString()));
    read++;
    if (batch.length < AT_ONCE && read < posts) continue;
    await take(batch);
    batch = [];
    if (read === posts) break;
  }
  await new Promise<void>((resolve) => consumer.close(true, () => resolve()));
}

/** What `npm run collect -- --to kafka:<topic>` does. */
export async function ourSend(topic: Topic): Promise<void> {
  const source: Source = {
    feed,
    origin: "bench",
    async *read() {
      for (const posts of requestsOf(topic)) yield posts.map((value) => ({ kind: "object" as const, value }));
    },
  };
  const destination = await kafkaDestination(topic.topic, topic.connection, PARTITIONS, quiet);
  await collect({
    ...{ source, destination, cursor: noCursor, clock: realTime, follow: false },
    ...{ limit: Number.POSITIVE_INFINITY, signal: new AbortController().signal, log: quiet },
  });
  await destination.close();
}

/** What `npm run consume -- --from kafka:<topic>` does. Returns the rows read. */
export async function ourRead({ topic, connection }: Topic, sink: Pick<Sink, "put">): Promise<number> {
  const counts = new Consumed();
  const reading = { connection, topic, group: `ours-${topic}`, from: "earliest", follow: false } as const;
  await topicSource({ ...reading, signal: new AbortController().signal, log: quiet }, feed).read(
    takeInto({ matches: () => true, sink }, counts),
  );
  return counts.rows;
}

export const createTopic = async (topic: string, connection: Topic["connection"]): Promise<void> =>
  (await kafkaDestination(topic, connection, PARTITIONS, quiet)).close();

const quiet = () => {};
