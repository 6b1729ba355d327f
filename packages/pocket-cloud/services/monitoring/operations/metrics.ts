import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import { unsupported, validationError } from "../../../errors";
import { minuteOf, type Sample } from "../metrics";
import {
  action,
  invalidValue,
  type Monitoring,
  type MonitoringOperation,
  missingParameter,
} from "../operation";
import { dimensionsOf, evaluateQueries } from "../queries";
import { byPeriod, statistic } from "../statistics";

export const putMetricData = ({ store }: Monitoring): MonitoringOperation<"PutMetricData"> => ({
  actions: action("PutMetricData"),
  run: (input) => {
    const namespace = input.Namespace ?? "";
    if (input.EntityMetricData?.length) throw unsupported("entity metric data");
    if (namespace.startsWith("AWS/"))
      throw invalidValue("The value AWS/ for parameter Namespace is invalid.");
    const data = input.MetricData ?? [];
    if (data.length > 1000)
      throw validationError("The collection MetricData must not have a size greater than 1000.");
    store.metrics.put(
      data.map((datum, at) =>
        sampleOf(namespace, datum, `MetricData.member.${at + 1}`, store.cloud.clock.now()),
      ),
    );
    return {};
  },
});

function sampleOf(namespace: string, datum: MetricDatum, member: string, now: number): Sample {
  const { MetricName = "", Dimensions, Timestamp, Value, Values, Counts, StatisticValues, Unit } = datum;
  if (StatisticValues) throw unsupported("statistic sets of PutMetricData; send Values and Counts");
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0) throw missingParameter("At least one of the parameters must be specified.");
  if (values.some((value) => !Number.isFinite(value)))
    throw invalidValue(`The value ${values} for parameter ${member}.Value is invalid.`);
  if (Timestamp) checkTime(Timestamp.getTime(), `${member}.Timestamp`, now);
  return {
    namespace,
    name: MetricName,
    dimensions: dimensionsOf(Dimensions),
    minute: minuteOf(Timestamp?.getTime() ?? now),
    ...(Unit && { unit: Unit }),
    values: values.map((value, index) => [value, Counts?.[index] ?? 1] as const),
  };
}

const OLDEST = 14 * 24 * 3_600_000;
const NEWEST = 2 * 3_600_000;

/** Programs outside read the machine's clock, functions inside the cloud's: either may count. */
function checkTime(at: number, parameter: string, now: number): void {
  if (at < Math.min(now, Date.now()) - OLDEST)
    throw invalidValue(`The parameter ${parameter} must specify a time no more than two weeks in the past.`);
  if (at > Math.max(now, Date.now()) + NEWEST)
    throw invalidValue(
      `The parameter ${parameter} must specify a time no more than two hours in the future.`,
    );
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

const isPeriod = (seconds: number): boolean =>
  [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);

export const getMetricStatistics = ({ store }: Monitoring): MonitoringOperation<"GetMetricStatistics"> => ({
  actions: action("GetMetricStatistics"),
  run: (input) => {
    const { Namespace = "", MetricName = "", StartTime, EndTime, Period = 60 } = input;
    if (!isPeriod(Period))
      throw invalidValue("The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.");
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
