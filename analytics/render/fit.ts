import { widthOf } from "./text";

/** What a column asks of a terminal's width. */
export interface Need {
  readonly head: string;
  /** Width of its widest cell. */
  readonly cells: number;
  /** Text may end in an ellipsis; a number or a time that did would be another one. */
  readonly cuttable: boolean;
}

/** Between two columns. */
export const gap = "  ";
/** A text is not cut shorter than this. */
const leastText = 12;
/** A word of a heading that is longer than this is broken anywhere. */
const longestWord = 24;

/**
 * Widths for as many of the first columns as fit a width. Headings give way first, since they can stand in several
 * lines; then texts; then the last columns are left out.
 */
export function fit(needs: readonly Need[], room: number): number[] {
  const least = needs.map(({ head, cells, cuttable }) =>
    Math.max(longest(head), cuttable ? Math.min(cells, leastText) : cells),
  );
  let count = needs.length;
  while (count > 1 && total(least.slice(0, count)) > room) count--;
  const own = needs.slice(0, count);
  const widths = own.map(({ head, cells }) => Math.max(widthOf(head), cells));
  shrink(
    widths,
    own.map(({ head, cells }) => Math.max(longest(head), cells)),
    room,
  );
  shrink(widths, least.slice(0, count), room);
  return widths;
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);

/** The widest gives way first, and none goes below its floor. */
function shrink(widths: number[], floors: readonly number[], room: number): void {
  for (let excess = total(widths) - room; excess > 0; excess--) {
    let widest: number | undefined;
    widths.forEach((width, at) => {
      if (width > (floors[at] ?? 0) && width > (widths[widest ?? -1] ?? 0)) widest = at;
    });
    if (widest === undefined) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

/** A heading in lines no longer than a width, broken after an underscore or before a unit. */
export function headLines(head: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words(head)) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last + word) <= width) lines[lines.length - 1] = last + word;
    else lines.push(word.trimStart());
  }
  return lines;
}

const words = (head: string): string[] =>
  head
    .split(/(?<=_)(?!_)|(?= )/)
    .flatMap((word) => word.match(new RegExp(`.{1,${longestWord}}`, "gu")) ?? []);

const longest = (head: string): number =>
  Math.max(0, ...words(head).map((word) => widthOf(word.trimStart())));
