import { uniform } from "../../../data/market/noise";

/** When the endless, numbered events of a generator happen. Event n always happens at the same instant. */
export interface Rhythm {
  readonly instantOf: (n: number) => number;
  /** Number of the first event at or after an instant. */
  readonly firstFrom: (instant: number) => number;
  readonly inBurst: (instant: number) => boolean;
}

export function steady(perSecond: number): Rhythm {
  const instantOf = (n: number) => Math.floor((n * 1000) / perSecond);
  return {
    instantOf,
    firstFrom: (instant) => firstAt(instant, Math.floor((instant * perSecond) / 1000), instantOf),
    inBurst: () => false,
  };
}

const PERIOD = 600;
const BURST = 30;
/** How much faster events come in a burst. */
const FACTOR = 8;
/** Seconds that a period would take at the speed between bursts. */
const SPAN = PERIOD + BURST * (FACTOR - 1);

/** Events with a burst of half a minute every ten minutes. `perSecond` is the average. */
export function bursting(perSecond: number, seed: number): Rhythm {
  const perPeriod = Math.max(1, Math.round(perSecond * PERIOD));
  const burstIn = (period: number) => Math.floor(uniform(seed, period) * (PERIOD - BURST));
  const instantOf = (n: number) => {
    const period = Math.floor(n / perPeriod);
    const steps = ((n - period * perPeriod) / perPeriod) * SPAN;
    const begins = burstIn(period);
    const seconds =
      steps < begins
        ? steps
        : steps < begins + BURST * FACTOR
          ? begins + (steps - begins) / FACTOR
          : steps - BURST * (FACTOR - 1);
    return Math.floor((period * PERIOD + seconds) * 1000);
  };
  const firstFrom = (instant: number) => {
    const period = Math.floor(instant / 1000 / PERIOD);
    const seconds = instant / 1000 - period * PERIOD;
    const begins = burstIn(period);
    const within = Math.min(Math.max(0, seconds - begins), BURST);
    return firstAt(
      instant,
      Math.floor(((seconds + within * (FACTOR - 1)) / SPAN + period) * perPeriod),
      instantOf,
    );
  };
  return {
    instantOf,
    firstFrom,
    inBurst: (instant) => {
      const seconds = instant / 1000;
      const period = Math.floor(seconds / PERIOD);
      const since = seconds - period * PERIOD - burstIn(period);
      return since >= 0 && since < BURST;
    },
  };
}

/** Corrects an estimate, which rounding may have moved by an event or two. */
function firstAt(instant: number, estimate: number, instantOf: (n: number) => number): number {
  let n = Math.max(0, estimate);
  while (n > 0 && instantOf(n - 1) >= instant) n--;
  while (instantOf(n) < instant) n++;
  return n;
}
