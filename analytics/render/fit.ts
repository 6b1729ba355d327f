import { widthOf } from "./text";

/** The width that a column needs. */
export interface Need {
  readonly head: string;
  /** Width of its widest cell. */
  readonly cells: number;
  /** True for text. A shortened number or time would be wrong. */
  readonly canShorten: boolean;
  /** Hidden only after all columns that are not key. */
  readonly isKey?: boolean;
}

/** A column that fits: its index and width. */
export interface Fitted {
  readonly at: number;
  readonly width: number;
}

/** Between two columns. */
export const columnGap = "  ";
const MIN_TEXT_WIDTH = 12;
/** Longer words of a heading are broken. */
const MAX_WORD_LENGTH = 24;

/**
 * As many columns as fit. Headings are wrapped first, then texts are shortened, then the last columns are hidden, those
 * that are not key before the others.
 */
export function fit(needs: readonly Need[], available: number): Fitted[] {
  const least = needs.map(({ head, cells, canShorten }) =>
    Math.max(longest(head), canShorten ? Math.min(cells, MIN_TEXT_WIDTH) : cells),
  );
  let shown = needs.map((need, at) => ({ ...need, at, least: least[at] ?? 0 }));
  while (shown.length > 1 && total(shown.map((column) => column.least)) > available) {
    const hidden = shown.findLast(({ isKey }) => !isKey) ?? shown.at(-1);
    shown = shown.filter((column) => column !== hidden);
  }
  const widths = shown.map(({ head, cells }) => Math.max(widthOf(head), cells));
  shrink(
    widths,
    shown.map(({ head, cells }) => Math.max(longest(head), cells)),
    available,
  );
  shrink(
    widths,
    shown.map((column) => column.least),
    available,
  );
  return shown.map(({ at }, index) => ({ at, width: widths[index] ?? 0 }));
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
