import type { Dimension, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { validationError } from "../../errors";
import { evaluateMath, type Points } from "./metric-math";
import type { Dimensions, Metrics } from "./metrics";
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
  const results = new Map<string, Points>();
  const period = Math.max(...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 60));
  const periods = periodsIn(start, end, period);
  /** `path` are the queries that refer to this one, to detect circular references. */
  const evaluate = (id: string, path: readonly string[]): Points => {
    const result = results.get(id);
    if (result) return result;
    const query = byId.get(id);
    if (!query || path.includes(id))
      throw validationError(`Error in expression '${id}': undefined metric id`);
    const points = query.MetricStat
      ? pointsOf(metrics, query.MetricStat, start, end)
      : ofExpression(query.Expression ?? "", [...path, id]);
    results.set(id, points);
    return points;
  };
  const ofExpression = (expression: string, path: readonly string[]): Points => {
    const names = new Set(expression.match(/\b[a-z]\w*/g) ?? []);
    const ids = [...names].filter((id) => byId.has(id)).map((id) => [id, evaluate(id, path)] as const);
    return evaluateMath(expression, { ids: new Map(ids), periods });
  };
  return queries.map((query) => ({ query, points: evaluate(query.Id ?? "", []) }));
}

function periodsIn(start: number, end: number, seconds: number): number[] {
  const period = seconds * 1000;
  const periods: number[] = [];
  for (let at = Math.floor(start / period) * period; at < end; at += period) periods.push(at);
  return periods;
}

function pointsOf(
  metrics: Metrics,
  { Metric, Period = 60, Stat = "" }: NonNullable<MetricDataQuery["MetricStat"]>,
  start: number,
  end: number,
): Points {
  const { Namespace = "", MetricName = "", Dimensions } = Metric ?? {};
  const series = metrics.find(Namespace, MetricName, dimensionsOf(Dimensions));
  const compute = statistic(Stat);
  return new Map([...byPeriod(series, start, end, Period)].map(([at, counts]) => [at, compute(counts)]));
}
