import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export interface Line {
  readonly name: string;
  /** Milliseconds and values, ascending. */
  readonly points: readonly (readonly [number, number])[];
  readonly dashed?: boolean;
}

interface ChartProps {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly format?: (value: number) => string;
  readonly height?: number;
  readonly bars?: boolean;
  readonly stacked?: boolean;
  /** A horizontal line, such as the threshold of an alarm. */
  readonly mark?: { readonly value: number; readonly name: string };
  /** Seconds between points: larger gaps are not joined. */
  readonly period?: number;
  readonly range?: readonly [number, number];
}

const COLORS = 8;
/** Lines with fewer points have dots, so that a point without neighbours shows. */
const DOTTED = 100;

/** Labels of the time axis by the distance of its ticks, with the date where it changes. */
const day = "\n{MM}-{DD}";
const TIMES = [
  [86_400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", day, null, day, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", day, null, day, null, null, null, 1],
];

/** The colors of the lines, from the style sheet: they differ between light and dark. */
const colorOf = (style: CSSStyleDeclaration, index: number): string =>
  style.getPropertyValue(`--chart-${(index % COLORS) + 1}`).trim() || "#888";

/** A graph over time. Its values appear in the legend under the pointer. */
export function Chart(props: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const { lines, height = 180 } = props;
  const shape = JSON.stringify([
    lines.map(({ name }) => name),
    height,
    props.bars,
    props.mark,
    props.stacked,
    document.documentElement.dataset.theme,
  ]);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    void shape;
    const made = new uPlot(optionsOf(latest, element), dataOf(latest.current), element);
    plot.current = made;
    const resize = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: made.height });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(dataOf(props)));
  return (
    <div>
      <div class="chart" ref={holder} role="img" aria-label={`${props.label}. ${summaryOf(props)}`} />
    </div>
  );
}

function summaryOf({ lines, format = String }: ChartProps): string {
  const parts = lines.slice(0, COLORS).map(({ name, points }) => {
    const last = points.at(-1);
    return `${name}: ${last ? `last ${format(last[1])}` : "no data"}`;
  });
  return parts.join("; ");
}

/** One row of times and one row of values for each line, as uPlot takes them. */
function dataOf({ lines, stacked, period }: ChartProps): uPlot.AlignedData {
  const times = new Set(lines.flatMap(({ points }) => points.map(([at]) => at)));
  const sorted = [...times].sort((a, b) => a - b);
  const step = period === undefined ? Number.POSITIVE_INFINITY : period * 1000;
  const all = sorted.flatMap((at, index) => {
    const before = sorted[index - 1];
    return before !== undefined && at - before > step * 1.5 ? [before + step, at] : [at];
  });
  const rows = lines.map(({ points }) => {
    const values = new Map(points);
    return all.map((at) => values.get(at) ?? null);
  });
  if (stacked)
    for (let row = 1; row < rows.length; row++)
      rows[row] = all.map((_, at) => (rows[row]?.[at] ?? 0) + (rows[row - 1]?.[at] ?? 0));
  return [all.map((at) => at / 1000), ...rows] as uPlot.AlignedData;
}

function optionsOf(latest: { current: ChartProps }, element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const props = latest.current;
  const format = (value: number) => (latest.current.format ?? plain)(value);
  const muted = style.getPropertyValue("--muted").trim();
  const grid = { stroke: style.getPropertyValue("--line").trim(), width: 1 };
  const axis = { stroke: muted, grid, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const { bars } = uPlot.paths;
  const count = Math.max(0, ...props.lines.map(({ points }) => points.length));
  return {
    width: element.clientWidth || 300,
    height: props.height ?? 180,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    padding: [8, 20, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
    legend: { live: true },
    scales: {
      x: {
        range: (_plot, min, max) =>
          (latest.current.range?.map((at) => at / 1000) as [number, number]) ?? [min, max],
      },
      y: {
        range: (_plot, min, max) => {
          const top = Math.max(max ?? 0, (props.mark?.value ?? 0) * 1.1);
          return [Math.min(0, min ?? 0), top === 0 ? 1 : top * 1.08];
        },
      },
    },
    axes: [
      { ...axis, size: 40, values: TIMES as uPlot.Axis.Values },
      { ...axis, size: 56, values: (_plot, values) => values.map(format) },
    ],
    series: [
      { value: (_plot, seconds) => (seconds === null ? "–" : timeOf(seconds)) },
      ...props.lines.map(({ name, dashed }, index) => ({
        label: name,
        stroke: colorOf(style, index),
        width: 1.5,
        points: { show: !props.bars && count < DOTTED, size: 3, fill: colorOf(style, index) },
        spanGaps: false,
        ...(dashed && { dash: [4, 4] }),
        ...(props.bars &&
          bars && { paths: bars({ size: [0.8, 24], align: 1 }), fill: colorOf(style, index) }),
        ...(!props.bars && props.lines.length === 1 && { fill: `${colorOf(style, index)}22` }),
        // Without a pointer over the graph, the legend has names only.
        value: (_plot: uPlot, value: number | null, _series: number, at: number | null) =>
          at === null ? "" : value === null ? "–" : format(value),
      })),
    ],
    ...(props.mark && { hooks: { draw: [(plot: uPlot) => drawMark(plot, latest.current.mark, style)] } }),
  };
}

function drawMark(plot: uPlot, mark: ChartProps["mark"], style: CSSStyleDeclaration): void {
  if (!mark) return;
  const y = plot.valToPos(mark.value, "y", true);
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = style.getPropertyValue("--bad").trim();
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

const plain = (value: number): string =>
  new Intl.NumberFormat("en-US", {
    maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0,
    notation: Math.abs(value) >= 100_000 ? "compact" : "standard",
  }).format(value);

const timeOf = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** A line without axes, for a card. */
export function Spark({ values }: { values: readonly number[] }) {
  if (values.length < 2) return <svg class="spark" viewBox="0 0 100 24" aria-hidden="true" />;
  const top = Math.max(...values, 1e-9);
  const step = 100 / (values.length - 1);
  const points = values.map(
    (value, at) => `${(at * step).toFixed(1)},${(22 - (value / top) * 20).toFixed(1)}`,
  );
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <path class="area" d={`M0,24 L${points.join(" L")} L100,24 Z`} />
      <path class="line" d={`M${points.join(" L")}`} />
    </svg>
  );
}
