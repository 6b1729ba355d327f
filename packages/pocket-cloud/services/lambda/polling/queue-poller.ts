import type { Message } from "@aws-sdk/client-sqs";
import { queueUrl } from "../../shared/queues";
import { failedIds } from "./batch-response";
import { jsonOrText, passesFilters } from "./filter";
import { EVENT_LIMIT } from "./source-record";
import type { Target } from "./target";

/** SQS returns and deletes at most this many messages per request. */
const REQUEST_MESSAGES = 10;
const LONGEST_DELAY_MS = 60_000;

/** Polls a queue for one mapping. Failed messages stay in the queue until their visibility timeout ends. */
export class QueuePoller {
  readonly #timers = new Map<number, () => void>();
  #waiting: Message[] = [];
  /** The end of the batching window. */
  #deadline = Number.POSITIVE_INFINITY;
  #failures = 0;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(readonly target: Target) {}

  refresh(): void {
    this.wake(this.#now);
  }

  /** Schedules a poll, because a message becomes visible at this time. */
  wake(at: number): void {
    if (this.#stopped || this.#timers.has(at)) return;
    const poll = () => {
      this.#timers.delete(at);
      return this.#run(false);
    };
    this.#timers.set(at, this.target.cloud.clock.schedule(at, poll, "poll queue"));
  }

  flush(): Promise<void> {
    return this.#run(true);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    await this.#running;
  }

  get #now(): number {
    return this.target.cloud.clock.now();
  }

  get #batchSize(): number {
    return this.target.mapping.BatchSize ?? REQUEST_MESSAGES;
  }

  /** Polls run one after another, because they fill the same batch. */
  #run(flush: boolean): Promise<void> {
    this.#running = this.#running.then(() => this.#poll(flush));
    return this.#running;
  }

  async #poll(flush: boolean): Promise<void> {
    try {
      while (!this.#stopped) {
        const more = await this.#receive();
        const full = this.#waiting.length >= this.#batchSize;
        if (this.#waiting.length === 0) return;
        if (!full && more) continue;
        if (!full && !flush && this.#deadline > this.#now) return this.wake(this.#deadline);
        await this.#process();
      }
    } catch (error) {
      this.target.setProblem(error);
      this.wake(this.#now + Math.min(LONGEST_DELAY_MS, 1000 * 2 ** this.#failures++));
    }
  }

  get #url(): string {
    return queueUrl(this.target.cloud, this.target.sourceArn);
  }

  /** Receives messages into the batch. Returns whether the queue may have more. */
  async #receive(): Promise<boolean> {
    const { cloud, mapping, patterns } = this.target;
    const room = Math.min(REQUEST_MESSAGES, this.#batchSize - this.#waiting.length);
    if (room <= 0) return false;
    const input = { QueueUrl: this.#url, MaxNumberOfMessages: room, WaitTimeSeconds: 0 };
    const names = { MessageSystemAttributeNames: ["All"] as "All"[], MessageAttributeNames: ["All"] };
    const { Messages = [] } = await cloud.call(
      "sqs",
      "ReceiveMessage",
      { ...input, ...names },
      this.target.caller(),
    );
    this.#failures = 0;
    const passing = Messages.filter((message) => passesFilters(patterns, () => filterable(message)));
    const filteredOut = Messages.length - passing.length;
    this.target.reportEvents({ PolledEventCount: Messages.length, FilteredOutEventCount: filteredOut });
    // As in AWS, messages that no filter matches are deleted.
    await this.#delete(Messages.filter((message) => !passing.includes(message)));
    if (this.#waiting.length === 0 && passing.length > 0)
      this.#deadline = this.#now + (mapping.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    this.#waiting.push(...passing);
    return Messages.length === room;
  }

  async #process(): Promise<void> {
    const { target } = this;
    const batch = this.#takeBatch();
    const Records = batch.map((message) => recordOf(message, target.sourceArn, target.cloud.region));
    const invoked = await target.invoke(JSON.stringify({ Records })).catch(() => undefined);
    const ids = batch.map((message) => message.MessageId ?? "");
    const failed = invoked ? failedIds(invoked, ids, target.reportsItemFailures) : new Set(ids);
    target.setResult(failed.size === 0 ? "OK" : "PROBLEM: Function call failed");
    target.reportEvents({
      InvokedEventCount: invoked ? batch.length : undefined,
      ...(failed.size > 0 && { FailedInvokeEventCount: failed.size }),
    });
    await this.#delete(batch.filter((message) => !failed.has(message.MessageId ?? "")));
    if (failed.size > 0) await this.#wakeWhenVisible();
  }

  /** Takes the waiting messages that fit into one event. */
  #takeBatch(): Message[] {
    let bytes = 0;
    let count = 0;
    for (const { Body = "" } of this.#waiting) {
      bytes += Buffer.byteLength(JSON.stringify(Body)) + 1024;
      if (bytes > EVENT_LIMIT && count > 0) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    for (let at = 0; at < messages.length; at += REQUEST_MESSAGES) {
      const Entries = messages
        .slice(at, at + REQUEST_MESSAGES)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const input = { QueueUrl: this.#url, Entries };
      await this.target.cloud.call("sqs", "DeleteMessageBatch", input, this.target.caller());
      this.target.reportEvents({ DeletedEventCount: Entries.length });
    }
  }

  async #wakeWhenVisible(): Promise<void> {
    const input = { QueueUrl: this.#url, AttributeNames: ["VisibilityTimeout" as const] };
    const { cloud } = this.target;
    const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", input, this.target.caller());
    this.wake(this.#now + Number(Attributes?.VisibilityTimeout ?? 30) * 1000);
  }
}

/** A message as filters see it. */
const filterable = ({ Body = "", Attributes, MessageAttributes }: Message): object => ({
  body: jsonOrText(Body),
  attributes: Attributes,
  messageAttributes: MessageAttributes,
});

const recordOf = (message: Message, eventSourceARN: string, awsRegion: string): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        stringListValues: [],
        binaryListValues: [],
        ...(BinaryValue
          ? { binaryValue: Buffer.from(BinaryValue).toString("base64") }
          : { stringValue: StringValue }),
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN,
  awsRegion,
});
