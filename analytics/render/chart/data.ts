import type { Cells } from "../../athena/csv";
import type { Chart } from "../../report/model";
import { isTime, type RenderColumn } from "../model";

export interface Point {
  /** Milliseconds of a time, a number, or the place of a category. */
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Candle {
  readonly x: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The columns a chart's roles stand for, found once. */
export function rolesOf(chart: Chart, columns: readonly RenderColumn[]) {
  const indexOf = (role: string): number =>
    columns.findIndex((column) => column.name === chart.columns[role]);
  return {
    column: (role: string): RenderColumn | undefined => columns[indexOf(role)],
    text: (row: Cells, role: string): string => row[indexOf(role)] ?? "",
    /** Undefined when it is NULL or no number: a hole in the chart, never a zero. */
    number: (row: Cells, role: string): number | undefined => {
      const at = indexOf(role);
      const cell = row[at];
      const column = columns[at];
      if (cell === null || cell === undefined || cell === "" || !column) return undefined;
      const value = isTime(column.type) || column.type === "date" ? instantOf(cell) : Number(cell);
      return Number.isFinite(value) ? value : undefined;
    },
    isTime: (role: string): boolean => {
      const type = columns[indexOf(role)]?.type ?? "";
      return isTime(type) || type === "date";
    },
  };
}

const instantOf = (text: string): number =>
  Date.parse(text.includes(":") ? `${text.replace(" ", "T")}Z` : `${text}T00:00Z`);

export function seriesOf(chart: Chart, columns: readonly RenderColumn[], rows: readonly Cells[]): Series[] {
  const roles = rolesOf(chart, columns);
  return group(rows, (row) => (chart.columns.series ? roles.text(row, "series") : "")).map(([name, own]) => ({
    name,
    points: own
      .flatMap((row) => {
        const [x, y] = [roles.number(row, "x"), roles.number(row, "y")];
        return x === undefined || y === undefined ? [] : [{ x, y }];
      })
      .sort((a, b) => a.x - b.x),
  }));
}

export function candlesOf(chart: Chart, columns: readonly RenderColumn[], rows: readonly Cells[]) {
  const roles = rolesOf(chart, columns);
  return group(rows, (row) => (chart.columns.series ? roles.text(row, "series") : "")).map(([name, own]) => ({
    name,
    candles: own.flatMap((row): Candle[] => {
      const [x, open, high, low, close] = ["x", "open", "high", "low", "close"].map((role) =>
        roles.number(row, role),
      );
      if (
        x === undefined ||
        open === undefined ||
        high === undefined ||
        low === undefined ||
        close === undefined
      )
        return [];
      return [{ x, open, high, low, close }];
    }),
  }));
}

function group(rows: readonly Cells[], key: (row: Cells) => string): [string, Cells[]][] {
  const groups = new Map<string, Cells[]>();
  for (const row of rows) {
    const name = key(row);
    const own = groups.get(name);
    if (own) own.push(row);
    else groups.set(name, [row]);
  }
  return [...groups];
}
