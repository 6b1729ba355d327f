import { useMemo } from "preact/hooks";
import { call } from "../kit/api";
import { allPages, useLive } from "../kit/live";
import { Empty, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { type Route, replaceQuery } from "../kit/route";
import { Graphs, type Unit } from "./graphs";

const STATS = ["Sum", "Average", "Minimum", "Maximum", "SampleCount", "p50", "p90", "p99"] as const;
/** Lines of a graph: more cannot be told apart. */
const MOST = 8;

/** Chooses a namespace and a metric, and draws the metric for each resource that has it. */
export function MetricExplorer({ route }: { route: Route }) {
  const read = useLive("metrics", (signal) =>
    allPages(
      (NextToken) => call("monitoring", "ListMetrics", { NextToken }, signal),
      ({ Metrics }) => Metrics,
      ({ NextToken }) => NextToken,
    ),
  );
  const all = read.data ?? [];
  const namespaces = useMemo(
    () => [...new Set(all.flatMap(({ Namespace }) => Namespace ?? []))].sort(),
    [all],
  );
  const namespace = route.query.namespace ?? namespaces[0] ?? "";
  const names = [
    ...new Set(
      all.filter(({ Namespace }) => Namespace === namespace).flatMap(({ MetricName }) => MetricName ?? []),
    ),
  ].sort();
  const name = names.includes(route.query.metric ?? "") ? (route.query.metric ?? "") : (names[0] ?? "");
  const stat = route.query.stat ?? "Sum";
  const series = all
    .filter(({ Namespace, MetricName }) => Namespace === namespace && MetricName === name)
    .map(({ Dimensions = [] }) => Dimensions);
  const graphs = Array.from({ length: Math.ceil(series.length / MOST) }, (_, index) => {
    const part = series.slice(index * MOST, (index + 1) * MOST);
    return {
      title: series.length > MOST ? `${name} (${index + 1})` : name,
      unit: unitOf(name),
      metrics: part.map((dimensions) => ({
        namespace,
        name,
        stat,
        dimensions: Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value])),
        label: dimensions.map(({ Value }) => Value).join(", ") || name,
      })),
    };
  });
  const select = (label: string, value: string, options: readonly string[], key: string, reset = {}) => (
    <label>
      {label}
      <select
        value={value}
        onChange={(event) => replaceQuery(route, { [key]: event.currentTarget.value, ...reset })}
      >
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <Reading of={read} />
      {read.data && all.length === 0 && <Empty>No metrics yet.</Empty>}
      {all.length > 0 && (
        <>
          <Panel>
            <div class="toolbar form last">
              {select("Namespace", namespace, namespaces, "namespace", { metric: undefined })}
              {select("Metric", name, names, "metric")}
              {select("Statistic", stat, STATS, "stat")}
            </div>
          </Panel>
          <div class="wide-graphs">
            <Graphs graphs={graphs} />
          </div>
        </>
      )}
    </>
  );
}

const unitOf = (name: string): Unit =>
  /bytes/i.test(name) ? "bytes" : /millis|duration|latency|iteratorage/i.test(name) ? "millis" : "count";
