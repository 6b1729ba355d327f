import { call } from "./api";

/** One series of CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
}

export type Points = readonly (readonly [number, number])[];

/** CloudWatch takes 500 queries in a call. */
const AT_ONCE = 500;

/** The points of metrics between two instants, in the order of the metrics. */
export async function readMetrics(
  metrics: readonly Metric[],
  { from, to, period }: { from: number; to: number; period: number },
  signal?: AbortSignal,
): Promise<Points[]> {
  const found: Points[] = metrics.map(() => []);
  for (let start = 0; start < metrics.length; start += AT_ONCE) {
    const { MetricDataResults = [] } = await call(
      "monitoring",
      "GetMetricData",
      {
        StartTime: new Date(from).toISOString(),
        EndTime: new Date(to).toISOString(),
        ScanBy: "TimestampAscending",
        MetricDataQueries: metrics
          .slice(start, start + AT_ONCE)
          .map((metric, index) => ({ Id: `m${start + index}`, MetricStat: statOf(metric, period) })),
      },
      signal,
    );
    for (const { Id = "", Timestamps = [], Values = [] } of MetricDataResults)
      found[Number(Id.slice(1))] = Timestamps.map((at, index) => [Date.parse(at), Values[index] ?? 0]);
  }
  return found;
}

const statOf = ({ namespace, name, dimensions, stat }: Metric, Period: number) => ({
  Metric: {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  },
  Period,
  Stat: stat,
});

export const sum = (points: Points | undefined, from = 0): number =>
  (points ?? []).reduce((total, [at, value]) => (at >= from ? total + value : total), 0);

export const last = (points: Points | undefined): number | undefined => points?.at(-1)?.[1];

export const most = (points: Points | undefined, from = 0): number | undefined => {
  const values = (points ?? []).filter(([at]) => at >= from).map(([, value]) => value);
  return values.length === 0 ? undefined : Math.max(...values);
};
