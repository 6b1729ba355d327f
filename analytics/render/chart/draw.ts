import type { Chart } from "../../../sql/library/model";
import type { Cells } from "../../../tools/kit/athena-csv";
import { element, escapeMarkup } from "../markup";
import { headingOf, type RenderColumn, type RenderInput } from "../model";
import { barChart, mostBars } from "./bar";
import { candleChart, mostPanels } from "./candles";
import { candlesOf, rolesOf, seriesOf } from "./data";
import { width } from "./frame";
import { heatmap } from "./heatmap";
import { lineChart, mostLines } from "./line";

interface Drawing {
  readonly markup: string;
  readonly height: number;
  /** What of the rows it does not show. */
  readonly omitted?: string;
}

type Draw = (chart: Chart, input: Pick<RenderInput, "columns">, rows: readonly Cells[]) => Drawing;

const drawings: Readonly<Record<Chart["kind"], Draw>> = {
  line(chart, { columns }, rows) {
    const series = seriesOf(chart, columns, rows);
    return {
      ...lineChart(series, rolesOf(chart, columns).along("x"), titleOf(chart, columns, "y")),
      ...omitted(series.length, mostLines, "lines"),
    };
  },
  bar(chart, { columns }, rows) {
    const roles = rolesOf(chart, columns);
    const bars = rows.flatMap((row) => {
      const value = roles.number(row, "y");
      return value === undefined ? [] : [{ label: roles.text(row, "x"), value }];
    });
    return { ...barChart(bars, titleOf(chart, columns, "y")), ...omitted(bars.length, mostBars, "bars") };
  },
  candlestick(chart, { columns }, rows) {
    const panels = candlesOf(chart, columns, rows);
    return {
      ...candleChart(panels, rolesOf(chart, columns).along("x"), unitOf(chart, columns, "close")),
      ...omitted(panels.length, mostPanels, "panels"),
    };
  },
  heatmap(chart, { columns }, rows) {
    const roles = rolesOf(chart, columns);
    return heatmap(
      rows.map((row) => ({
        x: roles.text(row, "x"),
        y: roles.text(row, "y"),
        value: roles.number(row, "value"),
      })),
    );
  },
};

const namedBy = (chart: Chart, columns: readonly RenderColumn[], role: string): RenderColumn[] =>
  (chart.columns[role] ?? []).flatMap((name) => columns.find((column) => column.name === name) ?? []);

/** Lines of several columns are told apart by their names; what they share is the unit. */
function titleOf(chart: Chart, columns: readonly RenderColumn[], role: string): string {
  const [only, ...more] = namedBy(chart, columns, role);
  return more.length > 0 || !only ? unitOf(chart, columns, role) : headingOf(only);
}

const unitOf = (chart: Chart, columns: readonly RenderColumn[], role: string): string =>
  [...new Set(namedBy(chart, columns, role).map(({ unit }) => unit))].join(", ");

const omitted = (count: number, most: number, what: string): { omitted?: string } =>
  count > most ? { omitted: `The chart shows the first ${most} of ${count} ${what}.` } : {};

/** An SVG element with its title and description; `style` goes inside when it stands alone. */
export function drawChart(chart: Chart, input: RenderInput, rows: readonly Cells[], style = ""): Drawing {
  const drawing = drawings[chart.kind](chart, input, rows);
  const named = Object.entries(chart.columns).map(([role, column]) => `${role}: ${column.join(", ")}`);
  const description = `${input.description} A ${chart.kind} chart of ${rows.length} rows (${named.join(", ")}).`;
  const markup = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "chart",
      viewBox: `0 0 ${width} ${Math.ceil(drawing.height)}`,
      width,
      height: Math.ceil(drawing.height),
      role: "img",
      "aria-labelledby": "chart-title chart-description",
    },
    element("title", { id: "chart-title" }, escapeMarkup(input.title)) +
      element("desc", { id: "chart-description" }, escapeMarkup(description)) +
      (style ? `<style>${style}</style>` : "") +
      element("rect", { class: "ground", x: 0, y: 0, width, height: Math.ceil(drawing.height) }) +
      (rows.length === 0
        ? element("text", { x: width / 2, y: 24, "text-anchor": "middle" }, "No rows")
        : drawing.markup),
  );
  return { ...drawing, markup };
}
