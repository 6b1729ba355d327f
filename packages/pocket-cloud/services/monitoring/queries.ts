import type { Dimension, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { validationError } from "../../errors";
import { evaluateMath, type Points } from "./metric-math";
import type { Dimensions, Metrics } from "./metrics";
import { byPeriod, statistic } from "./statistics";

export const dimensionsOf = (dimensions: readonly Dimension[] | undefined): Dimensions =>
  Object.fromEntries((dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value]));

export interface Evaluated {
  readonly query: MetricDataQuery;
  readonly points: Points;
}

/** Evaluates metric queries over [start, end); expressions may use each other in any order. */
export function evaluateQueries(
  metrics: Metrics,
  queries: readonly MetricDataQuery[],
  start: number,
  end: number,
): Evaluated[] {
  const byId = new Map(queries.map((query) => [query.Id ?? "", query]));
  const done = new Map<string, Points>();
  const period = Math.max(...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 60));
  const evaluate = (id: string, under: readonly string[]): Points => {
    const known = done.get(id);
    if (known) return known;
    const query = byId.get(id);
    if (!query || under.includes(id))
      throw validationError(`Error in expression '${id}': undefined metric id`);
    const points = query.MetricStat
      ? ofStat(metrics, query.MetricStat, start, end)
      : ofExpression(query, [...under, id]);
    done.set(id, points);
    return points;
  };
  const ofExpression = (query: MetricDataQuery, under: readonly string[]): Points => {
    const expression = query.Expression ?? "";
    const mentioned = new Set(expression.match(/\b[a-z]\w*/g) ?? []);
    const ids = new Map([...mentioned].filter((id) => byId.has(id)).map((id) => [id, evaluate(id, under)]));
    return evaluateMath(expression, { ids, period, periods: periodsIn(start, end, period) });
  };
  return queries.map((query) => ({ query, points: evaluate(query.Id ?? "", []) }));
}

function periodsIn(start: number, end: number, seconds: number): number[] {
  const period = seconds * 1000;
  const periods: number[] = [];
  for (let at = Math.floor(start / period) * period; at < end; at += period) periods.push(at);
  return periods;
}

function ofStat(
  metrics: Metrics,
  stat: NonNullable<MetricDataQuery["MetricStat"]>,
  start: number,
  end: number,
): Points {
  const { Metric, Period = 60, Stat = "" } = stat;
  const series = metrics.find(
    Metric?.Namespace ?? "",
    Metric?.MetricName ?? "",
    dimensionsOf(Metric?.Dimensions),
  );
  const compute = statistic(Stat);
  return new Map([...byPeriod(series, start, end, Period)].map(([at, counts]) => [at, compute(counts)]));
}
