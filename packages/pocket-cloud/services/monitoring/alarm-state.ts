import type {
  ComparisonOperator,
  MetricAlarm,
  MetricDataQuery,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import { unsupported } from "../../errors";
import type { Metrics } from "./metrics";
import { evaluateQueries } from "./queries";

export interface Verdict {
  readonly state: StateValue;
  readonly reason: string;
}

const comparisons: Readonly<
  Partial<
    Record<
      ComparisonOperator,
      readonly [words: string, breaches: (value: number, threshold: number) => boolean]
    >
  >
> = {
  GreaterThanThreshold: ["greater than", (value, threshold) => value > threshold],
  GreaterThanOrEqualToThreshold: ["greater than or equal to", (value, threshold) => value >= threshold],
  LessThanThreshold: ["less than", (value, threshold) => value < threshold],
  LessThanOrEqualToThreshold: ["less than or equal to", (value, threshold) => value <= threshold],
};

export function comparisonOf(operator: string | undefined) {
  const found = comparisons[operator as ComparisonOperator];
  if (!found) throw unsupported(`alarms with ${operator}`);
  return found;
}

/** An alarm's metric, in the form of queries. */
export function queriesOf(alarm: MetricAlarm): readonly MetricDataQuery[] {
  if (alarm.Metrics?.length) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic } = alarm;
  return [
    {
      Id: "m1",
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions },
        Period,
        Stat: ExtendedStatistic ?? Statistic,
      },
      ReturnData: true,
    },
  ];
}

const periodOf = (alarm: MetricAlarm): number =>
  alarm.Period ??
  Math.max(60, ...queriesOf(alarm).map((query) => query.MetricStat?.Period ?? query.Period ?? 60));

/** The state the last evaluation periods give; undefined where missing data leaves it as it is. */
export function judge(alarm: MetricAlarm, metrics: Metrics, now: number): Verdict | undefined {
  const period = periodOf(alarm) * 1000;
  const {
    EvaluationPeriods = 1,
    DatapointsToAlarm = EvaluationPeriods,
    Threshold = 0,
    TreatMissingData = "missing",
  } = alarm;
  const end = Math.floor(now / period) * period;
  const start = end - EvaluationPeriods * period;
  const queries = queriesOf(alarm);
  const shown = evaluateQueries(metrics, queries, start, end).find(
    ({ query }) => query.ReturnData !== false || queries.length === 1,
  );
  const values = Array.from({ length: EvaluationPeriods }, (_, index) =>
    shown?.points.get(start + index * period),
  );
  const present = values.filter((value) => value !== undefined);
  const missing = values.length - present.length;
  const [words, breaches] = comparisonOf(alarm.ComparisonOperator);
  const breaching = present.filter((value) => breaches(value, Threshold)).length;
  if (present.length === 0 && TreatMissingData === "ignore") return undefined;
  if (present.length === 0 && TreatMissingData === "missing")
    return {
      state: "INSUFFICIENT_DATA",
      reason: `Insufficient Data: ${missing} datapoint${missing === 1 ? " was" : "s were"} unknown.`,
    };
  const counted = breaching + (TreatMissingData === "breaching" ? missing : 0);
  const alarming = counted >= DatapointsToAlarm;
  // Too little to tell: with data "missing", what is there decides only when it could.
  if (!alarming && TreatMissingData === "ignore" && breaching + missing >= DatapointsToAlarm && missing > 0)
    return undefined;
  const listed = present.map((value) => String(Math.round(value * 1e6) / 1e6)).join(", ");
  const data =
    present.length === 0
      ? `no datapoints were received for ${values.length} period${values.length === 1 ? "" : "s"} and ${values.length} missing datapoint${values.length === 1 ? " was" : "s were"} treated as [${alarming ? "Breaching" : "NonBreaching"}]`
      : `${counted} out of the last ${values.length} datapoints [${listed}] ${alarming ? "were" : "was not"} ${words} the threshold (${Threshold})`;
  return { state: alarming ? "ALARM" : "OK", reason: `Threshold Crossed: ${data}.` };
}
