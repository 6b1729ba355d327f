import type { Message } from "@aws-sdk/client-sqs";
import type { CloudContext } from "../../../service";
import type { Runtime } from "../runtime/runtime";
import { type LambdaStore, type MappingRecord, parseName } from "../store";
import { matchesPattern } from "./event-pattern";
import { parsedOr, parsePatterns } from "./filter";
import type { Poller } from "./mappings";
import { LARGEST_EVENT } from "./source-record";
import { verdictsOf } from "./verdict";

/** SQS hands out so many at a time. */
const AT_ONCE = 10;
const LONGEST_DELAY = 60_000;

/** One enabled mapping from a queue: what fails stays in the queue and comes again after its visibility timeout. */
export class QueuePoller implements Poller {
  readonly settings: MappingRecord["configuration"];
  readonly #filters: ReturnType<typeof parsePatterns>;
  readonly #timers = new Map<number, () => void>();
  #waiting: Message[] = [];
  #deadline = Number.POSITIVE_INFINITY;
  #failures = 0;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    readonly cloud: CloudContext,
    readonly store: LambdaStore,
    readonly runtime: Runtime,
    record: MappingRecord,
  ) {
    this.settings = record.configuration;
    this.#filters = parsePatterns(record.configuration.FilterCriteria);
  }

  get queueArn(): string {
    return this.settings.EventSourceArn ?? "";
  }

  refresh(): void {
    this.wake(this.cloud.clock.now());
  }

  /** Something can be received from `at` on. */
  wake(at: number): void {
    if (this.#stopped || this.#timers.has(at)) return;
    const task = () => {
      this.#timers.delete(at);
      return this.#run(false);
    };
    this.#timers.set(at, this.cloud.clock.schedule(at, task, "poll queue"));
  }

  flush(): Promise<void> {
    return this.#run(true);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    await this.#running;
  }

  /** One after the other, so that a batch is gathered once. */
  #run(now: boolean): Promise<void> {
    this.#running = this.#running.then(() => this.#poll(now));
    return this.#running;
  }

  async #poll(now: boolean): Promise<void> {
    const { clock } = this.cloud;
    try {
      while (!this.#stopped) {
        const more = await this.#receive();
        const full = this.#waiting.length >= (this.settings.BatchSize ?? AT_ONCE);
        if (this.#waiting.length === 0) return;
        if (!full && more) continue;
        if (!full && !now && this.#deadline > clock.now()) return this.wake(this.#deadline);
        await this.#process();
      }
    } catch (error) {
      this.#processed(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
      this.wake(clock.now() + Math.min(LONGEST_DELAY, 1000 * 2 ** this.#failures++));
    }
  }

  get #target() {
    return parseName(this.settings.FunctionArn);
  }

  #caller() {
    const role = this.store.find(this.#target.name).configuration.Role ?? "";
    return this.cloud.identities().assume(role, this.#target.name, "lambda.amazonaws.com");
  }

  get #url(): string {
    const [, , , , account, queue] = this.queueArn.split(":");
    return `${this.cloud.endpoint()}/${account}/${queue}`;
  }

  /** Whether there may be more. */
  async #receive(): Promise<boolean> {
    const room = Math.min(AT_ONCE, (this.settings.BatchSize ?? AT_ONCE) - this.#waiting.length);
    if (room <= 0) return false;
    const input = { QueueUrl: this.#url, MaxNumberOfMessages: room, WaitTimeSeconds: 0 };
    const names = { MessageSystemAttributeNames: ["All"] as "All"[], MessageAttributeNames: ["All"] };
    const { Messages = [] } = await this.cloud.call(
      "sqs",
      "ReceiveMessage",
      { ...input, ...names },
      this.#caller(),
    );
    this.#failures = 0;
    const wanted = Messages.filter((message) => this.#wanted(message));
    const unwanted = Messages.filter((message) => !wanted.includes(message));
    if (unwanted.length > 0) await this.#delete(unwanted);
    if (this.#waiting.length === 0 && wanted.length > 0)
      this.#deadline = this.cloud.clock.now() + (this.settings.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    this.#waiting.push(...wanted);
    return Messages.length === room;
  }

  /** Filters see the body as JSON when it is; what none of them wants is deleted. */
  #wanted({ Body = "", Attributes, MessageAttributes }: Message): boolean {
    const event = { body: parsedOr(Body), attributes: Attributes, messageAttributes: MessageAttributes };
    return this.#filters.length === 0 || this.#filters.some((pattern) => matchesPattern(pattern, event));
  }

  async #process(): Promise<void> {
    const batch = this.#cut();
    const { name, qualifier } = this.#target;
    const records = batch.map((message) => recordOf(message, this.queueArn, this.cloud.region));
    const payload = JSON.stringify({ Records: records });
    const invoked = await this.runtime
      .invoke(this.store.find(name), { payload, ...(qualifier && { version: qualifier }) })
      .catch(() => undefined);
    const reporting = this.settings.FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false;
    const ids = batch.map((message) => message.MessageId ?? "");
    const failed = invoked ? verdictsOf(invoked, ids, reporting) : new Set(ids);
    this.#processed(failed.size === 0 ? "OK" : "PROBLEM: Function call failed");
    await this.#delete(batch.filter((message) => !failed.has(message.MessageId ?? "")));
    if (failed.size > 0) await this.#wakeWhenVisible();
  }

  #cut(): Message[] {
    let bytes = 0;
    let count = 0;
    for (const { Body = "" } of this.#waiting) {
      bytes += Buffer.byteLength(JSON.stringify(Body)) + 1024;
      if (bytes > LARGEST_EVENT && count > 0) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    for (let at = 0; at < messages.length; at += AT_ONCE) {
      const Entries = messages
        .slice(at, at + AT_ONCE)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.cloud.call("sqs", "DeleteMessageBatch", { QueueUrl: this.#url, Entries }, this.#caller());
    }
  }

  async #wakeWhenVisible(): Promise<void> {
    const input = { QueueUrl: this.#url, AttributeNames: ["VisibilityTimeout" as const] };
    const { Attributes } = await this.cloud.call("sqs", "GetQueueAttributes", input, this.#caller());
    this.wake(this.cloud.clock.now() + Number(Attributes?.VisibilityTimeout ?? 30) * 1000);
  }

  #processed(result: string): void {
    if (this.settings.LastProcessingResult === result) return;
    this.settings.LastProcessingResult = result;
    this.store.mappings.update(this.settings.UUID ?? "", ({ configuration }) => {
      configuration.LastProcessingResult = result;
    });
  }
}

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
