import type { MetricDataQuery, MetricDatum } from "@aws-sdk/client-cloudwatch";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { minuteOf, type Sample } from "../metrics";
import { checkPeriod, dimensionsOf, evaluateQueries } from "../queries";
import { byPeriod, statistic } from "../statistics";
import type { MonitoringStore } from "../store";

const MAX_DATA = 1000;
const PAGE_SIZE = 500;
/** Source: CloudWatch API reference, GetMetricStatistics. */
const MAX_STATISTICS = 1440;
const MAX_AGE_MS = 14 * 24 * 3_600_000;
const MAX_FUTURE_MS = 2 * 3_600_000;

export const metricOperations = ({ metrics, cloud }: MonitoringStore) =>
  ({
    PutMetricData: {
      run: ({ Namespace = "", MetricData = [], EntityMetricData = [] }) => {
        if (EntityMetricData.length > 0) throw unsupported("entity metric data");
        if (Namespace.startsWith("AWS/"))
          throw invalidValue("The value AWS/ for parameter Namespace is invalid.");
        if (MetricData.length > MAX_DATA)
          throw validationError(`The collection MetricData must not have a size greater than ${MAX_DATA}.`);
        const now = cloud.clock.now();
        metrics.put(
          MetricData.map((datum, at) => sampleOf(Namespace, datum, `MetricData.member.${at + 1}`, now)),
        );
        return {};
      },
    },
    ListMetrics: {
      run: ({ Namespace, MetricName, Dimensions = [], NextToken }) => {
        if (NextToken !== undefined && !/^\d+$/.test(NextToken))
          throw invalidValue("Request parameter NextToken is invalid");
        const known = [...metrics.all()].flatMap(([series]) => series ?? []);
        const found = known.filter(
          ({ namespace, name, dimensions }) =>
            (!Namespace || Namespace === namespace) &&
            (!MetricName || MetricName === name) &&
            Dimensions.every(
              ({ Name = "", Value }) =>
                Name in dimensions && (Value === undefined || dimensions[Name] === Value),
            ),
        );
        const { items, next } = pageOf(found, NextToken, PAGE_SIZE);
        const Metrics = items.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        }));
        return { Metrics, ...next };
      },
    },
    GetMetricStatistics: {
      run: (input) => {
        const { Namespace = "", MetricName = "", StartTime, EndTime, Period = 60 } = input;
        checkPeriod(Period);
        // API reference, GetMetricStatistics: one of the two, or both.
        if (!input.Statistics?.length && !input.ExtendedStatistics?.length)
          throw new AwsError(
            "InvalidParameterCombinationException",
            "Must specify either Statistics or ExtendedStatistics",
          );
        const [start, end] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0];
        if (start >= end)
          throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
        const requested = Math.floor((end - start) / (Period * 1000));
        if (requested > MAX_STATISTICS)
          throw new AwsError(
            "InvalidParameterCombinationException",
            `You have requested up to ${requested} datapoints, which exceeds the limit of ${MAX_STATISTICS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
          );
        const found = metrics.find(Namespace, MetricName, dimensionsOf(input.Dimensions), input.Unit);
        // Each unit has datapoints of its own (recorded by LocalStack's test_handle_different_units).
        const datapoints = found.flatMap((series) =>
          [...byPeriod([series], start, end, Period)].map(([at, counts]) => ({ at, counts, ...series })),
        );
        const compute = (names: readonly string[] = [], counts: ReadonlyMap<number, number>) =>
          Object.fromEntries(names.map((name) => [name, statistic(name)(counts)]));
        return {
          Label: MetricName,
          Datapoints: datapoints.map(({ at, counts, unit }) => ({
            Timestamp: new Date(at),
            ...compute(input.Statistics, counts),
            ...(input.ExtendedStatistics?.length && {
              ExtendedStatistics: compute(input.ExtendedStatistics, counts),
            }),
            Unit: (unit ?? "None") as "None",
          })),
        };
      },
    },
    GetMetricData: {
      run: ({ StartTime, EndTime, MetricDataQueries = [], ScanBy }) => {
        const [start, end] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0];
        if (start >= end)
          throw validationError("The parameter StartTime must be less than the parameter EndTime.");
        const ascending = ScanBy === "TimestampAscending";
        const MetricDataResults = evaluateQueries(metrics, MetricDataQueries, start, end)
          .filter(({ query }) => query.ReturnData !== false)
          .map(({ query, points }) => {
            const ordered = [...points].sort(([a], [b]) => (ascending ? a - b : b - a));
            return {
              Id: query.Id,
              Label: query.Label ?? labelOf(query, MetricDataQueries),
              Timestamps: ordered.map(([at]) => new Date(at)),
              Values: ordered.map(([, value]) => value),
              StatusCode: "Complete" as const,
            };
          });
        return { MetricDataResults, Messages: [] };
      },
    },
  }) satisfies Operations<"monitoring">;

/** The metric's name, and what distinguishes the queries: statistic and period (recorded by test_label_generation). */
function labelOf({ Id, MetricStat }: MetricDataQuery, all: readonly MetricDataQuery[]): string | undefined {
  const name = MetricStat?.Metric?.MetricName;
  if (name === undefined) return Id;
  const differs = (member: "Stat" | "Period") =>
    new Set(all.flatMap(({ MetricStat: other }) => (other ? [other[member]] : []))).size > 1;
  return [
    name,
    ...(differs("Stat") ? [MetricStat?.Stat] : []),
    ...(differs("Period") ? [MetricStat?.Period] : []),
  ].join(" ");
}

/** As recorded by LocalStack's test_put_metric_data_validation. */
function checkDatum({ Value, Values, Counts, StatisticValues }: MetricDatum, member: string): void {
  const exclusive = (name: string) =>
    new AwsError(
      "InvalidParameterCombinationException",
      `The parameters ${member}.Value and ${member}.${name} are mutually exclusive and you have specified both.`,
    );
  if (Value !== undefined && Values?.length) throw exclusive("Values");
  if (Value !== undefined && StatisticValues) throw exclusive("StatisticValues");
  if (Values && Counts && Values.length !== Counts.length)
    throw invalidValue(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`);
}

function sampleOf(namespace: string, datum: MetricDatum, member: string, now: number): Sample {
  const { MetricName = "", Dimensions, Timestamp, Value, Counts, StatisticValues, Unit } = datum;
  checkDatum(datum, member);
  if (StatisticValues) throw unsupported("statistic sets of PutMetricData; send Values and Counts");
  const values = datum.Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0)
    throw new AwsError(
      "MissingRequiredParameterException",
      "At least one of the parameters must be specified.",
    );
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

/** Functions read the cloud's clock and other programs the machine's, so a time may be near either. */
function checkTime(at: number, parameter: string, now: number): void {
  if (at < Math.min(now, Date.now()) - MAX_AGE_MS)
    throw invalidValue(`The parameter ${parameter} must specify a time no more than two weeks in the past.`);
  if (at > Math.max(now, Date.now()) + MAX_FUTURE_MS)
    throw invalidValue(
      `The parameter ${parameter} must specify a time no more than two hours in the future.`,
    );
}

const invalidValue = (message: string) => new AwsError("InvalidParameterValueException", message);
