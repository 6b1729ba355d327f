import type { Cells } from "../../tools/kit/athena-csv";
import { fit, gap, headLines } from "./fit";
import { hold } from "./held";
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

/** Rows whose widths decide the columns', so that any result streams. */
const measured = 1_000;
/** In a file or a pipe nothing is cut; one long text merely does not push all the others to the right. */
const widest = 60;

/** Rows a terminal's chart is drawn from. */
const chartRows = 5_000;

/** On a terminal, whose width is given, it fits that width and says what it left out; elsewhere it is whole. */
export async function* table(input: RenderInput, options: RenderOptions = {}): AsyncGenerator<string> {
  if (!options.chart || !input.chart) {
    yield* lines(input, options.width);
    return;
  }
  const { terminalChart } = await import("./chart/terminal");
  const { first, all } = await hold(input.rows, chartRows);
  yield terminalChart(input.chart, input.columns, first, {
    width: options.width ?? 80,
    colour: options.colour === true,
  });
  yield* lines({ ...input, rows: all }, options.width);
}

async function* lines({ columns, rows }: RenderInput, room: number | undefined): AsyncGenerator<string> {
  const head: string[][] = [];
  let layout: Layout | undefined;
  const opening = (): string => {
    layout = layoutOf(columns, head, room);
    return layout.head + head.map(layout.line).join("");
  };
  for await (const batch of rows) {
    const cells = batch.map((row) => shown(columns, row));
    if (layout) yield cells.map(layout.line).join("");
    else {
      head.push(...cells);
      if (head.length >= measured) yield opening();
    }
  }
  if (!layout) yield opening();
  if (layout && layout.leftOut.length > 0)
    yield `not shown for want of width: ${layout.leftOut.join(", ")}; a wider terminal or another format has them\n`;
}

interface Layout {
  readonly head: string;
  readonly line: (cells: readonly string[]) => string;
  /** Columns that do not fit. */
  readonly leftOut: readonly string[];
}

function layoutOf(
  columns: readonly RenderColumn[],
  rows: readonly (readonly string[])[],
  room: number | undefined,
): Layout {
  const needs = columns.map((column, at) => ({
    head: headOf(column),
    cells: Math.max(0, ...rows.map((cells) => widthOf(cells[at] ?? ""))),
    cuttable: isText(column.type),
  }));
  const widths =
    room === undefined
      ? needs.map(({ head, cells }) => Math.max(widthOf(head), Math.min(widest, cells)))
      : fit(needs, room);
  const line = (cells: readonly string[]): string =>
    `${widths
      .map((width, at) => {
        const cell = cells[at] ?? "";
        const cut = room !== undefined && needs[at]?.cuttable ? shorten(cell, width) : cell;
        return pad(cut, width, isRight(columns[at]));
      })
      .join(gap)
      .trimEnd()}\n`;
  const heads = widths.map((width, at) => headLines(needs[at]?.head ?? "", width));
  const height = Math.max(...heads.map((own) => own.length));
  const headRows = Array.from({ length: height }, (_, row) =>
    line(heads.map((own) => own[row - height + own.length] ?? "")),
  );
  const rule = `${widths.map((width) => "─".repeat(width)).join(gap)}\n`;
  return {
    head: headRows.join("") + rule,
    line,
    leftOut: columns.slice(widths.length).map(headOf),
  };
}

const headOf = (column: RenderColumn): string => visible(headingOf(column));

const isRight = (column: RenderColumn | undefined): boolean => column !== undefined && isNumber(column.type);

const shown = (columns: readonly RenderColumn[], row: Cells): string[] =>
  columns.map((column, at) => visible(forPeople(column, row[at] ?? null)));
