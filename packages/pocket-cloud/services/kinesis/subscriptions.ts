import type { SubscribeToShardEvent, SubscribeToShardEventStream } from "@aws-sdk/client-kinesis";
import { inUse } from "./errors";
import type { Stream } from "./model";
import { childShards, readShard, toRecord } from "./read";
import { sequenceAt } from "./sequence";
import type { KinesisStore, ShardLog } from "./store";

const LIFE = 5 * 60_000;
/** A second subscription to the same shard takes the first one's place, but not sooner than this. */
const SETTLED = 5000;
const EVENT_RECORDS = 10_000;
const EVENT_BYTES = 2 * 1024 * 1024;

interface Subscription {
  readonly consumerArn: string;
  readonly shardId: string;
  readonly since: number;
  end(): void;
}

/** Enhanced fan-out: shards pushed to consumers as records arrive, each subscription for five minutes. */
export class Subscriptions {
  readonly #open = new Set<Subscription>();

  constructor(readonly store: KinesisStore) {}

  begin(
    consumerArn: string,
    stream: Stream,
    at: ShardLog,
    from: number,
  ): AsyncIterable<SubscribeToShardEventStream> {
    const now = this.store.cloud.clock.now();
    for (const other of this.#open) {
      if (other.consumerArn !== consumerArn || other.shardId !== at.shard.id) continue;
      if (now - other.since < SETTLED)
        throw inUse(
          `Another active subscription exists for this consumer: ${consumerArn} on shard ${at.shard.id} in stream ${stream.name}.`,
        );
      other.end();
    }
    const bell = new Bell();
    const subscription = { consumerArn, shardId: at.shard.id, since: now, end: () => bell.close() };
    this.#open.add(subscription);
    return this.#events(stream, at, from, bell, subscription);
  }

  /** Ends the subscriptions of a consumer, or all. */
  end(consumerArn?: string): void {
    for (const subscription of this.#open)
      if (consumerArn === undefined || subscription.consumerArn === consumerArn) subscription.end();
  }

  async *#events(
    stream: Stream,
    at: ShardLog,
    from: number,
    bell: Bell,
    subscription: Subscription,
  ): AsyncGenerator<SubscribeToShardEventStream> {
    const { bus, clock } = this.store.cloud;
    const arrivals = bus.on("kinesis:records", ({ streamArn, shardId }) => {
      if (streamArn === stream.arn && shardId === at.shard.id) bell.ring();
    });
    const gone = bus.on("kinesis:stream", ({ streamArn }) => {
      if (streamArn === stream.arn && this.store.streams.get(stream.name) !== stream) bell.close();
    });
    const expiry = clock.schedule(subscription.since + LIFE, () => bell.close(), "kinesis: subscription");
    try {
      for (let position = from, first = true; !bell.closed; first = false) {
        const reading = readShard(this.store, stream, at, position, EVENT_RECORDS, EVENT_BYTES);
        position = reading.next;
        if (first || reading.records.length > 0 || reading.ended) {
          const event: SubscribeToShardEvent = {
            Records: reading.records.map((record) => toRecord(at.prefix, record)),
            ContinuationSequenceNumber: reading.ended ? undefined : sequenceAt(at.prefix, position - 1),
            MillisBehindLatest: reading.millisBehind,
            ...(reading.ended && { ChildShards: childShards(stream, at.shard.id) }),
          };
          yield { SubscribeToShardEvent: event };
        }
        if (reading.ended) return;
        if (reading.millisBehind === 0) await bell.rung();
      }
    } finally {
      arrivals();
      gone();
      expiry();
      this.#open.delete(subscription);
    }
  }
}

/** Wakes one waiter; a ring nobody waited for is kept. */
class Bell {
  closed = false;
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  close(): void {
    this.closed = true;
    this.ring();
  }

  async rung(): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#rung = false;
    this.#wake = undefined;
  }
}
