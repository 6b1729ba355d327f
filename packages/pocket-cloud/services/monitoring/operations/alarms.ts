import type { MetricAlarm, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { tagOperations, tagsFrom } from "../../shared/tags";
import { comparisonOf, queriesOf } from "../alarm-state";
import type { Evaluator } from "../evaluator";
import { statistic } from "../statistics";

export function alarmOperations(evaluator: Evaluator) {
  const { store } = evaluator;
  const { alarms } = store;
  const named = ({ AlarmName = "" }: { AlarmName: string | undefined }) => [store.alarmArn(AlarmName)];
  const listed = ({ AlarmNames = [] }: { AlarmNames: string[] | undefined }) =>
    AlarmNames.map((name) => store.alarmArn(name));
  const enableActions = (ActionsEnabled: boolean) => ({
    resources: listed,
    run: ({ AlarmNames = [] }: { AlarmNames: string[] | undefined }) => {
      for (const name of AlarmNames)
        alarms.update(name, ({ alarm }) => Object.assign(alarm, { ActionsEnabled }));
      return {};
    },
  });
  const tags = tagOperations({
    resources: ({ ResourceARN = "" }: { ResourceARN: string | undefined }) => [ResourceARN],
    find: ({ ResourceARN }) => {
      const record = alarms.get(ResourceARN?.split(":alarm:")[1] ?? "");
      if (!record) throw new AwsError("ResourceNotFoundException", "Unknown resource", 404);
      return record;
    },
    save: (record) => store.saveAlarm(record),
  });
  return {
    PutMetricAlarm: {
      resources: named,
      run: (input) => {
        checkAlarm(input);
        const { AlarmName: name = "", Tags, ...settings } = input;
        const existing = alarms.get(name);
        const now = new Date(store.cloud.clock.now());
        const alarm: MetricAlarm = {
          ...settings,
          AlarmName: name,
          ActionsEnabled: input.ActionsEnabled ?? true,
          AlarmActions: input.AlarmActions ?? [],
          OKActions: input.OKActions ?? [],
          InsufficientDataActions: input.InsufficientDataActions ?? [],
          Dimensions: input.Dimensions ?? [],
          AlarmArn: store.alarmArn(name),
          AlarmConfigurationUpdatedTimestamp: now,
          StateValue: existing?.alarm.StateValue ?? "INSUFFICIENT_DATA",
          StateReason: existing?.alarm.StateReason ?? "Unchecked: Initial alarm creation",
          StateUpdatedTimestamp: existing?.alarm.StateUpdatedTimestamp ?? now,
          StateTransitionedTimestamp: existing?.alarm.StateTransitionedTimestamp ?? now,
        };
        const { tags: currentTags = tagsFrom(Tags), history = [] } = existing ?? {};
        store.saveAlarm({ alarm, tags: currentTags, history });
        evaluator.watch();
        return {};
      },
    },
    DescribeAlarms: {
      run: (input) => {
        const { AlarmNames = [], AlarmNamePrefix = "", StateValue, ActionPrefix, AlarmTypes = [] } = input;
        const found = alarms
          .values()
          .map(({ alarm }) => alarm)
          .filter(({ AlarmName = "" }) => AlarmNames.length === 0 || AlarmNames.includes(AlarmName))
          .filter(({ AlarmName }) => AlarmName?.startsWith(AlarmNamePrefix))
          .filter((alarm) => !StateValue || alarm.StateValue === StateValue)
          .filter(
            (alarm) => !ActionPrefix || alarm.AlarmActions?.some((arn) => arn.startsWith(ActionPrefix)),
          );
        const { items, next } = pageOf(found, input.NextToken, input.MaxRecords ?? 50);
        const metricAlarms = AlarmTypes.length === 0 || AlarmTypes.includes("MetricAlarm");
        return { MetricAlarms: metricAlarms ? items : [], CompositeAlarms: [], ...next };
      },
    },
    DescribeAlarmsForMetric: {
      run: ({ MetricName, Namespace }) => ({
        MetricAlarms: alarms
          .values()
          .map(({ alarm }) => alarm)
          .filter((alarm) => alarm.MetricName === MetricName && alarm.Namespace === Namespace),
      }),
    },
    DescribeAlarmHistory: {
      run: ({ AlarmName, MaxRecords = 100 }) => ({
        AlarmHistoryItems: alarms
          .values()
          .filter(({ alarm }) => !AlarmName || alarm.AlarmName === AlarmName)
          .flatMap(({ history }) => history)
          .slice(0, MaxRecords),
      }),
    },
    DeleteAlarms: {
      resources: listed,
      run: ({ AlarmNames = [] }) => {
        for (const name of AlarmNames) store.alarm(name);
        for (const name of AlarmNames) alarms.delete(name);
        return {};
      },
    },
    SetAlarmState: {
      resources: named,
      run: async ({
        AlarmName,
        StateValue: state = "OK",
        StateReason: reason = "",
        StateReasonData: data,
      }) => {
        // AWS's error for an alarm that does not exist has no message (LocalStack's test_set_alarm_invalid_input).
        const record = alarms.get(AlarmName ?? "");
        if (!record) throw new AwsError("ResourceNotFound", "", 404);
        await evaluator.change(record, { state, reason, ...(data !== undefined && { data }) });
        return {};
      },
    },
    EnableAlarmActions: enableActions(true),
    DisableAlarmActions: enableActions(false),
    TagResource: tags.tag,
    UntagResource: tags.untag,
    ListTagsForResource: {
      ...tags.list,
      // An alarm that is gone has no tags (recorded by LocalStack's test_tagging_metric_alarm).
      run: (input) =>
        alarms.get(input.ResourceARN?.split(":alarm:")[1] ?? "") ? tags.list.run(input) : { Tags: [] },
    },
  } satisfies Operations<"monitoring">;
}

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
  const { EvaluateLowSampleCountPercentile: few } = input;
  if (few !== undefined && !["evaluate", "ignore"].includes(few))
    throw validationError(
      `Option ${few} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  for (const { MetricStat } of queriesOf(input)) if (MetricStat) statistic(MetricStat.Stat ?? "");
}
