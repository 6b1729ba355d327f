import { Admin, type BaseOptions, ProduceAcks, Producer } from "@platformatic/kafka";
import { backoffMs, pause } from "../../../functions/shared/backoff";
import { inTime } from "../../kit/in-time";
import { closed } from "../../kit/kafka/close";
import { existsAlready, kafkaReason, missingTopic, permanent, unreachable } from "../../kit/kafka/errors";
import type { Outgoing } from "../convert";
import type { Destination } from "../runner";

/** A broker that does not answer for this time is asked on a new connection. */
const ANSWER_MS = 20_000;

interface Message {
  readonly topic: string;
  readonly key?: Buffer;
  readonly value?: Buffer;
}

/**
 * A Kafka topic: one message per row, keyed by the feed's natural key, so that all versions of an event are in one partition
 * in order. A deletion is a tombstone: the key without a value.
 */
export async function kafkaDestination(
  topic: string,
  connection: BaseOptions,
  /** Creates the topic with so many partitions when it does not exist. */
  partitions: number | undefined,
  onRefused: (reason: string) => void,
): Promise<Destination> {
  const brokers = connection.bootstrapBrokers.join(",");
  await ensureTopic(topic, connection, partitions, brokers);
  let producer = new Producer(connection);
  return {
    name: `kafka:${topic}`,
    send: async (events, signal) => {
      const messages = events.map((event) => messageOf(topic, event));
      // A batch that is resent as a whole keeps the order of its keys, and rows have their natural key.
      for (let attempt = 1; messages.length > 0; attempt++) {
        signal.throwIfAborted();
        try {
          await inTime(producer.send({ messages, acks: ProduceAcks.ALL }), ANSWER_MS, signal);
          return;
        } catch (error) {
          signal.throwIfAborted();
          const failure = permanent(error, topic, brokers);
          if (failure) throw failure;
          onRefused(kafkaReason(error));
          // The connection may be half open, and the client keeps it.
          await closed(producer);
          producer = new Producer(connection);
          await pause(backoffMs(attempt + 2, Math.random), signal);
        }
      }
    },
    close: () => closed(producer),
  };
}

function messageOf(topic: string, event: Outgoing): Message {
  if (event.kind === "deletion") return { topic, key: Buffer.from(event.naturalKey) };
  if (event.kind === "malformed") return { topic, value: Buffer.from(event.line) };
  return { topic, key: Buffer.from(event.naturalKey), value: Buffer.from(event.line) };
}

async function ensureTopic(
  topic: string,
  connection: BaseOptions,
  partitions: number | undefined,
  brokers: string,
): Promise<void> {
  const admin = new Admin(connection);
  try {
    if ((await admin.listTopics()).includes(topic)) return;
    if (partitions === undefined) throw missingTopic(topic, brokers);
    // -1: the cluster's own replication factor, 3 on MSK and 1 on a single node.
    await admin.createTopics({ topics: [topic], partitions, replicas: -1 });
  } catch (error) {
    // Another producer has created it, or the list of a broker that has just begun lacked it.
    if (existsAlready(error)) return;
    throw permanent(error, topic, brokers) ?? unreachable(error, brokers);
  } finally {
    await admin.close().catch(() => {});
  }
}
