import type { Observers, Operations, Outcome } from "../../service";
import { metricsOf, type Units } from "../shared/metrics";
import { sizeOf } from "./operations/send";
import type { Queue, QueueStore } from "./store";

/** Source: "Available CloudWatch metrics for Amazon SQS", SQS Developer Guide. */
const UNITS = {
  ApproximateAgeOfOldestMessage: "Seconds",
  ApproximateNumberOfMessagesDelayed: "Count",
  ApproximateNumberOfMessagesNotVisible: "Count",
  ApproximateNumberOfMessagesVisible: "Count",
  NumberOfEmptyReceives: "Count",
  NumberOfMessagesDeleted: "Count",
  NumberOfMessagesReceived: "Count",
  NumberOfMessagesSent: "Count",
  SentMessageSize: "Bytes",
} as const satisfies Units<string>;

const MINUTE_MS = 60_000;
/** A queue is active while it has messages and for six hours after the last request. */
const ACTIVE_MS = 6 * 3_600_000;

type Sent = Parameters<typeof sizeOf>[0];

/** Reports the metrics of queues: counts with each request, and the state of active queues every minute. */
export class QueueMetrics {
  readonly #activeUntil = new Map<string, number>();
  readonly #report: ReturnType<typeof metricsOf<keyof typeof UNITS>>;
  #scheduled = false;

  constructor(readonly store: QueueStore) {
    this.#report = metricsOf(store.cloud.bus, "AWS/SQS", UNITS);
  }

  /** Watches queues that have messages, after a restart. */
  start(): void {
    for (const name of this.store.records.keys()) if (this.store.byName(name)?.data.size) this.touch(name);
  }

  touch(name: string): void {
    this.#activeUntil.set(name, this.store.cloud.clock.now() + ACTIVE_MS);
    this.#watch();
  }

  /** Schedules the next sample, if there are active queues and none is scheduled. */
  #watch(): void {
    if (this.#scheduled || this.#activeUntil.size === 0) return;
    this.#scheduled = true;
    const { clock } = this.store.cloud;
    const next = (Math.floor(clock.now() / MINUTE_MS) + 1) * MINUTE_MS;
    clock.schedule(next, () => this.#sample(), "queue metrics");
  }

  #sample(): void {
    this.#scheduled = false;
    const now = this.store.cloud.clock.now();
    for (const [name, until] of this.#activeUntil) {
      const queue = this.store.byName(name);
      if (!queue || (now >= until && queue.data.size === 0)) this.#activeUntil.delete(name);
      else this.#reportState(queue, now);
    }
    this.#watch();
  }

  #reportState({ record, data }: Queue, now: number): void {
    const { visible, inFlight, delayed } = data.counts(now);
    const [oldest] = data.all();
    this.#report(
      { QueueName: record.name },
      {
        ApproximateNumberOfMessagesVisible: visible,
        ApproximateNumberOfMessagesNotVisible: inFlight,
        ApproximateNumberOfMessagesDelayed: delayed,
        ApproximateAgeOfOldestMessage: oldest ? Math.max(0, Math.round((now - oldest.sentAt) / 1000)) : 0,
      },
    );
  }

  observers(operations: Operations<"sqs">): Observers<"sqs"> {
    const sent = (QueueName: string, messages: readonly Sent[]) => {
      for (const message of messages)
        this.#report({ QueueName }, { NumberOfMessagesSent: 1, SentMessageSize: sizeOf(message) });
    };
    const deleted = (QueueName: string, count: number) =>
      this.#report({ QueueName }, { NumberOfMessagesDeleted: count });
    const succeeded = <E extends { Id?: string | undefined }>(entries: E[] = [], output: Succeeded = {}) =>
      entries.filter(({ Id }) => output.Successful?.some((entry) => entry.Id === Id));
    const counts: { readonly [operation: string]: (name: string, input: never, output: never) => void } = {
      SendMessage: (name, input: Sent) => sent(name, [input]),
      SendMessageBatch: (name, { Entries }: { Entries?: (Sent & { Id?: string })[] }, output: Succeeded) =>
        sent(name, succeeded(Entries, output)),
      ReceiveMessage: (QueueName, _input: object, { Messages = [] }: { Messages?: unknown[] }) =>
        this.#report(
          { QueueName },
          Messages.length > 0 ? { NumberOfMessagesReceived: Messages.length } : { NumberOfEmptyReceives: 1 },
        ),
      DeleteMessage: (name) => deleted(name, 1),
      DeleteMessageBatch: (name, _input: object, { Successful = [] }: Succeeded) =>
        deleted(name, Successful.length),
    };
    const observe =
      (operation: string) =>
      ({ input, output }: Outcome<object, object>) => {
        const { QueueUrl, QueueName } = input as { QueueUrl?: string; QueueName?: string };
        const name = (QueueUrl ?? QueueName)?.split("/").at(-1) ?? "";
        if (!output || !this.store.records.has(name)) return;
        this.touch(name);
        counts[operation]?.(name, input as never, output as never);
      };
    return Object.fromEntries(Object.keys(operations).map((operation) => [operation, observe(operation)]));
  }
}

interface Succeeded {
  readonly Successful?: readonly { readonly Id?: string | undefined }[];
}
