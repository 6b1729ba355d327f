import type { SubscribeToShardEvent, SubscribeToShardEventStream } from "@aws-sdk/client-kinesis";
import { inUse } from "./errors";
import type { Stream } from "./model";
import { sequenceAt } from "./sequence";
import { childShards, readShard, toRecord } from "./shard-reader";
import type { KinesisStore, ShardLog } from "./store";

const LIFE_MS = 5 * 60_000;
/** A new subscription to the same shard replaces one that is at least this old. A younger one refuses it. */
const REPLACEABLE_AFTER_MS = 5000;
/**
 * An idle subscription gets events without records. AWS does not state how often; its client library gives up after 35 s
 * without one: https://github.com/awslabs/amazon-kinesis-client/issues/463
 */
const HEARTBEAT_MS = 5000;
const EVENT_RECORDS = 10_000;
const EVENT_BYTES = 2 * 1024 * 1024;

interface Subscription {
  readonly consumerArn: string;
  readonly shardId: string;
  readonly since: number;
  end(): void;
}

/** Enhanced fan-out: pushes records to consumers as they arrive. A subscription lasts five minutes. */
export class Subscriptions {
  readonly #open = new Set<Subscription>();

  constructor(readonly store: KinesisStore) {}

  begin(
    consumerArn: string,
    stream: Stream,
    shard: ShardLog,
    from: number,
  ): AsyncIterable<SubscribeToShardEventStream> {
    const now = this.store.cloud.clock.now();
    for (const other of this.#open) {
      if (other.consumerArn !== consumerArn || other.shardId !== shard.shard.id) continue;
      if (now - other.since < REPLACEABLE_AFTER_MS)
        throw inUse(
          `Another active subscription exists for this consumer: ${consumerArn} on shard ${shard.shard.id} in stream ${stream.name}.`,
        );
      other.end();
    }
    const signal = new Signal();
    const subscription = { consumerArn, shardId: shard.shard.id, since: now, end: () => signal.close() };
    this.#open.add(subscription);
    return this.#events(stream, shard, from, signal, subscription);
  }

  /** Ends the subscriptions of a consumer, or all subscriptions. */
  end(consumerArn?: string): void {
    for (const subscription of this.#open)
      if (consumerArn === undefined || subscription.consumerArn === consumerArn) subscription.end();
  }

  async *#events(
    stream: Stream,
    shard: ShardLog,
    from: number,
    signal: Signal,
    subscription: Subscription,
  ): AsyncGenerator<SubscribeToShardEventStream> {
    const { bus, clock } = this.store.cloud;
    const arrivals = bus.on("kinesis:records", ({ streamArn, shardId }) => {
      if (streamArn === stream.arn && shardId === shard.shard.id) signal.raise();
    });
    const deletion = bus.on("kinesis:stream", ({ streamArn }) => {
      if (streamArn === stream.arn && this.store.streams.get(stream.name) !== stream) signal.close();
    });
    const expiry = clock.schedule(
      subscription.since + LIFE_MS,
      () => signal.close(),
      "kinesis: subscription",
    );
    try {
      for (let position = from, due = true; !signal.closed; ) {
        const page = readShard(this.store, stream, shard, position, EVENT_RECORDS, EVENT_BYTES);
        position = page.next;
        if (due || page.records.length > 0 || page.ended) {
          const event: SubscribeToShardEvent = {
            Records: page.records.map((record) => toRecord(shard.prefix, record)),
            ContinuationSequenceNumber: page.ended ? undefined : sequenceAt(shard.prefix, position - 1),
            MillisBehindLatest: page.millisBehind,
            ...(page.ended && { ChildShards: childShards(stream, shard.shard.id) }),
          };
          yield { SubscribeToShardEvent: event };
        }
        if (page.ended) return;
        due = false;
        if (page.millisBehind > 0) continue;
        const heartbeat = clock.schedule(
          clock.now() + HEARTBEAT_MS,
          () => {
            due = true;
            signal.raise();
          },
          "kinesis: heartbeat of a subscription",
        );
        await signal.raised();
        heartbeat();
      }
    } finally {
      arrivals();
      deletion();
      expiry();
      this.#open.delete(subscription);
    }
  }
}

/** Wakes one waiter. A signal raised while there is no waiter wakes the next one at once. */
class Signal {
  closed = false;
  #raised = false;
  #wake: (() => void) | undefined;

  raise(): void {
    this.#raised = true;
    this.#wake?.();
  }

  close(): void {
    this.closed = true;
    this.raise();
  }

  async raised(): Promise<void> {
    if (!this.#raised)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#raised = false;
    this.#wake = undefined;
  }
}
