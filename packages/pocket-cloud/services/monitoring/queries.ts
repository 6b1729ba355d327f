import type { Dimension, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { unsupported, validationError } from "../../errors";
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
    const search = (text: string, stat: string, seconds: number) =>
      findSeries(metrics, text).map((found) => valuesOf(found, stat, start, end, seconds));
    return evaluateMath(expression, { ids: new Map(ids), periods, search });
  };
  return queries.flatMap((query) => evaluate(query.Id ?? "", []).map((points) => ({ query, points })));
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
  return valuesOf(metrics.find(Namespace, MetricName, dimensionsOf(Dimensions)), Stat, start, end, Period);
}

function valuesOf(
  series: Series | undefined,
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

/** The series that SEARCH finds: those with exactly the dimensions of the schema, whose properties equal the terms. */
function findSeries(metrics: Metrics, text: string): Series[] {
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
    ({ namespace: of, name, dimensions }) =>
      of === namespace &&
      Object.keys(dimensions).length === names.length &&
      names.every((dimension) => dimension in dimensions) &&
      wanted.every(([key, value]) => (key === "MetricName" ? name : dimensions[key]) === value),
  );
}
