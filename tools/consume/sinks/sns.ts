import { createHash } from "node:crypto";
import {
  GetTopicAttributesCommand,
  NotFoundException,
  PublishBatchCommand,
  type PublishBatchRequestEntry,
  SNSClient,
} from "@aws-sdk/client-sns";
import { type FeedDefinition, naturalKeyOf, type Row } from "../../../data/feeds";
import { backoffMs, pause } from "../../../functions/shared/backoff";
import { accountOf, type Connection } from "../../kit/connect";
import { Failure, messageOf } from "../../kit/errors";
import type { Event, Item } from "../events";
import { eventsIn, type Sink } from "./sink";

/** Limits of one PublishBatch: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const ENTRIES_AT_ONCE = 10;
const BYTES_AT_ONCE = 262_144;
const MAX_ATTEMPTS = 8;

/**
 * Publishes each event as one message. In a FIFO topic the natural key is the deduplication id, so that SNS drops what is
 * published again within five minutes; subscribers of other topics may get a message twice after a failure.
 */
export class SnsSink implements Sink {
  readonly counts = { published: 0, tooLong: 0 };
  readonly #sns: SNSClient;
  #arn = "";

  constructor(
    private readonly topic: string,
    private readonly feed: FeedDefinition | undefined,
    private readonly connection: Connection,
    private readonly signal: AbortSignal,
    private readonly log: (text: string) => void,
  ) {
    this.#sns = new SNSClient(connection);
  }

  async open(): Promise<void> {
    this.#arn = await topicArn(this.topic, this.connection);
    try {
      await this.#sns.send(new GetTopicAttributesCommand({ TopicArn: this.#arn }));
    } catch (error) {
      if (error instanceof NotFoundException) throw new Failure(`there is no topic ${this.topic}`);
      throw error;
    }
  }

  async put(items: readonly Item[]): Promise<void> {
    const events = eventsIn(items).filter((event) => {
      if (Buffer.byteLength(messageTextOf(event)) <= BYTES_AT_ONCE - ATTRIBUTE_BYTES) return true;
      if (this.counts.tooLong++ === 0)
        this.log(`${event.shardId}:${event.sequenceNumber} is too long for a message of SNS, and left out`);
      return false;
    });
    for (const batch of inBatches(events)) {
      await this.#publish(batch.map((event, i) => ({ Id: String(i), ...this.#messageOf(event) })));
      this.counts.published += batch.length;
    }
  }

  describe(): string {
    const { published, tooLong } = this.counts;
    return `${published} published to ${this.topic}${tooLong > 0 ? `, ${tooLong} too long` : ""}`;
  }

  async close(): Promise<void> {
    this.#sns.destroy();
  }

  #messageOf(event: Event): Omit<PublishBatchRequestEntry, "Id"> {
    const { feed } = this;
    const row = event.value as Row;
    const key = feed ? String(row[feed.partitionKey] ?? "") : event.partitionKey;
    const id = feed ? naturalKeyOf(feed, row) : `${event.shardId}:${event.sequenceNumber}:${event.text}`;
    return {
      Message: messageTextOf(event),
      MessageAttributes: {
        ...(feed && { feed: { DataType: "String", StringValue: feed.name } }),
        ...(key !== "" && { key: { DataType: "String", StringValue: key } }),
      },
      ...(this.#arn.endsWith(".fifo") && {
        // Groups and ids take 128 characters.
        MessageGroupId: hashOf(key),
        MessageDeduplicationId: hashOf(id),
      }),
    };
  }

  async #publish(all: PublishBatchRequestEntry[]): Promise<void> {
    let entries = all;
    for (let attempt = 1; ; attempt++) {
      const request = new PublishBatchCommand({ TopicArn: this.#arn, PublishBatchRequestEntries: entries });
      let reason: string;
      try {
        const { Failed = [] } = await this.#sns.send(request, { abortSignal: this.signal });
        const [first] = Failed;
        if (!first) return;
        const failed = new Set(Failed.map(({ Id }) => Id));
        entries = entries.filter(({ Id }) => failed.has(Id));
        reason = `${first.Code}: ${first.Message}`;
        if (Failed.every(({ SenderFault }) => SenderFault))
          throw new Failure(`the topic ${this.topic} refuses messages: ${reason}`);
      } catch (error) {
        if (error instanceof Failure || this.signal.aborted) throw error;
        reason = messageOf(error);
        if (!isTransient(error)) throw new Failure(`the topic ${this.topic}: ${reason}`);
      }
      if (attempt === MAX_ATTEMPTS)
        throw new Failure(`the topic ${this.topic} does not take messages: ${reason}`);
      await pause(backoffMs(attempt + 1, Math.random), this.signal);
    }
  }
}

/** Room for the attributes, which count for the limit. */
const ATTRIBUTE_BYTES = 2048;

const messageTextOf = ({ value }: Event): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function* inBatches(events: readonly Event[]): Generator<Event[]> {
  let batch: Event[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(messageTextOf(event)) + ATTRIBUTE_BYTES;
    if (batch.length === ENTRIES_AT_ONCE || (batch.length > 0 && bytes + size > BYTES_AT_ONCE)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

const isTransient = (error: unknown): boolean =>
  /Throttl|InternalError|InternalFailure|ServiceUnavailable|Timeout|ECONN|EPIPE|socket/i.test(
    error instanceof Error ? `${error.name} ${error.message}` : String(error),
  );

async function topicArn(topic: string, connection: Connection): Promise<string> {
  if (topic.startsWith("arn:")) return topic;
  const { account, region } = await accountOf(connection);
  return `arn:aws:sns:${region}:${account}:${topic}`;
}
