import { useState } from "preact/hooks";
import { callLocal } from "../kit/api";
import { Chart } from "../kit/chart";
import { bytes, duration } from "../kit/format";
import { useLive } from "../kit/live";
import { type Metric, readMetrics } from "../kit/metrics";
import { Panel, Problem } from "../kit/page";
import type { Status } from "../kit/status";

export type Unit = "count" | "bytes" | "millis" | "seconds" | "percent";

export interface Graph {
  readonly title: string;
  readonly metrics: readonly (Metric & { readonly label: string })[];
  readonly unit: Unit;
}

export const FORMATS: Readonly<Partial<Record<Unit, (value: number) => string>>> = {
  bytes,
  millis: duration,
  seconds: (value) => duration(value * 1000),
  percent: (value) => `${value.toFixed(1)} %`,
};

/** Makes graphs of a resource's metrics: namespace and dimension, then title and statistics by metric, then the resource. */
export const graph =
  (namespace: string, dimension: string) =>
  (title: string, stats: Readonly<Record<string, string | readonly string[]>>, unit: Unit = "count") =>
  (resource: string): Graph => ({
    title,
    unit,
    metrics: Object.entries(stats).flatMap(([name, each]) =>
      [each].flat().map((stat) => ({
        namespace,
        name,
        stat,
        dimensions: { [dimension]: resource },
        label: Array.isArray(each) ? `${name} ${stat}` : name,
      })),
    ),
  });

const HOUR = 3_600_000;
const RANGES: Readonly<Record<string, number>> = {
  "1 h": HOUR,
  "3 h": 3 * HOUR,
  "12 h": 12 * HOUR,
  "1 d": 24 * HOUR,
  "1 w": 168 * HOUR,
};
/** Points of a graph at most. */
const POINTS = 200;

/** The period that gives at most `POINTS` points: one that CloudWatch takes. */
export const periodFor = (millis: number): number =>
  [60, 300, 900, 3600, 21_600].find((period) => millis / 1000 / period <= POINTS) ?? 86_400;

export function RangePicker({ value, onChange }: { value: string; onChange: (range: string) => void }) {
  return (
    <fieldset class="segments" aria-label="Time range">
      {Object.keys(RANGES).map((name) => (
        <button key={name} type="button" aria-pressed={name === value} onClick={() => onChange(name)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}

export const rangeMillis = (name: string): number => RANGES[name] ?? HOUR;

const EVERY_MS = 5000;

/** Graphs of metrics over the chosen time, which move with the cloud's clock. */
export function Graphs({ graphs }: { graphs: readonly Graph[] }) {
  const [range, setRange] = useState("3 h");
  const key = JSON.stringify(graphs.map(({ metrics }) => metrics));
  const read = useLive(
    `graphs ${range} ${key}`,
    async (signal) => {
      const now = Date.parse((await callLocal<Status>("GetStatus", {}, signal)).Time);
      const [from, to, period] = [now - rangeMillis(range), now, periodFor(rangeMillis(range))];
      const points = await readMetrics(
        graphs.flatMap(({ metrics }) => metrics),
        { from, to, period },
        signal,
      );
      return { points, from, to, period };
    },
    EVERY_MS,
  );
  let at = 0;
  return (
    <>
      <div class="toolbar">
        <RangePicker value={range} onChange={setRange} />
      </div>
      <Problem error={read.error} />
      <div class="graphs">
        {graphs.map(({ title, metrics, unit }) => {
          const lines = metrics.map(({ label }) => ({ name: label, points: read.data?.points[at++] ?? [] }));
          const format = FORMATS[unit];
          return (
            <Panel key={title} title={title}>
              {read.data ? (
                <Chart
                  label={title}
                  lines={lines}
                  bars={metrics.length === 1 && metrics[0]?.stat === "Sum"}
                  period={read.data.period}
                  range={[read.data.from, read.data.to]}
                  {...(format && { format })}
                />
              ) : (
                <div class="chart-space" />
              )}
            </Panel>
          );
        })}
      </div>
    </>
  );
}
