import type { Cells } from "../athena/csv";
import { fit } from "./fit";
import { hold } from "./held";
import { isNumber, isTime, type RenderColumn, type RenderInput, type RenderOptions } from "./model";
import { forPeople } from "./numbers";
import { pad, shorten, visible, widthOf } from "./text";

/** Rows whose widths decide the columns'; later ones are cut to fit, so that any result streams. */
const measured = 1_000;
const widest = 60;
const usual = 80;

/** Rows a terminal's chart is drawn from. */
const chartRows = 5_000;

export async function* table(input: RenderInput, options: RenderOptions = {}): AsyncGenerator<string> {
  if (!options.chart || !input.chart) {
    yield* lines(input, roomOf(options));
    return;
  }
  const { terminalChart } = await import("./chart/terminal");
  const { first, all } = await hold(input.rows, chartRows);
  yield terminalChart(input.chart, input.columns, first, {
    width: options.width ?? usual,
    colour: options.colour === true,
  });
  yield* lines({ ...input, rows: all }, roomOf(options));
}

const roomOf = ({ fit: fits, width }: RenderOptions): number =>
  fits ? (width ?? usual) : Number.POSITIVE_INFINITY;

async function* lines({ columns, rows }: RenderInput, room: number): AsyncGenerator<string> {
  const heads = columns.map((column) => (column.unit ? `${column.name} (${column.unit})` : column.name));
  const cuttable = columns.map(({ type }) => !isNumber(type) && !isTime(type) && type !== "date");
  const head: string[][] = [];
  let widths: readonly number[] | undefined;
  const line = (cells: readonly string[], settled: readonly number[]): string =>
    `${settled
      .map((width, at) => {
        const cell = cells[at] ?? "";
        return pad(cuttable[at] ? shorten(cell, width) : cell, width, isRight(columns[at]));
      })
      .join("  ")
      .trimEnd()}\n`;
  const opening = (): string => {
    const natural = heads.map((text, at) =>
      Math.min(
        Math.max(widest, widthOf(text)),
        Math.max(widthOf(text), ...head.map((cells) => widthOf(cells[at] ?? ""))),
      ),
    );
    const settled = fit(natural, cuttable, room).widths;
    widths = settled;
    const rule = `${settled.map((width) => "─".repeat(width)).join("  ")}\n`;
    return line(heads, settled) + rule + head.map((cells) => line(cells, settled)).join("");
  };
  for await (const batch of rows) {
    const cells = batch.map((row) => shown(columns, row));
    if (widths) {
      const settled = widths;
      yield cells.map((row) => line(row, settled)).join("");
    } else {
      head.push(...cells);
      if (head.length >= measured) yield opening();
    }
  }
  if (!widths) yield opening();
  const hidden = heads.slice(widths?.length);
  if (hidden.length > 0)
    yield `no room for ${hidden.join(", ")}: a wider terminal shows them, or --format csv\n`;
}

const isRight = (column: RenderColumn | undefined): boolean => column !== undefined && isNumber(column.type);

const shown = (columns: readonly RenderColumn[], row: Cells): string[] =>
  columns.map((column, at) => visible(forPeople(column, row[at] ?? null)));
