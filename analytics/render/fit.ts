import { widthOf } from "./text";

/** The width that a column needs. */
export interface Need {
  readonly head: string;
  /** Width of its widest cell. */
  readonly cells: number;
  /** True for text. A shortened number or time would be wrong. */
  readonly canShorten: boolean;
  /** Key columns have a rank. They are hidden after all others, the highest rank first. */
  readonly keyRank?: number;
}

/** A column that fits: its index and width. */
export interface Fitted {
  readonly at: number;
  readonly width: number;
}

/** Between two columns. */
export const columnGap = "  ";
const MIN_TEXT_WIDTH = 12;
/** A key text is shortened further only when no other column is left to hide. */
const MIN_KEY_TEXT_WIDTH = 20;
/** Longer words of a heading are broken. */
const MAX_WORD_LENGTH = 24;

/**
 * As many columns as fit. Headings are wrapped first, then texts are shortened, then columns are hidden: the last ones
 * that are not key, then key columns from the highest rank.
 */
export function fit(needs: readonly Need[], available: number): Fitted[] {
  const least = ({ head, cells, canShorten }: Need, minText: number): number =>
    Math.max(longest(head), canShorten ? Math.min(cells, minText) : cells);
  let shown = needs.map((need, at) => ({ ...need, at, least: least(need, MIN_TEXT_WIDTH) }));
  const comfortable = (need: Need & { least: number }): number =>
    need.keyRank === undefined ? need.least : least(need, MIN_KEY_TEXT_WIDTH);
  const hide = (column: Need | undefined): void => {
    shown = shown.filter((each) => each !== column);
  };
  for (;;) {
    const hidden = shown.findLast(({ keyRank }) => keyRank === undefined);
    if (shown.length === 1 || !hidden || total(shown.map(comfortable)) <= available) break;
    hide(hidden);
  }
  while (shown.length > 1 && total(shown.map((column) => column.least)) > available)
    hide(shown.reduce((last, each) => ((each.keyRank ?? 0) >= (last.keyRank ?? 0) ? each : last)));
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
