import { errorText } from "../shared/error-text";
import { runAction } from "./alarm-actions";
import { type AlarmState, evaluateAlarm } from "./alarm-state";
import type { AlarmRecord, MonitoringStore } from "./store";

const INTERVAL_MS = 60_000;
const MAX_HISTORY = 100;

/** Evaluates every alarm each minute of the cloud's clock and runs the actions of its new state. */
export class Evaluator {
  #scheduled = false;

  constructor(readonly store: MonitoringStore) {}

  /** Schedules the next evaluation, if there are alarms and none is scheduled. */
  watch(): void {
    if (this.#scheduled || this.store.alarms.size === 0) return;
    this.#scheduled = true;
    const { clock } = this.store.cloud;
    const next = (Math.floor(clock.now() / INTERVAL_MS) + 1) * INTERVAL_MS;
    clock.schedule(next, () => this.#evaluateAll(), "alarms");
  }

  async #evaluateAll(): Promise<void> {
    this.#scheduled = false;
    const { alarms, metrics, cloud } = this.store;
    for (const record of alarms.values())
      try {
        const result = evaluateAlarm(record.alarm, metrics, cloud.clock.now());
        if (result && result.state !== record.alarm.StateValue) await this.change(record, result);
      } catch (error) {
        cloud.log(`alarm ${record.alarm.AlarmName}: ${errorText(error)}`);
      }
    this.watch();
  }

  async change(record: AlarmRecord, { state, reason, data }: AlarmState): Promise<void> {
    const { alarm } = record;
    const { StateReason, StateUpdatedTimestamp } = alarm;
    const now = new Date(this.store.cloud.clock.now());
    const before = alarm.StateValue ?? "INSUFFICIENT_DATA";
    Object.assign(alarm, {
      StateValue: state,
      StateReason: reason,
      StateReasonData: data,
      StateUpdatedTimestamp: now,
      StateTransitionedTimestamp: now,
    });
    record.history.unshift({
      AlarmName: alarm.AlarmName,
      AlarmType: "MetricAlarm",
      Timestamp: now,
      HistoryItemType: "StateUpdate",
      HistorySummary: `Alarm updated from ${before} to ${state}`,
      HistoryData: JSON.stringify({
        version: "1.0",
        oldState: { stateValue: before },
        newState: { stateValue: state, stateReason: reason },
      }),
    });
    record.history = record.history.slice(0, MAX_HISTORY);
    this.store.saveAlarm(record);
    if (before === state || alarm.ActionsEnabled === false) return;
    const actions = {
      ALARM: alarm.AlarmActions,
      OK: alarm.OKActions,
      INSUFFICIENT_DATA: alarm.InsufficientDataActions,
    }[state];
    for (const action of actions ?? [])
      await runAction(this.store.cloud, action, {
        alarm,
        before,
        previous: { reason: StateReason, at: StateUpdatedTimestamp },
        at: now,
      });
  }
}
