import type { Cells } from "../../data/cells";
import { candlesOf, rolesOf, seriesOf } from "../render/chart/data";
import type { RenderColumn } from "../render/model";
import { forPeople } from "../render/numbers";
import type { PageResult } from "./model";

/** What the home page shows of a result. */
export interface Summary {
  readonly figures: readonly Figure[];
  /** Values of the first line or candles, oldest first. */
  readonly line?: readonly number[];
  /** Values of the first bars. */
  readonly bars?: readonly number[];
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly unit?: string;
  /** Change of a price over the window in percent. Of a count the last, unfinished hour would be compared. */
  readonly change?: number;
}

const MOST_FIGURES = 3;
const MOST_BARS = 12;

export function summaryOf({
  page: { report },
  columns,
  rows,
}: Pick<PageResult, "page" | "columns" | "rows">): Summary {
  const { chart } = report;
  if (chart?.kind === "line") {
    const series = seriesOf(chart, columns, rows).filter(({ points }) => points.length > 0);
    const [only, ...more] = chart.columns.y ?? [];
    const column = columns.find(({ name }) => name === only);
    const figures = series.slice(0, MOST_FIGURES).map(({ name, points }) => {
      const values = points.map(({ y }) => y);
      return figureOf(name || (more.length > 0 ? "" : (only ?? "")), column, values, false);
    });
    return { figures, ...(series[0] && { line: series[0].points.map(({ y }) => y) }) };
  }
  if (chart?.kind === "candlestick") {
    const column = columns.find(({ name }) => name === chart.columns.close?.[0]);
    const all = candlesOf(chart, columns, rows).filter(({ candles }) => candles.length > 0);
    const closes = all.map(({ candles }) => [...candles].sort((a, b) => a.x - b.x).map(({ close }) => close));
    const figures = all
      .slice(0, MOST_FIGURES)
      .map(({ name }, at) => figureOf(name, column, closes[at] ?? [], true));
    return { figures, ...(closes[0] && { line: closes[0] }) };
  }
  if (chart?.kind === "bar") {
    const roles = rolesOf(chart, columns);
    const value = columns.find(({ name }) => name === chart.columns.y?.[0]);
    const bars = rows.flatMap((row) => roles.number(row, "y") ?? []).slice(0, MOST_BARS);
    const figures = rows.slice(0, MOST_FIGURES).map((row) => ({
      label: roles.text(row, "x"),
      ...cellFigure(value, row, columns),
    }));
    return { figures, bars };
  }
  const [label, value] = report.keyColumns.map((key) => columns.find(({ name }) => name === key));
  const figures = chart
    ? []
    : rows.slice(0, MOST_FIGURES + 1).map((row) => ({
        label: label ? forPeople(label, row[columns.indexOf(label)] ?? null) : "",
        ...cellFigure(value, row, columns),
      }));
  return { figures };
}

const unitOf = (column: RenderColumn | undefined): { unit?: string } =>
  column?.unit ? { unit: column.unit } : {};

function cellFigure(column: RenderColumn | undefined, row: Cells, columns: readonly RenderColumn[]) {
  const value = column ? forPeople(column, row[columns.indexOf(column)] ?? null) : "";
  return { value: value || "–", ...unitOf(column) };
}

function figureOf(
  label: string,
  column: RenderColumn | undefined,
  values: readonly number[],
  isPrice: boolean,
): Figure {
  const [first, last] = [values[0], values.at(-1)];
  const changes = isPrice && first && last !== undefined && values.length > 1 && first > 0;
  return {
    label,
    value: last === undefined || !column ? "–" : forPeople(column, String(last)),
    ...unitOf(column),
    ...(changes && { change: 100 * (last / first - 1) }),
  };
}
