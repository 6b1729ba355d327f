import {
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  SubscribeToShardCommand,
  type SubscribeToShardEventStream,
} from "@aws-sdk/client-kinesis";
import { backoffMs, pause } from "../../../../functions/shared/backoff";
import { isTransient } from "../../../../functions/shared/put-packs";
import { after, type Position, subscriptionPosition } from "./position";
import { type Reading, type ReadPages, withRetries } from "./reading";

const POLL_MS = 500;

export interface Registration {
  readonly arn: string;
  /** False when the consumer was registered before. */
  readonly isNew: boolean;
}

/** Registers a consumer of enhanced fan-out, or finds the one of this name, and waits until it is active. */
export async function registerConsumer(reading: Reading, ConsumerName: string): Promise<Registration> {
  const { kinesis, stream, signal } = reading;
  const send: KinesisClient["send"] = kinesis.send.bind(kinesis);
  const { StreamDescriptionSummary: summary } = await withRetries(reading, () =>
    send(new DescribeStreamSummaryCommand({ StreamName: stream }), { abortSignal: signal }),
  );
  const request = { StreamARN: summary?.StreamARN, ConsumerName };
  let isNew = true;
  try {
    await withRetries(reading, () =>
      send(new RegisterStreamConsumerCommand(request), { abortSignal: signal }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    isNew = false;
  }
  for (;;) {
    const { ConsumerDescription: found } = await withRetries(reading, () =>
      send(new DescribeStreamConsumerCommand(request), { abortSignal: signal }),
    );
    if (found?.ConsumerStatus === "ACTIVE") return { arn: found.ConsumerARN ?? "", isNew };
    await pause(POLL_MS, signal);
  }
}

export async function deregisterConsumer(
  kinesis: Pick<KinesisClient, "send">,
  ConsumerARN: string,
): Promise<void> {
  await kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
}

/**
 * Reads shards by subscriptions: Kinesis pushes the records over HTTP/2, at 2 MB a second for this consumer alone. A
 * subscription lasts five minutes and is then renewed.
 */
export const fanOut = (ConsumerARN: string): ReadPages =>
  async function* (reading, ShardId, from) {
    const began = new Date((reading.now ?? Date.now)());
    let position = from;
    for (let failures = 0; ; ) {
      try {
        for await (const message of inTime(await subscribe(reading, ConsumerARN, ShardId, position))) {
          const event = eventOf(message);
          if (!event) continue;
          failures = 0;
          const { ContinuationSequenceNumber: next } = event;
          yield { ...event, ended: next === undefined };
          if (next === undefined) return;
          position = after(next);
        }
      } catch (error) {
        reading.signal.throwIfAborted();
        if (!(error instanceof Error) || !isTransient(error)) throw error;
        if (failures++ === 0)
          reading.log(`${ShardId}: the subscription broke (${error.message}); renewing it`);
        // LATEST again would skip the records that arrived in the meantime.
        if (position.type === "LATEST") position = { type: "AT_TIMESTAMP", at: began };
        await pause(backoffMs(failures + 2, reading.random ?? Math.random), reading.signal);
      }
      reading.signal.throwIfAborted();
    }
  };

/** A subscription that another one is replaced by must be five seconds old: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html */
const REPLACEABLE_MS = 5000;

async function subscribe(
  reading: Reading,
  ConsumerARN: string,
  ShardId: string,
  position: Position,
): Promise<AsyncIterable<SubscribeToShardEventStream>> {
  const request = { ConsumerARN, ShardId, StartingPosition: subscriptionPosition(position) };
  const send: KinesisClient["send"] = reading.kinesis.send.bind(reading.kinesis);
  for (;;) {
    try {
      const { EventStream } = await withRetries(reading, () =>
        send(new SubscribeToShardCommand(request), { abortSignal: reading.signal }),
      );
      if (EventStream) return EventStream;
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
      await pause(REPLACEABLE_MS, reading.signal);
    }
  }
}

/** An idle subscription gets events without records. One that is silent for this time is dead. */
const SILENCE_MS = 35_000;

async function* inTime<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`silent for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
      });
      const { value, done } = await Promise.race([iterator.next(), silence]).finally(() =>
        clearTimeout(timer),
      );
      if (done) return;
      yield value;
    }
  } finally {
    void iterator.return?.();
  }
}

/** The event of a message. Errors come as messages too. */
function eventOf(message: SubscribeToShardEventStream) {
  if (message.SubscribeToShardEvent) return message.SubscribeToShardEvent;
  const [error] = Object.values(message).filter((value) => value instanceof Error);
  if (error) throw error;
  return undefined;
}
