import { randomUUID } from "node:crypto";
import type { MetricAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import { servicePrincipal } from "../../caller";
import { unsupported } from "../../errors";
import type { CloudContext } from "../../service";
import { errorText } from "../shared/error-text";
import { queriesOf } from "./alarm-state";
import { dimensionsOf } from "./queries";
import { regionName } from "./region-names";

const SNS_PRINCIPAL = "cloudwatch.amazonaws.com";
const LAMBDA_PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com";

interface StateChange {
  readonly alarm: MetricAlarm;
  readonly before: StateValue;
  readonly previous: { readonly reason: string | undefined; readonly at: Date | undefined };
  readonly at: Date;
}

/** Publishes a state change to a topic or invokes a function. Failures are logged. */
export async function runAction(cloud: CloudContext, arn: string, change: StateChange): Promise<void> {
  try {
    if (arn.includes(":sns:")) await publish(cloud, arn, change);
    else if (arn.includes(":lambda:")) await invoke(cloud, arn, change);
    else throw unsupported(`the alarm action ${arn}`);
  } catch (error) {
    cloud.log(`alarm ${change.alarm.AlarmName} to ${arn}: ${errorText(error)}`);
  }
}

async function publish(cloud: CloudContext, TopicArn: string, change: StateChange): Promise<void> {
  const { StateValue, AlarmName, AlarmArn = "" } = change.alarm;
  const Subject = `${StateValue}: "${AlarmName}" in ${cloud.region}`.slice(0, 100);
  const Message = JSON.stringify(topicMessage(cloud, change));
  const caller = servicePrincipal(cloud.accountId, SNS_PRINCIPAL, AlarmArn);
  await cloud.call("sns", "Publish", { TopicArn, Subject, Message }, caller);
}

async function invoke(cloud: CloudContext, FunctionName: string, change: StateChange): Promise<void> {
  const { alarm, before, previous, at } = change;
  const event = {
    source: "aws.cloudwatch",
    alarmArn: alarm.AlarmArn,
    accountId: cloud.accountId,
    time: timeOf(at),
    region: cloud.region,
    alarmData: {
      alarmName: alarm.AlarmName,
      state: { value: alarm.StateValue, reason: alarm.StateReason, timestamp: timeOf(at) },
      previousState: { value: before, reason: previous.reason, timestamp: timeOf(previous.at ?? at) },
      configuration: configurationOf(alarm),
    },
  };
  const input = {
    FunctionName,
    InvocationType: "Event",
    Payload: Buffer.from(JSON.stringify(event)),
  } as const;
  const caller = servicePrincipal(cloud.accountId, LAMBDA_PRINCIPAL, alarm.AlarmArn ?? "");
  await cloud.call("lambda", "Invoke", input, caller);
}

const timeOf = (at: Date): string => at.toISOString().replace("Z", "+0000");

/** As recorded by LocalStack's test_alarm_lambda_target. A single metric has an id that CloudWatch makes. */
function configurationOf(alarm: MetricAlarm): object {
  const metrics = queriesOf(alarm).map(({ Id, Expression, Label, MetricStat, ReturnData = true }) => ({
    id: alarm.Metrics?.length ? Id : randomUUID(),
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric?.Namespace,
          name: MetricStat.Metric?.MetricName,
          dimensions: dimensionsOf(MetricStat.Metric?.Dimensions),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
      },
    }),
    returnData: ReturnData,
  }));
  return { description: alarm.AlarmDescription, metrics };
}

function topicMessage(cloud: CloudContext, { alarm, before, at }: StateChange): object {
  const { Metric, Stat, Period } = queriesOf(alarm)[0]?.MetricStat ?? {};
  return {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: cloud.accountId,
    AlarmConfigurationUpdatedTimestamp: alarm.AlarmConfigurationUpdatedTimestamp,
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: at.toISOString().replace("Z", "+0000"),
    Region: regionName(cloud.region),
    AlarmArn: alarm.AlarmArn,
    OldStateValue: before,
    OKActions: alarm.OKActions ?? [],
    AlarmActions: alarm.AlarmActions ?? [],
    InsufficientDataActions: alarm.InsufficientDataActions ?? [],
    Trigger: {
      MetricName: Metric?.MetricName,
      Namespace: Metric?.Namespace,
      StatisticType: "Statistic",
      Statistic: Stat?.toUpperCase(),
      Dimensions: (Metric?.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
      Unit: alarm.Unit ?? null,
      Period,
      EvaluationPeriods: alarm.EvaluationPeriods,
      DatapointsToAlarm: alarm.DatapointsToAlarm,
      ComparisonOperator: alarm.ComparisonOperator,
      Threshold: alarm.Threshold,
      TreatMissingData: alarm.TreatMissingData ?? "missing",
      EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile ?? "",
    },
  };
}
