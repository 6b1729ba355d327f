import type { Cells } from "../../data/cells";
import { readAhead } from "./buffer";
import { columnGap, type Fitted, fit, headLines } from "./fit";
import {
  headingOf,
  isNumber,
  isText,
  type RenderColumn,
  type RenderInput,
  type RenderOptions,
} from "./model";
import { forPeople } from "./numbers";
import { pad, shorten, visible, widthOf } from "./text";

/** The column widths depend on this many first rows; the rest streams. */
const MEASURED_ROWS = 1_000;
/** In a file or a pipe, longer texts overflow their column instead of widening it. */
const MAX_COLUMN_WIDTH = 60;
/** A chart on a terminal shows this many first rows. */
const CHART_ROWS = 5_000;

/** With a terminal's width, the table fits it and names the hidden columns. Without, nothing is shortened. */
export async function* table(input: RenderInput, options: RenderOptions = {}): AsyncGenerator<string> {
  if (!options.chart || !input.chart) {
    yield* lines(input, options.width);
    return;
  }
  const { terminalChart } = require("./chart/terminal") as typeof import("./chart/terminal");
  const { first, all } = await readAhead(input.rows, CHART_ROWS);
  yield terminalChart(input.chart, input.columns, first, {
    width: options.width ?? 80,
    colour: options.colour === true,
  });
  yield* lines({ ...input, rows: all }, options.width);
}

async function* lines({ columns, rows }: RenderInput, width: number | undefined): AsyncGenerator<string> {
  const head: string[][] = [];
  let layout: Layout | undefined;
  const opening = (): string => {
    layout = layoutOf(columns, head, width);
    return layout.head + head.map(layout.line).join("");
  };
  for await (const batch of rows) {
    const cells = batch.map((row) => cellsOf(columns, row));
    if (layout) yield cells.map(layout.line).join("");
    else {
      head.push(...cells);
      if (head.length >= MEASURED_ROWS) yield opening();
    }
  }
  if (!layout) yield opening();
  if (layout && layout.hidden.length > 0)
    yield `${layout.hidden.length} ${layout.hidden.length === 1 ? "column" : "columns"} hidden, the terminal is too narrow: ${layout.hidden.join(", ")}\n`;
}

interface Layout {
  readonly head: string;
  readonly line: (cells: readonly string[]) => string;
  /** Columns that do not fit the terminal. */
  readonly hidden: readonly string[];
}

function layoutOf(
  columns: readonly RenderColumn[],
  rows: readonly (readonly string[])[],
  terminalWidth: number | undefined,
): Layout {
  const needs = columns.map((column, at) => ({
    head: headOf(column),
    cells: Math.max(0, ...rows.map((cells) => widthOf(cells[at] ?? ""))),
    canShorten: isText(column.type),
    ...(column.keyRank !== undefined && { keyRank: column.keyRank }),
  }));
  const shown: Fitted[] =
    terminalWidth === undefined
      ? needs.map(({ head, cells }, at) => ({
          at,
          width: Math.max(widthOf(head), Math.min(MAX_COLUMN_WIDTH, cells)),
        }))
      : fit(needs, terminalWidth);
  const line = (cells: readonly string[]): string =>
    `${shown
      .map(({ at, width }) => {
        const cell = cells[at] ?? "";
        const cut = terminalWidth !== undefined && needs[at]?.canShorten ? shorten(cell, width) : cell;
        return pad(cut, width, isRight(columns[at]));
      })
      .join(columnGap)
      .trimEnd()}\n`;
  const heads = new Map(shown.map(({ at, width }) => [at, headLines(needs[at]?.head ?? "", width)]));
  const height = Math.max(...[...heads.values()].map((lines) => lines.length));
  const headRows = Array.from({ length: height }, (_, row) =>
    line(columns.map((_column, at) => heads.get(at)?.at(row - height) ?? "")),
  );
  const rule = `${shown.map(({ width }) => "─".repeat(width)).join(columnGap)}\n`;
  return {
    head: headRows.join("") + rule,
    line,
    hidden: columns.filter((_, at) => !heads.has(at)).map(headOf),
  };
}

const headOf = (column: RenderColumn): string => visible(headingOf(column));

const isRight = (column: RenderColumn | undefined): boolean => column !== undefined && isNumber(column.type);

const cellsOf = (columns: readonly RenderColumn[], row: Cells): string[] =>
  columns.map((column, at) => visible(forPeople(column, row[at] ?? null)));
