/**
 * One measured figure, with a floor or peer measured in the same run. Ratios are comparable between machines;
 * absolute values are not.
 */
export interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** The floor or peer, and its value. */
  readonly against?: { readonly what: string; readonly value: number };
  /** Target for the ratio to `against`, or for the value itself. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
  /** The reason why a target is missed, if known. */
  readonly note?: string;
}

export interface Bench {
  readonly name: string;
  readonly run: (pace: Pace) => Promise<readonly Figure[]> | readonly Figure[];
}

export interface Pace {
  /** A few runs only, to check that the benches work. */
  readonly quick: boolean;
  /** Posts of the Kafka benches. */
  readonly posts?: number;
  /** Days of the history bench; a year by default. */
  readonly days?: number;
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
 * Events per second of CPU time for each function: the best of several runs after warm-up. The functions run
 * alternately, so that other load on the machine affects all of them.
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

/** Events per second of wall time: for work that waits for other processes. */
export async function perWallSecond(events: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (1000 * events) / (performance.now() - began);
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
