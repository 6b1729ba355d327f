import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { cloudwatch } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { arn, pascal, type Types, tagList, type } from "./type";

export const cloudwatchTypes: Types = {
  "aws:cloudwatch/dashboard:Dashboard": type<cloudwatch.DashboardArgs>({
    nameInput: "dashboardName",
    replaceOn: ["dashboardName"],
    describe: ({ dashboardName }, site) => ({
      id: dashboardName,
      outputs: { dashboardArn: arn({ ...site, region: "" }, "cloudwatch", `dashboard/${dashboardName}`) },
    }),
    create: async ({ dashboardName, dashboardBody }, { call }) => {
      await call("monitoring", "PutDashboard", {
        DashboardName: dashboardName,
        DashboardBody: body(dashboardBody),
      });
      return undefined;
    },
    update: async ({ dashboardName, dashboardBody }, { call }) => {
      await call("monitoring", "PutDashboard", {
        DashboardName: dashboardName,
        DashboardBody: body(dashboardBody),
      });
    },
    delete: async ({ dashboardName }, { call }) => {
      await call("monitoring", "DeleteDashboards", { DashboardNames: [dashboardName] });
    },
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": type<cloudwatch.MetricAlarmArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    taggable: true,
    describe: ({ name = "" }, site) => ({
      id: name,
      outputs: { name, arn: arn(site, "cloudwatch", `alarm:${name}`) },
    }),
    create: async (inputs, { call, tags }) => {
      await call("monitoring", "PutMetricAlarm", {
        ...alarm(inputs),
        ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }),
      });
      return undefined;
    },
    update: async (inputs, { call }) => {
      await call("monitoring", "PutMetricAlarm", alarm(inputs));
    },
    delete: async ({ name = "" }, { call }) => {
      await call("monitoring", "DeleteAlarms", { AlarmNames: [name] });
    },
  }),
};

const body = (text: unknown): string => (typeof text === "string" ? text : JSON.stringify(text));

type AlarmArgs = Unwrap<cloudwatch.MetricAlarmArgs>;

const alarm = ({
  name,
  dimensions,
  metricQueries,
  alarmActions,
  okActions,
  insufficientDataActions,
  ...inputs
}: AlarmArgs) =>
  ({
    AlarmName: name,
    AlarmDescription: inputs.alarmDescription,
    ActionsEnabled: inputs.actionsEnabled ?? true,
    AlarmActions: (alarmActions ?? []).map(String),
    OKActions: (okActions ?? []).map(String),
    InsufficientDataActions: (insufficientDataActions ?? []).map(String),
    ComparisonOperator: inputs.comparisonOperator as "GreaterThanThreshold",
    EvaluationPeriods: inputs.evaluationPeriods,
    DatapointsToAlarm: inputs.datapointsToAlarm,
    Threshold: inputs.threshold,
    TreatMissingData: inputs.treatMissingData ?? "missing",
    MetricName: inputs.metricName,
    Namespace: inputs.namespace,
    Period: inputs.period,
    Statistic: inputs.statistic as "Sum",
    ExtendedStatistic: inputs.extendedStatistic,
    Unit: inputs.unit as "Count",
    ...(dimensions && { Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }),
    ...(metricQueries && { Metrics: metricQueries.map(metricQuery) }),
  }) satisfies PutMetricAlarmInput;

const metricQuery = ({ metric, ...query }: NonNullable<AlarmArgs["metricQueries"]>[number]) => ({
  ...(pascal(query) as { Id: string }),
  ...(metric && {
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.metricName,
        Dimensions: Object.entries(metric.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: metric.period,
      Stat: metric.stat,
      Unit: metric.unit as "Count",
    },
  }),
});
