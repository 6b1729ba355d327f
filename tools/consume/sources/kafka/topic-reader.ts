import {
  type BaseOptions,
  Consumer,
  type GroupAssignment,
  type Message,
  type MessagesStream,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
} from "@platformatic/kafka";
import { backoffMs } from "../../../../functions/shared/backoff";
import { inTime } from "../../../kit/in-time";
import { aborted } from "../../../kit/interrupt";
import { closed } from "../../../kit/kafka/close";
import { kafkaReason, missingTopic, permanent, unreachable } from "../../../kit/kafka/errors";
import { watchdog } from "./watchdog";

export type KafkaMessage = Message<Buffer, Buffer, Buffer, Buffer>;

export interface TopicReading {
  readonly connection: BaseOptions;
  readonly topic: string;
  /** The group whose committed offsets are continued. Undefined: reads alone, and commits nothing. */
  readonly group: string | undefined;
  /** Where a group begins that has no offsets yet. */
  readonly from: "earliest" | "latest";
  /** False: ends at the offsets that the topic had at the start. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
  /** Between two checks of the watchdog. */
  readonly checkMillis?: number;
  /** Resolves when the messages are stored, with the number of those that were taken. Their offsets are committed after that. */
  readonly take: (messages: readonly KafkaMessage[]) => Promise<number>;
}

const MESSAGES_AT_ONCE = 2000;
/** A dead consumer's partitions are taken over after this time. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 2000;
/** Failed connections in a row after which a reading that does not follow gives up. */
const MAX_ATTEMPTS = 6;
/** A topic that ends with control records never reaches its end offset. */
const IDLE_MS = 30_000;
/** A broker that does not answer for this time is asked on a new connection. Joining a group waits for its other members. */
const ANSWER_MS = 60_000;
const LAST_COMMIT_MS = 5000;

/** Reads a topic's messages in batches, at least once each, and reconnects after failures of brokers. */
export async function readTopic(reading: TopicReading): Promise<void> {
  const { signal, follow, log, topic, connection } = reading;
  const brokers = connection.bootstrapBrokers.join(",");
  for (let failures = 0; !signal.aborted; ) {
    const attempt = new Attempt(reading);
    try {
      await attempt.run();
      return;
    } catch (error) {
      if (signal.aborted) return;
      const failure = permanent(error, topic, brokers);
      if (failure) throw failure;
      // An error of what takes the messages.
      if (error instanceof TakeError) throw error.cause;
      failures = attempt.progressed ? 1 : failures + 1;
      if (!follow && failures === MAX_ATTEMPTS) throw unreachable(error, brokers);
      const pause = 500 + 8 * backoffMs(failures, Math.random);
      log(`${brokers}: ${kafkaReason(error)}; connecting again in ${(pause / 1000).toFixed(1)} s`);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, pause)), aborted(signal)]);
    }
  }
}

class TakeError extends Error {}

/** One connection of the group's member, from joining to the first failure. */
class Attempt {
  progressed = false;
  #batch: KafkaMessage[] = [];
  #storing = false;
  /** Next offset to read, by partition. */
  readonly #positions = new Map<number, bigint>();

  constructor(private readonly reading: TopicReading) {}

  async run(): Promise<void> {
    const { connection, topic, group, from, follow, signal, checkMillis } = this.reading;
    const consumer = new Consumer({
      ...connection,
      groupId: group ?? `pricelake-${process.pid}-${Date.now()}`,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTime: 500,
      autocommit: false,
    });
    try {
      const ends = follow ? undefined : await this.#answer(endsOf(consumer, topic));
      const joining = streamOf(consumer, {
        topics: [topic],
        mode: MessagesStreamModes.COMMITTED,
        fallbackMode:
          from === "latest" ? MessagesStreamFallbackModes.LATEST : MessagesStreamFallbackModes.EARLIEST,
        highWaterMark: MESSAGES_AT_ONCE,
      });
      // A stream that comes after the reading was stopped is read by nobody.
      const stream = await this.#answer(joining).catch((error: unknown) => {
        void joining.then(
          (late) => late.destroy(),
          () => {},
        );
        throw error;
      });
      let stopped = false;
      const stop = () => {
        stopped = true;
        stream.destroy();
      };
      signal.addEventListener("abort", stop, { once: true });
      let idle: NodeJS.Timeout | undefined;
      const rest = () => {
        clearTimeout(idle);
        if (ends) idle = setTimeout(() => this.#stopIdle(ends, stop), IDLE_MS);
      };
      const watched = watchdog({
        waiting: async () => !(await this.#atEnd(consumer, await endsOf(consumer, topic), from)),
        busy: () => this.#storing,
        onStall: (reason) => stream.destroy(new Error(reason)),
        ...(checkMillis !== undefined && { checkMillis }),
      });
      try {
        if (ends && (await this.#answer(this.#atEnd(consumer, ends, from)))) return;
        rest();
        for await (const message of stream) {
          rest();
          watched.alive();
          this.#batch.push(message);
          if (this.#batch.length < MESSAGES_AT_ONCE && stream.readableLength > 0) continue;
          clearTimeout(idle);
          await this.#store(consumer);
          rest();
          if (ends && (await this.#answer(this.#atEnd(consumer, ends, from)))) break;
        }
        await this.#store(consumer);
      } catch (error) {
        // Destroying the stream ends the iteration with an error.
        if (!stopped || error instanceof TakeError) throw error;
        await this.#store(consumer);
      } finally {
        clearTimeout(idle);
        watched.stop();
        signal.removeEventListener("abort", stop);
        // close() alone waits for messages in the buffer to be read.
        stream.destroy();
      }
    } finally {
      await closed(consumer);
    }
  }

  /** Hands the batch over, and commits its offsets after that. */
  async #store(consumer: Consumer): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#storing = true;
    let taken: readonly KafkaMessage[];
    try {
      taken = batch.slice(0, await this.reading.take(batch));
    } catch (error) {
      throw new TakeError("the messages were not taken", { cause: error });
    } finally {
      this.#storing = false;
    }
    if (taken.length === 0) return;
    for (const { partition, offset } of taken) this.#positions.set(partition, offset + 1n);
    this.progressed = true;
    const { topic, group } = this.reading;
    if (group === undefined) return;
    const partitions = new Set(taken.map(({ partition }) => partition));
    const committing = consumer.commit({
      offsets: [...partitions].map((partition) => ({
        ...{ topic, partition, leaderEpoch: -1 },
        offset: this.#positions.get(partition) ?? 0n,
      })),
    });
    // What was stored is committed after Ctrl-C too.
    await inTime(committing, this.reading.signal.aborted ? LAST_COMMIT_MS : ANSWER_MS);
  }

  #answer<T>(promise: Promise<T>): Promise<T> {
    return inTime(promise, ANSWER_MS, this.reading.signal);
  }

  /** Ends a reading to which nothing comes, and says what it has not read. */
  #stopIdle(ends: readonly bigint[], stop: () => void): void {
    const left = [...this.#positions].reduce((sum, [partition, position]) => {
      const behind = (ends[partition] ?? 0n) - position;
      return behind > 0n ? sum + behind : sum;
    }, 0n);
    if (left > 0n)
      this.reading.log(
        `${this.reading.topic}: no message for ${IDLE_MS / 1000} s, ${left} offsets before the end; it is complete if these are markers of transactions`,
      );
    stop();
  }

  /** Whether this member's partitions are read up to the ends. */
  async #atEnd(consumer: Consumer, ends: readonly bigint[], from: TopicReading["from"]): Promise<boolean> {
    const { topic } = this.reading;
    // While the group is shared out again, nobody knows which partitions are this member's.
    if (!consumer.assignments) return false;
    const mine = consumer.assignments.find((each: GroupAssignment) => each.topic === topic)?.partitions ?? [];
    const unknown = mine.filter((partition) => !this.#positions.has(partition));
    if (unknown.length > 0) {
      const committed = await consumer.listCommittedOffsets({ topics: [{ topic, partitions: unknown }] });
      const first = await consumer.listOffsets({ topics: [topic], timestamp: -2n });
      for (const [i, partition] of unknown.entries()) {
        const offset = committed.get(topic)?.[i] ?? -1n;
        const begin = from === "latest" ? ends[partition] : first.get(topic)?.[partition];
        this.#positions.set(partition, offset >= 0n ? offset : (begin ?? 0n));
      }
    }
    return mine.every((partition) => (this.#positions.get(partition) ?? 0n) >= (ends[partition] ?? 0n));
  }
}

type Stream = MessagesStream<Buffer, Buffer, Buffer, Buffer>;

/**
 * The messages of a topic. A stream that comes after its consumer was closed fails before the promise of consume() is resolved,
 * and an error without a listener ends the process. So it gets its listener in the callback.
 */
const streamOf = (consumer: Consumer, options: Parameters<Consumer["consume"]>[0]): Promise<Stream> =>
  new Promise((resolve, reject) => {
    consumer.consume(options, (error, stream) => {
      if (!stream) return reject(error);
      stream.on("error", () => {});
      resolve(stream);
    });
  });

/** The topic's end offsets, by partition. */
async function endsOf(consumer: Consumer, topic: string): Promise<readonly bigint[]> {
  const ends = (await consumer.listOffsets({ topics: [topic], timestamp: -1n })).get(topic);
  if (!ends) throw missingTopic(topic, String(consumer.clientId));
  return ends;
}
