import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { cloudwatch } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { tagging } from "./tagging";
import { arn, byName, pascal, type Types, tagged, type } from "./type";

export const cloudwatchTypes: Types = {
  "aws:cloudwatch/dashboard:Dashboard": type<cloudwatch.DashboardArgs>({
    nameInput: "dashboardName",
    replaceOn: ["dashboardName"],
    describe: ({ dashboardName }, location) => ({
      id: dashboardName,
      outputs: { dashboardArn: arn({ ...location, region: "" }, "cloudwatch", `dashboard/${dashboardName}`) },
    }),
    put: ({ dashboardName, dashboardBody }, { call }) =>
      call("cloudwatch", "PutDashboard", {
        DashboardName: dashboardName,
        DashboardBody: body(dashboardBody),
      }),
    delete: ({ dashboardName }, { call }) =>
      call("cloudwatch", "DeleteDashboards", { DashboardNames: [dashboardName] }),
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": type<cloudwatch.MetricAlarmArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    taggable: tagging.cloudwatch,
    describe: byName("cloudwatch", "alarm:"),
    create: async (inputs, { call, tags }) => {
      await call("cloudwatch", "PutMetricAlarm", {
        ...alarm(inputs),
        ...tagged(tags),
      });
    },
    update: (inputs, { call }) => call("cloudwatch", "PutMetricAlarm", alarm(inputs)),
    delete: ({ name = "" }, { call }) => call("cloudwatch", "DeleteAlarms", { AlarmNames: [name] }),
  }),
  "aws:cloudwatch/logGroup:LogGroup": type<cloudwatch.LogGroupArgs>({
    nameInput: "name",
    replaceOn: ["name", "logGroupClass"],
    taggable: tagging.logs,
    describe: byName("logs", "log-group:"),
    create: async ({ name, kmsKeyId, retentionInDays }, { call, tags }) => {
      await call("cloudwatch-logs", "CreateLogGroup", {
        logGroupName: name,
        kmsKeyId,
        // CloudWatch Logs refuses an empty map.
        ...(Object.keys(tags).length > 0 && { tags: { ...tags } }),
      });
      if (retentionInDays)
        await call("cloudwatch-logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays });
    },
    update: async ({ name, kmsKeyId, retentionInDays }, { call, changed }) => {
      if (changed.has("kmsKeyId") && kmsKeyId)
        await call("cloudwatch-logs", "AssociateKmsKey", { logGroupName: name, kmsKeyId });
      else if (changed.has("kmsKeyId"))
        await call("cloudwatch-logs", "DisassociateKmsKey", { logGroupName: name });
      if (retentionInDays)
        await call("cloudwatch-logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays });
      else await call("cloudwatch-logs", "DeleteRetentionPolicy", { logGroupName: name });
    },
    delete: async ({ name, skipDestroy }, { call }) => {
      if (!skipDestroy) await call("cloudwatch-logs", "DeleteLogGroup", { logGroupName: name });
    },
  }),
  "aws:cloudwatch/logStream:LogStream": type<cloudwatch.LogStreamArgs>({
    nameInput: "name",
    replaceOn: ["name", "logGroupName"],
    describe: ({ name = "", logGroupName }, location) => ({
      id: `${logGroupName}:${name}`,
      outputs: { name, arn: arn(location, "logs", `log-group:${logGroupName}:log-stream:${name}`) },
    }),
    create: async ({ name, logGroupName }, { call }) => {
      await call("cloudwatch-logs", "CreateLogStream", { logGroupName, logStreamName: name });
    },
    delete: ({ name, logGroupName }, { call }) =>
      call("cloudwatch-logs", "DeleteLogStream", { logGroupName, logStreamName: name }),
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
