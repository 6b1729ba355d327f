import type { Chart } from "../../../sql/library/model";
import type { Cells } from "../../../tools/kit/athena-csv";
import { isTime, type RenderColumn } from "../model";
import { forPeople } from "../numbers";
import type { Along } from "./scale";

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
  const found = Object.fromEntries(
    Object.entries(chart.columns).map(([role, names]) => [
      role,
      names.map((name) => columns.findIndex((column) => column.name === name)),
    ]),
  );
  const indexOf = (role: string, which = 0): number => found[role]?.[which] ?? -1;
  return {
    /** Of several columns, all of them in one name. */
    text: (row: Cells, role: string): string =>
      (found[role] ?? [])
        .flatMap((at) => {
          const column = columns[at];
          return column ? [forPeople(column, row[at] ?? null)] : [];
        })
        .filter(Boolean)
        .join(" · "),
    /** Undefined when it is NULL or no number: a hole in the chart, never a zero. */
    number: (row: Cells, role: string, which = 0): number | undefined => {
      const at = indexOf(role, which);
      const cell = row[at];
      const column = columns[at];
      if (cell === null || cell === undefined || cell === "" || !column) return undefined;
      const value = isTime(column.type) || column.type === "date" ? instantOf(cell) : Number(cell);
      return Number.isFinite(value) ? value : undefined;
    },
    along: (role: string): Along => {
      const type = columns[indexOf(role)]?.type ?? "";
      return isTime(type) ? "time" : type === "date" ? "day" : "number";
    },
  };
}

const instantOf = (text: string): number =>
  Date.parse(text.includes(":") ? `${text.replace(" ", "T")}Z` : `${text}T00:00Z`);

/** A line for each group of rows and each of the columns that are drawn. */
export function seriesOf(chart: Chart, columns: readonly RenderColumn[], rows: readonly Cells[]): Series[] {
  const roles = rolesOf(chart, columns);
  const drawn = chart.columns.y ?? [];
  return group(rows, (row) => roles.text(row, "series")).flatMap(([name, own]) =>
    drawn.map((column, which) => ({
      name: drawn.length > 1 ? [name, column].filter(Boolean).join(" ") : name,
      points: own
        .flatMap((row) => {
          const [x, y] = [roles.number(row, "x"), roles.number(row, "y", which)];
          return x === undefined || y === undefined ? [] : [{ x, y }];
        })
        .sort((a, b) => a.x - b.x),
    })),
  );
}

export function candlesOf(chart: Chart, columns: readonly RenderColumn[], rows: readonly Cells[]) {
  const roles = rolesOf(chart, columns);
  return group(rows, (row) => roles.text(row, "series")).map(([name, own]) => ({
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
