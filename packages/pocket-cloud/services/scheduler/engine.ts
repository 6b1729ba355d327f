import { createHash, randomUUID } from "node:crypto";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { parseExpression } from "./expression";
import { type Delivery, keyOf, type ScheduleRecord, type SchedulerStore } from "./store";
import { actor, inputOf, retryable, send } from "./target";

const LONGEST_DELAY = 3_600_000;

/** Fires schedules on the cloud's clock. */
export class Engine {
  readonly #timers = new Map<string, () => void>();

  constructor(
    readonly cloud: CloudContext,
    readonly store: SchedulerStore,
  ) {}

  /** After a restart schedules go on with their next slot; what was missed while nothing ran stays missed. */
  start(): void {
    for (const record of this.store.schedules.values()) this.arm(record, this.cloud.clock.now() - 1);
    for (const delivery of this.store.deliveries.values()) this.#later(delivery);
  }

  /** Sets the timer of a schedule's next slot after `after`. */
  arm(record: ScheduleRecord, after: number): void {
    const { definition } = record;
    const key = keyOf(definition.GroupName, definition.Name);
    this.disarm(key);
    if (definition.State === "DISABLED") return;
    const slot = this.#nextSlot(record, after);
    if (slot === undefined) {
      this.#complete(record);
      return;
    }
    const at = slot + spread(record, slot);
    const cancel = this.cloud.clock.schedule(
      at,
      () => this.#fire(record, slot),
      `schedule ${definition.Name}`,
    );
    this.#timers.set(key, cancel);
  }

  disarm(key: string): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }

  #nextSlot({ definition, lastSlot }: ScheduleRecord, after: number): number | undefined {
    const {
      ScheduleExpression = "",
      ScheduleExpressionTimezone,
      StartDate,
      EndDate,
      CreationDate,
    } = definition;
    const timetable = parseExpression(ScheduleExpression, ScheduleExpressionTimezone);
    const created = CreationDate?.getTime() ?? 0;
    // A one-time schedule that came due while nothing ran still fires; it has no next slot.
    const since = timetable.once ? (lastSlot ?? created - 1) : Math.max(after, lastSlot ?? 0);
    const begin = timetable.once ? since : Math.max(since, (StartDate?.getTime() ?? 0) - 1);
    const slot = timetable.next(begin, StartDate?.getTime() ?? created);
    return slot === undefined || (EndDate && slot > EndDate.getTime()) ? undefined : slot;
  }

  async #fire(record: ScheduleRecord, slot: number): Promise<void> {
    const { definition } = record;
    const key = keyOf(definition.GroupName, definition.Name);
    if (this.store.schedules.get(key) !== record || !definition.Target) return;
    await this.#deliver({
      executionId: randomUUID(),
      scheduleArn: definition.Arn ?? "",
      slot,
      target: definition.Target,
      attempts: 0,
      dueAt: this.cloud.clock.now(),
    });
    if (this.store.schedules.get(key) !== record) return;
    record.lastSlot = slot;
    this.store.slots.set(key, { last: slot });
    this.arm(record, slot);
  }

  /** A schedule without further slots; it goes when it was asked to. */
  #complete(record: ScheduleRecord): void {
    const { ActionAfterCompletion, GroupName, Name } = record.definition;
    if (ActionAfterCompletion !== "DELETE" || record.lastSlot === undefined) return;
    this.store.schedules.delete(keyOf(GroupName, Name));
    this.store.slots.delete(keyOf(GroupName, Name));
  }

  #later(delivery: Delivery): void {
    this.cloud.clock.schedule(delivery.dueAt, () => this.#deliver(delivery), "schedule retry");
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store, cloud } = this;
    try {
      await send(cloud, delivery);
      store.deliveries.delete(delivery.executionId);
    } catch (error) {
      const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } =
        delivery.target.RetryPolicy ?? {};
      const dueAt = cloud.clock.now() + Math.min(LONGEST_DELAY, 1000 * 2 ** delivery.attempts++);
      const exhausted =
        delivery.attempts > MaximumRetryAttempts
          ? "MaximumRetryAttempts"
          : dueAt > delivery.slot + MaximumEventAgeInSeconds * 1000
            ? "MaximumEventAgeInSeconds"
            : undefined;
      if (retryable(error) && !exhausted) {
        delivery.dueAt = dueAt;
        store.deliveries.set(delivery.executionId, delivery);
        return this.#later(delivery);
      }
      store.deliveries.delete(delivery.executionId);
      await this.#bury(delivery, error, exhausted);
    }
  }

  async #bury(delivery: Delivery, error: unknown, exhausted: string | undefined): Promise<void> {
    const { cloud } = this;
    const { target } = delivery;
    const message = error instanceof Error ? error.message : String(error);
    cloud.log(`schedule ${delivery.scheduleArn}: ${message}`);
    const queueArn = target.DeadLetterConfig?.Arn;
    if (!queueArn) return;
    const [, , , , account, queue] = queueArn.split(":");
    const attributes = {
      ERROR_CODE: error instanceof AwsError ? error.code : "InternalError",
      ERROR_MESSAGE: message.slice(0, 1024) || "unknown",
      EXECUTION_ID: delivery.executionId,
      ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: String(delivery.attempts - 1),
      SCHEDULED_TIME: `${new Date(delivery.slot).toISOString().slice(0, 19)}Z`,
      SCHEDULE_ARN: delivery.scheduleArn,
      TARGET_ARN: target.Arn ?? "",
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
    );
    const caller = actor(cloud, delivery);
    const QueueUrl = `${cloud.endpoint()}/${account}/${queue}`;
    await cloud.call(
      "sqs",
      "SendMessage",
      { QueueUrl, MessageBody: inputOf(cloud, delivery), MessageAttributes },
      caller,
    );
  }
}

/** Where in a flexible window a slot fires: always the same place, so that a simulation replays. */
function spread({ definition }: ScheduleRecord, slot: number): number {
  const window = definition.FlexibleTimeWindow;
  if (window?.Mode !== "FLEXIBLE") return 0;
  const hash = createHash("sha256").update(`${definition.Arn}/${slot}`).digest().readUInt32BE(0);
  return Math.floor((hash / 2 ** 32) * (window.MaximumWindowInMinutes ?? 1) * 60) * 1000;
}
