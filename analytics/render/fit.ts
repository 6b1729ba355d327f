const GAP = 2;
/** Narrower than this a text says nothing. */
const NARROWEST = 8;

export interface Fitted {
  /** Of the columns that stay: the first ones. */
  readonly widths: readonly number[];
  /** How many of the last columns found no room. */
  readonly leftOut: number;
}

/**
 * The widths of columns in a terminal of `width`: the widest texts give way first, then the last columns go. What must
 * not be cut, such as a number, keeps its width.
 */
export function fit(natural: readonly number[], cuttable: readonly boolean[], width: number): Fitted {
  for (let kept = natural.length; ; kept--) {
    const widths = natural.slice(0, kept);
    const over = cut(widths, cuttable, widths.reduce((sum, each) => sum + each + GAP, -GAP) - width);
    if (over <= 0 || kept <= 1) return { widths, leftOut: natural.length - kept };
  }
}

/** Takes cells from the widest texts in turn; how many are still over. */
function cut(widths: number[], cuttable: readonly boolean[], over: number): number {
  let left = over;
  for (; left > 0; left--) {
    const widest = Math.max(...widths.filter((_, at) => cuttable[at]));
    if (widest <= NARROWEST) return left;
    widths[widths.findIndex((each, at) => cuttable[at] && each === widest)] = widest - 1;
  }
  return left;
}
