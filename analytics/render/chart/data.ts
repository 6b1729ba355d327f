import type { Cells } from "../../../data/cells";
import type { Chart } from "../../../sql/library/model";
import { isTime, type RenderColumn } from "../model";
import { forPeople } from "../numbers";
import type { Along } from "./scale";

export interface Point {
  /** Milliseconds for a time, else the number. */
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

/** Reads the columns of a chart's roles from rows. */
export function rolesOf(chart: Chart, columns: readonly RenderColumn[]) {
  const found = Object.fromEntries(
    Object.entries(chart.columns).map(([role, names]) => [
      role,
      names.map((name) => columns.findIndex((column) => column.name === name)),
    ]),
  );
  const indexOf = (role: string, which = 0): number => found[role]?.[which] ?? -1;
  return {
    /** The texts of all columns of the role. */
    text: (row: Cells, role: string): string =>
      (found[role] ?? [])
        .flatMap((at) => {
          const column = columns[at];
          return column ? [forPeople(column, row[at] ?? null)] : [];
        })
        .filter(Boolean)
        .join(" · "),
    /** Undefined for NULL and for text that is not a number: the chart has a gap there. */
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

/** One line for each series value and each y column. */
export function seriesOf(chart: Chart, columns: readonly RenderColumn[], rows: readonly Cells[]): Series[] {
  const roles = rolesOf(chart, columns);
  const drawn = chart.columns.y ?? [];
  return group(rows, (row) => roles.text(row, "series")).flatMap(([name, groupRows]) =>
    drawn.map((column, which) => ({
      name: drawn.length > 1 ? [name, column].filter(Boolean).join(" ") : name,
      points: groupRows
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
  return group(rows, (row) => roles.text(row, "series")).map(([name, groupRows]) => ({
    name,
    candles: groupRows.flatMap((row): Candle[] => {
      const [x, open, high, low, close] = ["x", "open", "high", "low", "close"].map((role) =>
        roles.number(row, role),
      );
      const incomplete = x === undefined || open === undefined || high === undefined;
      if (incomplete || low === undefined || close === undefined) return [];
      return [{ x, open, high, low, close }];
    }),
  }));
}

function group(rows: readonly Cells[], key: (row: Cells) => string): [string, Cells[]][] {
  const groups = new Map<string, Cells[]>();
  for (const row of rows) {
    const name = key(row);
    const members = groups.get(name);
    if (members) members.push(row);
    else groups.set(name, [row]);
  }
  return [...groups];
}
