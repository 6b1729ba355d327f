import { createHash, randomUUID } from "node:crypto";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { errorText } from "../shared/error-text";
import { sendToDeadLetterQueue } from "../shared/queues";
import { parseExpression } from "./expression";
import { schedulerReport } from "./metrics";
import { type Delivery, keyOf, type ScheduleRecord, type SchedulerStore } from "./store";
import { callerOf, inputOf, isoTime, isRetryable, isThrottled, send } from "./target";

const MAX_RETRY_DELAY = 3_600_000;

/** Fires schedules on the cloud's clock. */
export class Engine {
  readonly cloud: CloudContext;
  readonly #timers = new Map<string, () => void>();
  readonly #report: ReturnType<typeof schedulerReport>;

  constructor(readonly store: SchedulerStore) {
    this.cloud = store.cloud;
    this.#report = schedulerReport(store.cloud.bus);
  }

  /** After a restart schedules continue with their next slot. Slots missed in between are not made up for. */
  start(): void {
    for (const record of this.store.schedules.values()) this.arm(record);
    for (const delivery of this.store.deliveries.values()) this.#retryLater(delivery);
  }

  /** Sets the timer for the schedule's next slot after `after`; by default from now on. */
  arm(record: ScheduleRecord, after = this.cloud.clock.now() - 1): void {
    const { definition } = record;
    const key = keyOf(definition);
    this.disarm(key);
    if (definition.State === "DISABLED") return;
    const slot = nextSlot(record, after);
    if (slot === undefined) {
      const { ActionAfterCompletion } = definition;
      if (ActionAfterCompletion === "DELETE" && record.lastSlot !== undefined) this.store.deleteSchedule(key);
      return;
    }
    const at = slot + windowOffset(record, slot);
    const label = `schedule ${definition.Name}`;
    this.#timers.set(
      key,
      this.cloud.clock.schedule(at, () => this.#fire(record, slot), label),
    );
  }

  disarm(key: string): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }

  async #fire(record: ScheduleRecord, slot: number): Promise<void> {
    const { schedules, slots } = this.store;
    const { definition } = record;
    const key = keyOf(definition);
    if (schedules.get(key) !== record || !definition.Target) return;
    await this.#deliver({
      executionId: randomUUID(),
      scheduleArn: definition.Arn ?? "",
      slot,
      target: definition.Target,
      attempts: 0,
      dueAt: this.cloud.clock.now(),
    });
    // The schedule may have been updated or deleted during the delivery.
    if (schedules.get(key) !== record) return;
    record.lastSlot = slot;
    slots.set(key, { last: slot });
    this.arm(record, slot);
  }

  #retryLater(delivery: Delivery): void {
    this.cloud.clock.schedule(delivery.dueAt, () => this.#deliver(delivery), "schedule retry");
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store, cloud } = this;
    this.#report(delivery.scheduleArn, { InvocationAttemptCount: 1 });
    try {
      await send(cloud, delivery);
      store.deliveries.delete(delivery.executionId);
    } catch (error) {
      this.#report(delivery.scheduleArn, {
        TargetErrorCount: 1,
        ...(isThrottled(error) && { TargetErrorThrottledCount: 1 }),
      });
      const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } =
        delivery.target.RetryPolicy ?? {};
      const dueAt = cloud.clock.now() + Math.min(MAX_RETRY_DELAY, 1000 * 2 ** delivery.attempts++);
      const exhausted =
        delivery.attempts > MaximumRetryAttempts
          ? "MaximumRetryAttempts"
          : dueAt > delivery.slot + MaximumEventAgeInSeconds * 1000
            ? "MaximumEventAgeInSeconds"
            : undefined;
      if (isRetryable(error) && !exhausted) {
        delivery.dueAt = dueAt;
        store.deliveries.set(delivery.executionId, delivery);
        return this.#retryLater(delivery);
      }
      store.deliveries.delete(delivery.executionId);
      await this.#giveUp(delivery, error, exhausted);
    }
  }

  async #giveUp(delivery: Delivery, error: unknown, exhausted: string | undefined): Promise<void> {
    const { cloud } = this;
    const { target, scheduleArn } = delivery;
    const message = errorText(error);
    cloud.log(`schedule ${scheduleArn}: ${message}`);
    this.#report(scheduleArn, { InvocationDroppedCount: 1 });
    const queueArn = target.DeadLetterConfig?.Arn;
    if (!queueArn) return;
    const reasons = {
      ERROR_CODE: error instanceof AwsError ? error.code : "InternalError",
      ERROR_MESSAGE: message.slice(0, 1024) || "unknown",
      EXECUTION_ID: delivery.executionId,
      ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: String(delivery.attempts - 1),
      SCHEDULED_TIME: isoTime(delivery.slot),
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: target.Arn ?? "",
    };
    const input = inputOf(cloud, delivery);
    try {
      await sendToDeadLetterQueue(cloud, queueArn, input, reasons, callerOf(cloud, delivery));
      this.#report(scheduleArn, { InvocationsSentToDeadLetterCount: 1 });
    } catch (failure) {
      this.#report(scheduleArn, { InvocationsFailedToBeSentToDeadLetterCount: 1 });
      throw failure;
    }
  }
}

function nextSlot({ definition, lastSlot }: ScheduleRecord, after: number): number | undefined {
  const {
    ScheduleExpression = "",
    ScheduleExpressionTimezone,
    StartDate,
    EndDate,
    CreationDate,
  } = definition;
  const expression = parseExpression(ScheduleExpression, ScheduleExpressionTimezone);
  const created = CreationDate?.getTime() ?? 0;
  const start = StartDate?.getTime();
  // A one-time schedule that was missed while the cloud was stopped still fires.
  const begin = expression.once
    ? (lastSlot ?? created - 1)
    : Math.max(after, lastSlot ?? 0, (start ?? 0) - 1);
  const slot = expression.next(begin, start ?? created);
  return slot === undefined || (EndDate && slot > EndDate.getTime()) ? undefined : slot;
}

/** The delay within a flexible time window. It depends only on the slot, so that simulations repeat. */
function windowOffset({ definition }: ScheduleRecord, slot: number): number {
  const window = definition.FlexibleTimeWindow;
  if (window?.Mode !== "FLEXIBLE") return 0;
  const hash = createHash("sha256").update(`${definition.Arn}/${slot}`).digest().readUInt32BE(0);
  return Math.floor((hash / 2 ** 32) * (window.MaximumWindowInMinutes ?? 1) * 60) * 1000;
}
