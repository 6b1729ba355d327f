import { UsageError } from "../kit/errors";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const units: Readonly<Record<string, number>> = { s: 1000, m: MINUTE, h: 60 * MINUTE, d: DAY, w: 7 * DAY };

/** "1m", "4h", "1d" in milliseconds; undefined for other texts. */
export function intervalOf(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,4})([smhdw])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? 0);
  return milliseconds > 0 ? milliseconds : undefined;
}

/** The interval of candles: the shortest step between their times. Undefined for a single one. */
export function shortestStep(times: readonly number[]): number | undefined {
  const ordered = [...new Set(times)].sort((a, b) => a - b);
  const steps = ordered.slice(1).map((time, i) => time - (ordered[i] ?? 0));
  return steps.length === 0 ? undefined : steps.reduce((a, b) => Math.min(a, b));
}

/** An interval that candles have: whole seconds, up to a week. */
export function checkedInterval(place: string, interval: number | undefined): number {
  if (interval === undefined)
    throw new UsageError(
      `${place}: the length of its candles is not known; add --interval, for example --interval 1d`,
    );
  if (interval > 7 * DAY)
    throw new UsageError(
      `${place}: its candles are ${Math.round(interval / DAY)} days apart; import candles of at most a week, or give their length with --interval`,
    );
  return interval;
}

export const isDaily = (milliseconds: number): boolean => milliseconds === DAY;
