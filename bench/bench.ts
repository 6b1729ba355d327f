/** One figure of a bench, against a floor or a peer measured in the same run: ratios hold where absolutes do not. */
export interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What `value` is compared with, and what it measured. */
  readonly against?: { readonly what: string; readonly value: number };
  /** The wanted ratio to `against`, or the wanted value when there is nothing to compare with. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
  /** Why a target is out of reach, where one is. */
  readonly note?: string;
}

export interface Bench {
  readonly name: string;
  readonly run: (pace: Pace) => Promise<readonly Figure[]> | readonly Figure[];
}

export interface Pace {
  /** Few runs: whether the benches work, not what they measure. */
  readonly quick: boolean;
}

export const ratioOf = ({ value, against }: Figure): number => (against ? value / against.value : value);

export function meets(figure: Figure): boolean | undefined {
  if (!figure.target) return undefined;
  const ratio = ratioOf(figure);
  return "atLeast" in figure.target ? ratio >= figure.target.atLeast : ratio <= figure.target.atMost;
}

const RUNS = 25;
const QUICK_RUNS = 3;

/**
 * Events in a second of processor time, of each: the best of several runs, after as many to warm up. They run in turns, so
 * that a machine that is busy for a while is so for all of them.
 */
export function perSecond<const R extends readonly (() => unknown)[]>(
  events: number,
  each: R,
  { quick }: Pace,
): { [K in keyof R]: number } {
  const best = each.map(() => Number.POSITIVE_INFINITY);
  const runs = quick ? QUICK_RUNS : RUNS;
  for (let i = -runs; i < runs; i++)
    each.forEach((run, at) => {
      const start = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(start);
      const took = (user + system) / 1000;
      if (i >= 0 && took < (best[at] ?? 0)) best[at] = took;
    });
  return best.map((millis) => (events / millis) * 1000) as { [K in keyof R]: number };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
