import { setTimeout as sleep } from "node:timers/promises";
import { Admin, type BaseOptions } from "@platformatic/kafka";
import { MongoClient } from "mongodb";
import { inTime } from "../../tools/kit/in-time";
import { kafkaReason } from "../../tools/kit/kafka/errors";

const ANSWER_MS = 5000;

/** Fails if the broker does not answer, or does not yet name itself in the metadata: clients find no leader until then. */
export async function askKafka(
  address: string,
  millis = ANSWER_MS,
  security: Partial<BaseOptions> = {},
): Promise<void> {
  const admin = new Admin({ clientId: "ready", bootstrapBrokers: [address], retries: 0, ...security });
  try {
    const { brokers } = await inTime(admin.metadata({ topics: [] }), millis);
    if (brokers.size === 0) throw new Error("its metadata has no broker");
  } finally {
    await admin.close();
  }
}

/** Fails if the server does not answer a ping. */
export async function askMongo(address: string, millis = ANSWER_MS): Promise<void> {
  const client = new MongoClient(`mongodb://${address}`, { serverSelectionTimeoutMS: millis });
  try {
    await inTime(client.db("admin").command({ ping: 1 }), millis);
  } finally {
    await client.close();
  }
}

interface Limits {
  readonly millis: number;
  /** Why the server can no longer answer; undefined while it runs. */
  readonly ended: () => string | undefined;
}

/** Asks a server until it answers. An open port is no answer: the system accepts connections before the server reads. */
export async function answered(
  name: string,
  ask: () => Promise<void>,
  { millis, ended }: Limits,
): Promise<void> {
  const deadline = Date.now() + millis;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const end = ended();
      if (end !== undefined) throw new Error(`${name} ended with ${end}`);
      if (Date.now() > deadline)
        throw new Error(`${name} gives no answer for ${millis / 1000} s: ${kafkaReason(error)}`);
    }
    await sleep(200);
  }
}
