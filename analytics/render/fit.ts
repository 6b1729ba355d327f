import { widthOf } from "./text";

/** The width that a column needs. */
export interface Need {
  readonly head: string;
  /** Width of its widest cell. */
  readonly cells: number;
  /** True for text. A shortened number or time would be wrong. */
  readonly canShorten: boolean;
}

/** Between two columns. */
export const columnGap = "  ";
const MIN_TEXT_WIDTH = 12;
/** Longer words of a heading are broken. */
const MAX_WORD_LENGTH = 24;

/**
 * Widths of as many of the first columns as fit. Headings are wrapped first, then texts are shortened, then the last
 * columns are hidden.
 */
export function fit(needs: readonly Need[], available: number): number[] {
  const least = needs.map(({ head, cells, canShorten }) =>
    Math.max(longest(head), canShorten ? Math.min(cells, MIN_TEXT_WIDTH) : cells),
  );
  let count = needs.length;
  while (count > 1 && total(least.slice(0, count)) > available) count--;
  const shown = needs.slice(0, count);
  const widths = shown.map(({ head, cells }) => Math.max(widthOf(head), cells));
  shrink(
    widths,
    shown.map(({ head, cells }) => Math.max(longest(head), cells)),
    available,
  );
  shrink(widths, least.slice(0, count), available);
  return widths;
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + columnGap.length * (widths.length - 1);

/** Makes the widest columns narrower, none below its minimum. */
function shrink(widths: number[], minimums: readonly number[], available: number): void {
  for (let excess = total(widths) - available; excess > 0; excess--) {
    let widest: number | undefined;
    widths.forEach((width, at) => {
      if (width > (minimums[at] ?? 0) && width > (widths[widest ?? -1] ?? 0)) widest = at;
    });
    if (widest === undefined) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

/** Wraps a heading after underscores and before the unit. */
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
    .flatMap((word) => word.match(new RegExp(`.{1,${MAX_WORD_LENGTH}}`, "gu")) ?? []);

const longest = (head: string): number =>
  Math.max(0, ...words(head).map((word) => widthOf(word.trimStart())));
