import type { MetricAlarm, MetricDatum, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { AwsError, unsupported, validationError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import { comparisonOf, queriesOf } from "./alarm-state";
import type { Evaluator } from "./evaluator";
import { minuteOf, type Sample } from "./metrics";
import { dimensionsOf, evaluateQueries } from "./queries";
import { byPeriod, statistic } from "./statistics";
import type { AlarmRecord, MonitoringStore } from "./store";

export interface Monitoring {
  readonly store: MonitoringStore;
  readonly evaluator: Evaluator;
}

type MonitoringOperation<O extends OperationName<"monitoring">> = Operation<
  Input<"monitoring", O>,
  Output<"monitoring", O>
>;
const action = (name: string): readonly string[] => [`cloudwatch:${name}`];

const missingParameter = (message: string) => new AwsError("MissingRequiredParameterException", message);

export const putMetricData = ({ store }: Monitoring): MonitoringOperation<"PutMetricData"> => ({
  actions: action("PutMetricData"),
  run: (input) => {
    const namespace = input.Namespace ?? "";
    if (input.EntityMetricData?.length) throw unsupported("entity metric data");
    if (namespace.startsWith("AWS/"))
      throw new AwsError(
        "InvalidParameterValueException",
        "The value AWS/ for parameter Namespace is invalid.",
      );
    const data = input.MetricData ?? [];
    if (data.length > 1000)
      throw validationError("The collection MetricData must not have a size greater than 1000.");
    store.metrics.put(data.map((datum) => sampleOf(namespace, datum, store.cloud.clock.now())));
    return {};
  },
});

function sampleOf(namespace: string, datum: MetricDatum, now: number): Sample {
  const { MetricName = "", Dimensions, Timestamp, Value, Values, Counts, StatisticValues, Unit } = datum;
  if (StatisticValues) throw unsupported("statistic sets of PutMetricData; send Values and Counts");
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0) throw missingParameter("At least one of the parameters must be specified.");
  if (values.some((value) => !Number.isFinite(value)))
    throw new AwsError(
      "InvalidParameterValueException",
      `The value ${values} for parameter MetricData.member.1.Value is invalid.`,
    );
  return {
    namespace,
    name: MetricName,
    dimensions: dimensionsOf(Dimensions),
    minute: minuteOf(Timestamp?.getTime() ?? now),
    ...(Unit && { unit: Unit }),
    values: values.map((value, index) => [value, Counts?.[index] ?? 1] as const),
  };
}

export const listMetrics = ({ store }: Monitoring): MonitoringOperation<"ListMetrics"> => ({
  actions: action("ListMetrics"),
  run: (input) => {
    const found = [...store.metrics.all()].filter(
      ({ namespace, name, dimensions }) =>
        (!input.Namespace || input.Namespace === namespace) &&
        (!input.MetricName || input.MetricName === name) &&
        (input.Dimensions ?? []).every(
          ({ Name = "", Value }) => Name in dimensions && (Value === undefined || dimensions[Name] === Value),
        ),
    );
    const from = Number(input.NextToken ?? 0);
    const Metrics = found.slice(from, from + 500).map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    }));
    return { Metrics, ...(from + 500 < found.length && { NextToken: String(from + 500) }) };
  },
});

export const getMetricStatistics = ({ store }: Monitoring): MonitoringOperation<"GetMetricStatistics"> => ({
  actions: action("GetMetricStatistics"),
  run: (input) => {
    const { Namespace = "", MetricName = "", StartTime, EndTime, Period = 60 } = input;
    const series = store.metrics.find(Namespace, MetricName, dimensionsOf(input.Dimensions));
    const periods = byPeriod(series, StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0, Period);
    const extended = input.ExtendedStatistics ?? [];
    return {
      Label: MetricName,
      Datapoints: [...periods].map(([at, counts]) => ({
        Timestamp: new Date(at),
        ...Object.fromEntries((input.Statistics ?? []).map((name) => [name, statistic(name)(counts)])),
        ...(extended.length > 0 && {
          ExtendedStatistics: Object.fromEntries(extended.map((name) => [name, statistic(name)(counts)])),
        }),
        Unit: (series?.unit ?? "None") as "None",
      })),
    };
  },
});

export const getMetricData = ({ store }: Monitoring): MonitoringOperation<"GetMetricData"> => ({
  actions: action("GetMetricData"),
  run: (input) => {
    const [start, end] = [input.StartTime?.getTime() ?? 0, input.EndTime?.getTime() ?? 0];
    if (start >= end)
      throw validationError("The parameter StartTime must be less than the parameter EndTime.");
    const evaluated = evaluateQueries(store.metrics, input.MetricDataQueries ?? [], start, end);
    const ascending = input.ScanBy === "TimestampAscending";
    return {
      MetricDataResults: evaluated
        .filter(({ query }) => query.ReturnData !== false)
        .map(({ query, points }) => {
          const ordered = [...points].sort(([a], [b]) => (ascending ? a - b : b - a));
          return {
            Id: query.Id,
            Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
            Timestamps: ordered.map(([at]) => new Date(at)),
            Values: ordered.map(([, value]) => value),
            StatusCode: "Complete" as const,
          };
        }),
      Messages: [],
    };
  },
});

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
  for (const { MetricStat } of queriesOf(input)) if (MetricStat) statistic(MetricStat.Stat ?? "");
}

const found = (store: MonitoringStore, name: string | undefined): AlarmRecord => {
  const record = store.alarms.get(name ?? "");
  if (!record) throw new AwsError("ResourceNotFound", `Unknown alarm ${name}`, 404);
  return record;
};

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

export const putDashboard = ({ store }: Monitoring): MonitoringOperation<"PutDashboard"> => ({
  actions: action("PutDashboard"),
  rules: { DashboardName: { length: [1, 255], pattern: /[A-Za-z0-9_-]+/ } },
  resources: (input) => [store.dashboardArn(input.DashboardName ?? "")],
  run: (input) => {
    const body = input.DashboardBody ?? "";
    try {
      JSON.parse(body);
    } catch {
      throw new AwsError(
        "InvalidParameterInput",
        "The field DashboardBody must be a valid JSON object",
        400,
        { dashboardValidationMessages: [] },
      );
    }
    store.dashboards.set(input.DashboardName ?? "", {
      name: input.DashboardName ?? "",
      body,
      modifiedAt: store.cloud.clock.now(),
    });
    return { DashboardValidationMessages: [] };
  },
});

const dashboard = (store: MonitoringStore, name: string | undefined) => {
  const record = store.dashboards.get(name ?? "");
  if (!record) throw new AwsError("ResourceNotFound", `Dashboard ${name} does not exist`, 404);
  return record;
};

export const getDashboard = ({ store }: Monitoring): MonitoringOperation<"GetDashboard"> => ({
  actions: action("GetDashboard"),
  resources: (input) => [store.dashboardArn(input.DashboardName ?? "")],
  run: (input) => {
    const { name, body } = dashboard(store, input.DashboardName);
    return { DashboardName: name, DashboardBody: body, DashboardArn: store.dashboardArn(name) };
  },
});

export const listDashboards = ({ store }: Monitoring): MonitoringOperation<"ListDashboards"> => ({
  actions: action("ListDashboards"),
  run: (input) => ({
    DashboardEntries: store.dashboards
      .values()
      .filter(({ name }) => name.startsWith(input.DashboardNamePrefix ?? ""))
      .map(({ name, body, modifiedAt }) => ({
        DashboardName: name,
        DashboardArn: store.dashboardArn(name),
        LastModified: new Date(modifiedAt),
        Size: Buffer.byteLength(body),
      })),
  }),
});

export const deleteDashboards = ({ store }: Monitoring): MonitoringOperation<"DeleteDashboards"> => ({
  actions: action("DeleteDashboards"),
  resources: (input) => (input.DashboardNames ?? []).map((name) => store.dashboardArn(name)),
  run: (input) => {
    for (const name of input.DashboardNames ?? []) dashboard(store, name);
    for (const name of input.DashboardNames ?? []) store.dashboards.delete(name);
    return {};
  },
});

const taggedAlarm = (store: MonitoringStore, arn: string | undefined): AlarmRecord => {
  const record = store.alarms.get((arn ?? "").split(":alarm:")[1] ?? "");
  if (!record) throw new AwsError("ResourceNotFoundException", "Unknown resource", 404);
  return record;
};
const ofResource = (input: { ResourceARN?: string | undefined }) => [input.ResourceARN ?? ""];

export const listTagsForResource = ({ store }: Monitoring): MonitoringOperation<"ListTagsForResource"> => ({
  actions: action("ListTagsForResource"),
  resources: ofResource,
  run: (input) => ({
    Tags: Object.entries(taggedAlarm(store, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
});

export const tagResource = ({ store }: Monitoring): MonitoringOperation<"TagResource"> => ({
  actions: action("TagResource"),
  resources: ofResource,
  run: (input) => {
    const record = taggedAlarm(store, input.ResourceARN);
    for (const { Key = "", Value = "" } of input.Tags ?? []) record.tags[Key] = Value;
    store.alarms.set(record.alarm.AlarmName ?? "", record);
    return {};
  },
});

export const untagResource = ({ store }: Monitoring): MonitoringOperation<"UntagResource"> => ({
  actions: action("UntagResource"),
  resources: ofResource,
  run: (input) => {
    const record = taggedAlarm(store, input.ResourceARN);
    for (const key of input.TagKeys ?? []) delete record.tags[key];
    store.alarms.set(record.alarm.AlarmName ?? "", record);
    return {};
  },
});
