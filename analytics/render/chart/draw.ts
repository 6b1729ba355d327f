import type { Cells } from "../../../data/cells";
import type { Chart } from "../../../sql/library/model";
import { readAhead } from "../buffer";
import { RenderError } from "../errors";
import { element, escapeMarkup } from "../markup";
import { headingOf, type RenderColumn, type RenderInput } from "../model";
import { barChart, MAX_BARS } from "./bar";
import { candleChart, MAX_PANELS } from "./candles";
import { candlesOf, rolesOf, seriesOf } from "./data";
import { WIDE } from "./frame";
import { heatmap } from "./heatmap";
import { lineChart, MAX_LINES } from "./line";

/** A chart is drawn from this many first rows. */
const chartRows = 20_000;

/** Only classes; the colours follow the reader's light or dark mode. The page's policy allows this text by its hash. */
export const chartStyle = `
.chart{--ink:#1f2328;--muted:#656d76;--grid:#e3e6ea;--ground:#ffffff;--up:#0f7b6c;--down:#b4341f;--s1:#2563a8;--s2:#b35c00;--s3:#0f7b6c;--s4:#8a3ba5;--s5:#b4341f;--s6:#5b6b1f;--s7:#a02d63;--s8:#55606e;font:12px system-ui,sans-serif}
@media (prefers-color-scheme:dark){.chart{--ink:#e6e9ed;--muted:#9aa4af;--grid:#30363d;--ground:#14181d;--up:#4cc3ae;--down:#f08770;--s1:#6fb0f2;--s2:#eda24f;--s3:#4cc3ae;--s4:#cf97e6;--s5:#f08770;--s6:#b5c765;--s7:#ef8bb9;--s8:#a7b1bd}}
.chart text{fill:var(--ink)}.chart .axis{fill:var(--muted)}.chart .ground{fill:var(--ground)}
.chart .grid{stroke:var(--grid);stroke-width:1}.chart .zero{stroke:var(--muted);stroke-width:1}
.chart .line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.chart .s1{stroke:var(--s1)}.chart .s2{stroke:var(--s2)}.chart .s3{stroke:var(--s3)}.chart .s4{stroke:var(--s4)}.chart .s5{stroke:var(--s5)}.chart .s6{stroke:var(--s6)}.chart .s7{stroke:var(--s7)}.chart .s8{stroke:var(--s8)}
.chart .key{stroke-width:3}.chart .dot{fill:var(--ground);stroke-width:2}
.chart .bar{fill:var(--s1)}.chart .under{fill:var(--s2)}
.chart .up{stroke:var(--up);fill:var(--ground)}.chart .down{stroke:var(--down);fill:var(--down)}
.chart .more{fill:var(--s1)}.chart .less{fill:var(--s2)}.chart .void{fill:none;stroke:var(--grid)}
`.trim();

export async function* svg(input: RenderInput): AsyncGenerator<string> {
  if (!input.chart) throw new RenderError(2, `"${input.title}" has no chart; choose another format`);
  const { first, all } = await readAhead(input.rows, chartRows);
  await all.return(undefined);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n${drawChart(input.chart, input, first, { style: `${chartStyle}\nsvg{max-width:100%;height:auto}` }).markup}\n`;
}

interface Drawing {
  readonly markup: string;
  readonly height: number;
  /** A sentence about the rows that it does not show. */
  readonly omitted?: string;
}

type Draw = (
  chart: Chart,
  input: Pick<RenderInput, "columns">,
  rows: readonly Cells[],
  width: number,
) => Drawing;

const drawings: Readonly<Record<Chart["kind"], Draw>> = {
  line(chart, { columns }, rows, width) {
    const series = seriesOf(chart, columns, rows);
    return {
      ...lineChart(series, rolesOf(chart, columns).along("x"), chartTitle(chart, columns), width),
      ...omitted(series.length, MAX_LINES, "lines"),
    };
  },
  bar(chart, { columns }, rows, width) {
    const roles = rolesOf(chart, columns);
    const bars = rows.flatMap((row) => {
      const value = roles.number(row, "y");
      return value === undefined ? [] : [{ label: roles.text(row, "x"), value }];
    });
    return {
      ...barChart(bars, chartTitle(chart, columns), width),
      ...omitted(bars.length, MAX_BARS, "bars"),
    };
  },
  candlestick(chart, { columns }, rows, width) {
    const panels = candlesOf(chart, columns, rows);
    return {
      ...candleChart(panels, rolesOf(chart, columns).along("x"), chartTitle(chart, columns), width),
      ...omitted(panels.length, MAX_PANELS, "panels"),
    };
  },
  heatmap(chart, { columns }, rows, width) {
    const roles = rolesOf(chart, columns);
    return heatmap(
      rows.map((row) => ({
        x: roles.text(row, "x"),
        y: roles.text(row, "y"),
        value: roles.number(row, "value"),
      })),
      width,
    );
  },
};

const columnsOf = (chart: Chart, columns: readonly RenderColumn[], role: string): RenderColumn[] =>
  (chart.columns[role] ?? []).flatMap((name) => columns.find((column) => column.name === name) ?? []);

/** What the values of a chart are. */
export const chartTitle = (chart: Chart, columns: readonly RenderColumn[]): string =>
  chart.kind === "candlestick" ? unitOf(chart, columns, "close") : titleOf(chart, columns, "y");

/** The title of an axis: the column, or the common unit of several columns. */
function titleOf(chart: Chart, columns: readonly RenderColumn[], role: string): string {
  const [only, ...more] = columnsOf(chart, columns, role);
  return more.length > 0 || !only ? unitOf(chart, columns, role) : headingOf(only);
}

const unitOf = (chart: Chart, columns: readonly RenderColumn[], role: string): string =>
  [...new Set(columnsOf(chart, columns, role).map(({ unit }) => unit))].join(", ");

const omitted = (count: number, max: number, what: string): { omitted?: string } =>
  count > max ? { omitted: `The chart shows the first ${max} of ${count} ${what}.` } : {};

/** An SVG element with title and description. A separate file needs the `style` inside. */
export function drawChart(
  chart: Chart,
  input: RenderInput,
  rows: readonly Cells[],
  { style = "", width = WIDE }: { readonly style?: string; readonly width?: number } = {},
): Drawing {
  const drawing = drawings[chart.kind](chart, input, rows, width);
  const narrow = width === WIDE ? "" : "narrow-";
  const named = Object.entries(chart.columns).map(([role, column]) => `${role}: ${column.join(", ")}`);
  const description = `${input.description} A ${chart.kind} chart of ${rows.length} rows (${named.join(", ")}).`;
  const markup = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: narrow === "" ? "chart" : "chart narrow",
      viewBox: `0 0 ${width} ${Math.ceil(drawing.height)}`,
      width,
      height: Math.ceil(drawing.height),
      role: "img",
      "aria-labelledby": `${narrow}chart-title ${narrow}chart-description`,
    },
    element("title", { id: `${narrow}chart-title` }, escapeMarkup(input.title)) +
      element("desc", { id: `${narrow}chart-description` }, escapeMarkup(description)) +
      (style ? `<style>${style}</style>` : "") +
      element("rect", { class: "ground", x: 0, y: 0, width, height: Math.ceil(drawing.height) }) +
      (rows.length === 0
        ? element("text", { x: width / 2, y: 24, "text-anchor": "middle" }, "No rows")
        : drawing.markup),
  );
  return { ...drawing, markup };
}
