import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../errors";
import { authorizeService } from "../iam/service-access";
import { judge, queriesOf, type Verdict } from "./alarm-state";
import type { AlarmRecord, MonitoringStore } from "./store";

const INTERVAL = 60_000;
const KEPT_HISTORY = 100;
const SERVICE = "cloudwatch.amazonaws.com";

/** Evaluates every alarm each minute of the cloud's clock, and does what its new state asks for. */
export class Evaluator {
  #cancel: (() => void) | undefined;

  constructor(readonly store: MonitoringStore) {}

  /** Alarms exist: there is something to evaluate. */
  watch(): void {
    if (this.#cancel || this.store.alarms.size === 0) return;
    const { clock } = this.store.cloud;
    const next = (Math.floor(clock.now() / INTERVAL) + 1) * INTERVAL;
    this.#cancel = clock.schedule(next, () => this.#tick(), "alarms");
  }

  async #tick(): Promise<void> {
    this.#cancel = undefined;
    for (const record of this.store.alarms.values())
      try {
        const verdict = judge(record.alarm, this.store.metrics, this.store.cloud.clock.now());
        if (verdict && verdict.state !== record.alarm.StateValue) await this.change(record, verdict);
      } catch (error) {
        this.store.cloud.log(
          `alarm ${record.alarm.AlarmName}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    this.watch();
  }

  async change(record: AlarmRecord, { state, reason }: Verdict): Promise<void> {
    const { alarm } = record;
    const now = new Date(this.store.cloud.clock.now());
    const before = alarm.StateValue ?? "INSUFFICIENT_DATA";
    Object.assign(alarm, {
      StateValue: state,
      StateReason: reason,
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
    record.history = record.history.slice(0, KEPT_HISTORY);
    this.store.alarms.set(alarm.AlarmName ?? "", record);
    if (before === state || alarm.ActionsEnabled === false) return;
    const actions = {
      ALARM: alarm.AlarmActions,
      OK: alarm.OKActions,
      INSUFFICIENT_DATA: alarm.InsufficientDataActions,
    }[state];
    for (const action of actions ?? []) await this.#act(action, alarm, before, now);
  }

  async #act(action: string, alarm: MetricAlarm, before: string, at: Date): Promise<void> {
    const { cloud } = this.store;
    const caller = { ...cloud.identities().administrator, viaService: SERVICE };
    const request = {
      service: SERVICE,
      resource: action,
      sourceArn: alarm.AlarmArn ?? "",
      accountId: cloud.accountId,
    };
    try {
      if (action.includes(":sns:")) {
        const { Attributes } = await cloud.call("sns", "GetTopicAttributes", { TopicArn: action }, caller);
        authorizeService(Attributes?.Policy, { ...request, action: "sns:Publish" });
        const Subject = `${alarm.StateValue}: "${alarm.AlarmName}" in ${cloud.region}`.slice(0, 100);
        await cloud.call(
          "sns",
          "Publish",
          { TopicArn: action, Subject, Message: JSON.stringify(messageOf(alarm, before, at, cloud)) },
          caller,
        );
      } else if (action.includes(":lambda:")) {
        const { Policy } = await cloud.call("lambda", "GetPolicy", { FunctionName: action }, caller);
        authorizeService(Policy, {
          ...request,
          service: "lambda.alarms.cloudwatch.amazonaws.com",
          action: "lambda:InvokeFunction",
        });
        const Payload = Buffer.from(
          JSON.stringify({
            source: "aws.cloudwatch",
            alarmArn: alarm.AlarmArn,
            accountId: cloud.accountId,
            time: at,
            region: cloud.region,
            alarmData: {
              alarmName: alarm.AlarmName,
              state: { value: alarm.StateValue, reason: alarm.StateReason },
              previousState: { value: before },
            },
          }),
        );
        await cloud.call(
          "lambda",
          "Invoke",
          { FunctionName: action, InvocationType: "Event", Payload },
          caller,
        );
      } else
        throw new AwsError(
          "NotImplementedException",
          `The embedded cloud does not support the alarm action ${action}`,
          501,
        );
    } catch (error) {
      cloud.log(
        `alarm ${alarm.AlarmName} to ${action}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

const messageOf = (
  alarm: MetricAlarm,
  before: string,
  at: Date,
  cloud: { accountId: string; region: string },
): object => {
  const [query] = queriesOf(alarm);
  return {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: cloud.accountId,
    AlarmConfigurationUpdatedTimestamp: alarm.AlarmConfigurationUpdatedTimestamp,
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: at.toISOString().replace("Z", "+0000"),
    Region: cloud.region,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: before,
    OKActions: alarm.OKActions ?? [],
    AlarmActions: alarm.AlarmActions ?? [],
    InsufficientDataActions: alarm.InsufficientDataActions ?? [],
    Trigger: {
      MetricName: query?.MetricStat?.Metric?.MetricName,
      Namespace: query?.MetricStat?.Metric?.Namespace,
      StatisticType: "Statistic",
      Statistic: query?.MetricStat?.Stat?.toUpperCase(),
      Dimensions: (query?.MetricStat?.Metric?.Dimensions ?? []).map(({ Name, Value }) => ({
        value: Value,
        name: Name,
      })),
      Period: query?.MetricStat?.Period,
      EvaluationPeriods: alarm.EvaluationPeriods,
      DatapointsToAlarm: alarm.DatapointsToAlarm,
      ComparisonOperator: alarm.ComparisonOperator,
      Threshold: alarm.Threshold,
      TreatMissingData: alarm.TreatMissingData ?? "missing",
    },
  };
};
