import type {
  ComparisonOperator,
  MetricAlarm,
  MetricDataQuery,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import { unsupported } from "../../errors";
import type { Metrics } from "./metrics";
import { evaluateQueries } from "./queries";

export interface AlarmState {
  readonly state: StateValue;
  readonly reason: string;
  /** The evaluation in JSON: StateReasonData. */
  readonly data?: string;
}

interface Comparison {
  readonly words: string;
  readonly breaches: (value: number, threshold: number) => boolean;
}

const comparisons: Readonly<Partial<Record<ComparisonOperator, Comparison>>> = {
  GreaterThanThreshold: { words: "greater than", breaches: (value, threshold) => value > threshold },
  GreaterThanOrEqualToThreshold: {
    words: "greater than or equal to",
    breaches: (value, threshold) => value >= threshold,
  },
  LessThanThreshold: { words: "less than", breaches: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: {
    words: "less than or equal to",
    breaches: (value, threshold) => value <= threshold,
  },
};

export function comparisonOf(operator: string | undefined): Comparison {
  const found = comparisons[operator as ComparisonOperator];
  if (!found) throw unsupported(`alarms with ${operator}`);
  return found;
}

/** The alarm's metric queries; an alarm on a single metric has one. */
export function queriesOf(alarm: MetricAlarm): readonly MetricDataQuery[] {
  if (alarm.Metrics?.length) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic, Unit } = alarm;
  const Metric = { Namespace, MetricName, Dimensions };
  const MetricStat = { Metric, Period, Stat: ExtendedStatistic ?? Statistic, Unit };
  return [{ Id: "m1", MetricStat, ReturnData: true }];
}

const periodOf = (alarm: MetricAlarm): number =>
  alarm.Period ??
  Math.max(60, ...queriesOf(alarm).map((query) => query.MetricStat?.Period ?? query.Period ?? 60));

/** The values of the last evaluation periods, oldest first; undefined where a period has no data. */
function recentValues(alarm: MetricAlarm, metrics: Metrics, now: number): (number | undefined)[] {
  const { EvaluationPeriods = 1 } = alarm;
  const period = periodOf(alarm) * 1000;
  const end = Math.floor(now / period) * period;
  const start = end - EvaluationPeriods * period;
  const queries = queriesOf(alarm);
  const result = evaluateQueries(metrics, queries, start, end).find(
    ({ query }) => query.ReturnData !== false || queries.length === 1,
  );
  return Array.from({ length: EvaluationPeriods }, (_, index) => result?.points.get(start + index * period));
}

/** The state by the last evaluation periods, or undefined when missing data leaves the state unchanged. */
export function evaluateAlarm(alarm: MetricAlarm, metrics: Metrics, now: number): AlarmState | undefined {
  const values = recentValues(alarm, metrics, now);
  const data = reasonData(alarm, values, now);
  const { Threshold = 0, TreatMissingData = "missing", DatapointsToAlarm = values.length } = alarm;
  const { words, breaches } = comparisonOf(alarm.ComparisonOperator);
  const present = values.filter((value) => value !== undefined);
  const missing = values.length - present.length;
  const breaching = present.filter((value) => breaches(value, Threshold)).length;
  if (present.length === 0 && TreatMissingData === "missing")
    return {
      state: "INSUFFICIENT_DATA",
      reason: `Insufficient Data: ${missing} datapoint${missing === 1 ? " was" : "s were"} unknown.`,
      data,
    };
  const counted = breaching + (TreatMissingData === "breaching" ? missing : 0);
  const alarming = counted >= DatapointsToAlarm;
  // With "ignore" the state stays while the missing data points could still raise the alarm.
  const undecided = present.length === 0 || (missing > 0 && breaching + missing >= DatapointsToAlarm);
  if (TreatMissingData === "ignore" && !alarming && undecided) return undefined;
  const list = present.map((value) => String(Math.round(value * 1e6) / 1e6)).join(", ");
  const summary =
    present.length === 0
      ? `no datapoints were received for ${values.length} period${values.length === 1 ? "" : "s"} and ${values.length} missing datapoint${values.length === 1 ? " was" : "s were"} treated as [${alarming ? "Breaching" : "NonBreaching"}]`
      : `${counted} out of the last ${values.length} datapoints [${list}] ${alarming ? "were" : "was not"} ${words} the threshold (${Threshold})`;
  return { state: alarming ? "ALARM" : "OK", reason: `Threshold Crossed: ${summary}.`, data };
}

/** StateReasonData, as recorded by LocalStack's test_breaching_alarm_actions. Times have an offset without a colon. */
function reasonData(alarm: MetricAlarm, values: readonly (number | undefined)[], now: number): string {
  const time = (at: number) => new Date(at).toISOString().replace("Z", "+0000");
  const period = periodOf(alarm) * 1000;
  const end = Math.floor(now / period) * period;
  const datapoints = values.map((value, index) => ({
    timestamp: time(end - (values.length - index) * period),
    ...(value !== undefined && { value }),
  }));
  return JSON.stringify({
    version: "1.0",
    queryDate: time(now),
    ...(alarm.Unit && { unit: alarm.Unit }),
    ...(alarm.Statistic && { statistic: alarm.Statistic }),
    period: periodOf(alarm),
    recentDatapoints: values.filter((value) => value !== undefined),
    threshold: alarm.Threshold,
    evaluatedDatapoints: datapoints.reverse(),
  });
}
