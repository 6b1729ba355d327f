import type { Dimension, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { AwsError, unsupported, validationError } from "../../errors";
import { evaluateMath, type Points } from "./metric-math";
import type { Dimensions, Metrics, Series } from "./metrics";
import { byPeriod, statistic } from "./statistics";

export const dimensionsOf = (dimensions: readonly Dimension[] = []): Dimensions =>
  Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));

export interface QueryResult {
  readonly query: MetricDataQuery;
  readonly points: Points;
}

/** Evaluates metric queries over [start, end). Expressions can refer to each other in any order. */
export function evaluateQueries(
  metrics: Metrics,
  queries: readonly MetricDataQuery[],
  start: number,
  end: number,
): QueryResult[] {
  const byId = new Map(queries.map((query) => [query.Id ?? "", query]));
  const results = new Map<string, readonly Points[]>();
  const period = Math.max(...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 60));
  for (const { MetricStat, Period } of queries) checkPeriod(MetricStat?.Period ?? Period ?? 60);
  const periods = periodsIn(start, end, period);
  /** `path` are the queries that refer to this one, to detect circular references. */
  const evaluate = (id: string, path: readonly string[]): readonly Points[] => {
    const result = results.get(id);
    if (result) return result;
    const query = byId.get(id);
    if (!query || path.includes(id))
      throw validationError(`Error in expression '${id}': undefined metric id`);
    const points = query.MetricStat
      ? [pointsOf(metrics, query.MetricStat, start, end)]
      : ofExpression(query.Expression ?? "", [...path, id]);
    results.set(id, points);
    return points;
  };
  const ofExpression = (expression: string, path: readonly string[]): readonly Points[] => {
    const names = new Set(expression.replace(/'[^']*'/g, "").match(/\b[a-z]\w*/g) ?? []);
    const ids = [...names].filter((id) => byId.has(id)).map((id) => [id, evaluate(id, path)] as const);
    const search = (text: string, stat: string, seconds: number) => {
      checkPeriod(seconds);
      return findSeries(metrics, text).map((found) => valuesOf(found, stat, start, end, seconds));
    };
    return evaluateMath(expression, { ids: new Map(ids), periods, search });
  };
  return queries.flatMap((query) => evaluate(query.Id ?? "", []).map((points) => ({ query, points })));
}

/** Source: CloudWatch API reference, MetricStat. */
export function checkPeriod(seconds: number): void {
  if (![1, 5, 10, 20, 30].includes(seconds) && (seconds < 60 || seconds % 60 !== 0))
    throw new AwsError(
      "InvalidParameterValueException",
      "The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.",
    );
}

/** Source: CloudWatch API reference, GetMetricData. AWS returns more in further pages. */
const MAX_DATAPOINTS = 100_800;

/** The starts of the periods in [start, end). They are listed only for expressions that need each of them. */
function periodsIn(start: number, end: number, seconds: number): Iterable<number> {
  const period = seconds * 1000;
  return {
    *[Symbol.iterator]() {
      if ((end - start) / period > MAX_DATAPOINTS)
        throw unsupported(`an expression over more than ${MAX_DATAPOINTS} periods`);
      for (let at = Math.floor(start / period) * period; at < end; at += period) yield at;
    },
  };
}

function pointsOf(
  metrics: Metrics,
  { Metric, Period = 60, Stat = "", Unit }: NonNullable<MetricDataQuery["MetricStat"]>,
  start: number,
  end: number,
): Points {
  const { Namespace = "", MetricName = "", Dimensions } = Metric ?? {};
  // A unit that was not stored finds nothing (recorded by LocalStack's test_label_generation).
  const series = metrics.find(Namespace, MetricName, dimensionsOf(Dimensions), Unit);
  return valuesOf(series, Stat, start, end, Period);
}

function valuesOf(
  series: readonly Series[],
  stat: string,
  start: number,
  end: number,
  period: number,
): Points {
  const compute = statistic(stat);
  return new Map([...byPeriod(series, start, end, period)].map(([at, counts]) => [at, compute(counts)]));
}

const SEARCH = /^\s*\{([^{}]+)\}\s*(.*)$/;
const TERM = /\s*([\w.]+)\s*=\s*"([^"]*)"/y;

/** The metrics that SEARCH finds, with their series: those with exactly the dimensions of the schema, whose properties equal the terms. */
function findSeries(metrics: Metrics, text: string): (readonly Series[])[] {
  const [, schema = "", terms = ""] = SEARCH.exec(text) ?? [];
  const [namespace, ...names] = schema.split(",").map((part) => part.trim().replace(/^"(.*)"$/, "$1"));
  const wanted: [string, string][] = [];
  for (let from = 0; from < terms.trimEnd().length; from = TERM.lastIndex) {
    TERM.lastIndex = from;
    const [, name = "", value = ""] = TERM.exec(terms) ?? [];
    if (!name) throw unsupported(`the search expression ${text}`);
    wanted.push([name, value]);
  }
  if (!namespace) throw unsupported(`the search expression ${text}`);
  return [...metrics.all()].filter(
    ([metric]) =>
      metric?.namespace === namespace &&
      Object.keys(metric.dimensions).length === names.length &&
      names.every((dimension) => dimension in metric.dimensions) &&
      wanted.every(([key, value]) => (key === "MetricName" ? metric.name : metric.dimensions[key]) === value),
  );
}
