import { action, found, type Monitoring, type MonitoringOperation } from "../operation";
import type { MonitoringStore } from "../store";

export const describeAlarms = ({ store }: Monitoring): MonitoringOperation<"DescribeAlarms"> => ({
  actions: action("DescribeAlarms"),
  run: (input) => {
    const all = store.alarms
      .values()
      .map((record) => record.alarm)
      .filter((alarm) => !input.AlarmNames?.length || input.AlarmNames.includes(alarm.AlarmName ?? ""))
      .filter((alarm) => !input.AlarmNamePrefix || alarm.AlarmName?.startsWith(input.AlarmNamePrefix))
      .filter((alarm) => !input.StateValue || alarm.StateValue === input.StateValue)
      .filter(
        (alarm) =>
          !input.ActionPrefix ||
          (alarm.AlarmActions ?? []).some((one) => one.startsWith(input.ActionPrefix ?? "")),
      );
    const from = Number(input.NextToken ?? 0);
    const until = from + (input.MaxRecords ?? 50);
    const wanted = !input.AlarmTypes?.length || input.AlarmTypes.includes("MetricAlarm");
    return {
      MetricAlarms: wanted ? all.slice(from, until) : [],
      CompositeAlarms: [],
      ...(until < all.length && { NextToken: String(until) }),
    };
  },
});

export const describeAlarmsForMetric = ({
  store,
}: Monitoring): MonitoringOperation<"DescribeAlarmsForMetric"> => ({
  actions: action("DescribeAlarmsForMetric"),
  run: (input) => ({
    MetricAlarms: store.alarms
      .values()
      .map((record) => record.alarm)
      .filter((alarm) => alarm.MetricName === input.MetricName && alarm.Namespace === input.Namespace),
  }),
});

export const describeAlarmHistory = ({ store }: Monitoring): MonitoringOperation<"DescribeAlarmHistory"> => ({
  actions: action("DescribeAlarmHistory"),
  run: (input) => ({
    AlarmHistoryItems: store.alarms
      .values()
      .filter(({ alarm }) => !input.AlarmName || alarm.AlarmName === input.AlarmName)
      .flatMap((record) => record.history)
      .slice(0, input.MaxRecords ?? 100),
  }),
});

export const deleteAlarms = ({ store }: Monitoring): MonitoringOperation<"DeleteAlarms"> => ({
  actions: action("DeleteAlarms"),
  resources: (input) => (input.AlarmNames ?? []).map((name) => store.alarmArn(name)),
  run: (input) => {
    for (const name of input.AlarmNames ?? []) found(store, name);
    for (const name of input.AlarmNames ?? []) store.alarms.delete(name);
    return {};
  },
});

export const setAlarmState = ({ store, evaluator }: Monitoring): MonitoringOperation<"SetAlarmState"> => ({
  actions: action("SetAlarmState"),
  resources: (input) => [store.alarmArn(input.AlarmName ?? "")],
  run: async (input) => {
    await evaluator.change(found(store, input.AlarmName), {
      state: input.StateValue ?? "OK",
      reason: input.StateReason ?? "",
    });
    return {};
  },
});

const setActions = (
  store: MonitoringStore,
  names: readonly string[] | undefined,
  on: boolean,
): Record<string, never> => {
  for (const name of names ?? [])
    store.alarms.update(name, ({ alarm }) => {
      alarm.ActionsEnabled = on;
    });
  return {};
};

export const enableAlarmActions = ({ store }: Monitoring): MonitoringOperation<"EnableAlarmActions"> => ({
  actions: action("EnableAlarmActions"),
  resources: (input) => (input.AlarmNames ?? []).map((name) => store.alarmArn(name)),
  run: (input) => setActions(store, input.AlarmNames, true),
});

export const disableAlarmActions = ({ store }: Monitoring): MonitoringOperation<"DisableAlarmActions"> => ({
  actions: action("DisableAlarmActions"),
  resources: (input) => (input.AlarmNames ?? []).map((name) => store.alarmArn(name)),
  run: (input) => setActions(store, input.AlarmNames, false),
});
