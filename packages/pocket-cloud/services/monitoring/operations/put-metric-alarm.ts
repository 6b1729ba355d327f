import type { MetricAlarm, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { unsupported, validationError } from "../../../errors";
import { comparisonOf, queriesOf } from "../alarm-state";
import { action, type Monitoring, type MonitoringOperation } from "../operation";
import { statistic } from "../statistics";

export const putMetricAlarm = ({ store, evaluator }: Monitoring): MonitoringOperation<"PutMetricAlarm"> => ({
  actions: action("PutMetricAlarm"),
  rules: {
    AlarmName: { length: [1, 255] },
    EvaluationPeriods: { range: [1, 2880] },
    TreatMissingData: { oneOf: ["breaching", "notBreaching", "ignore", "missing"] },
  },
  resources: (input) => [store.alarmArn(input.AlarmName ?? "")],
  run: (input) => {
    checkAlarm(input);
    const name = input.AlarmName ?? "";
    const now = new Date(store.cloud.clock.now());
    const before = store.alarms.get(name);
    const { Tags, ...settings } = input;
    const alarm: MetricAlarm = {
      ...settings,
      ActionsEnabled: input.ActionsEnabled ?? true,
      AlarmActions: input.AlarmActions ?? [],
      OKActions: input.OKActions ?? [],
      InsufficientDataActions: input.InsufficientDataActions ?? [],
      Dimensions: input.Dimensions ?? [],
      AlarmArn: store.alarmArn(name),
      AlarmConfigurationUpdatedTimestamp: now,
      StateValue: before?.alarm.StateValue ?? "INSUFFICIENT_DATA",
      StateReason: before?.alarm.StateReason ?? "Unchecked: Initial alarm creation",
      StateUpdatedTimestamp: before?.alarm.StateUpdatedTimestamp ?? now,
      StateTransitionedTimestamp: before?.alarm.StateTransitionedTimestamp ?? now,
    };
    const tags = Object.fromEntries((Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
    store.alarms.set(name, { alarm, tags: before?.tags ?? tags, history: before?.history ?? [] });
    evaluator.watch();
    return {};
  },
});

function checkAlarm(input: PutMetricAlarmInput): void {
  if (input.ThresholdMetricId) throw unsupported("anomaly detection alarms");
  if (input.EvaluationCriteria) throw unsupported("alarms on PromQL queries");
  comparisonOf(input.ComparisonOperator);
  if (!input.Metrics?.length && (!input.MetricName || !input.Namespace || !input.Period))
    throw validationError(
      "Exactly one of the parameters MetricName and Metrics must be specified, a metric with its Namespace and Period.",
    );
  if (input.Period !== undefined && ![10, 20, 30].includes(input.Period) && input.Period % 60 !== 0)
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
  for (const { MetricStat } of queriesOf(input)) if (MetricStat) statistic(MetricStat.Stat ?? "");
}
