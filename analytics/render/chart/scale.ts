export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** The kind of values on the horizontal axis. */
export type Along = "time" | "day" | "number";

export const scaleAlong: Readonly<
  Record<Along, (low: number, high: number, from: number, to: number, count: number) => Scale>
> = {
  time: (low, high, from, to, count) => time(low, high, from, to, minute, count),
  day: (low, high, from, to, count) => time(low, high, from, to, 1_440 * minute, count),
  number: (low, high, from, to, count) => linear(low, high, from, to, Math.min(5, count)),
};

/** Maps values to pixels. Ticks are round values; the range is extended to the outer ticks. */
export function linear(low: number, high: number, from: number, to: number, count = 5): Scale {
  const step = niceStep((high - low || Math.abs(high) || 1) / count);
  const [first, last] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const bottom = first;
  const top = last === first ? first + step : last;
  const ticks: number[] = [];
  for (let at = 0; bottom + at * step <= top + step / 2; at++)
    ticks.push(Number((bottom + at * step).toPrecision(12)));
  return Object.assign((value: number) => from + ((value - bottom) / (top - bottom)) * (to - from), {
    ticks,
  });
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => rough / power <= candidate) ?? 10;
  return factor * power;
}

const minute = 60_000;
const timeSteps = [1, 5, 15, 30, 60, 180, 360, 720, 1_440, 2_880, 10_080, 43_200, 129_600, 525_600].map(
  (m) => m * minute,
);

/** Maps times to pixels with the exact range. Ticks are whole steps in UTC. */
export function time(low: number, high: number, from: number, to: number, least = minute, count = 6): Scale {
  const span = high - low || minute;
  const step =
    timeSteps.find((candidate) => candidate >= least && span / candidate <= count) ??
    timeSteps.at(-1) ??
    minute;
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) ticks.push(at);
  return Object.assign((value: number) => from + ((value - low) / span) * (to - from), { ticks });
}

export function timeLabel(at: number, ticks: readonly number[]): string {
  const text = new Date(at).toJSON();
  const daily = ticks.every((tick) => tick % (1_440 * minute) === 0);
  if (daily) return text.slice(0, 10);
  return at % (1_440 * minute) === 0 || at === ticks[0]
    ? `${text.slice(5, 10)} ${text.slice(11, 16)}`
    : text.slice(11, 16);
}

const suffixes = [
  { from: 1e12, text: "T" },
  { from: 1e9, text: "B" },
  { from: 1e6, text: "M" },
  { from: 1e4, text: "k", unit: 1e3 },
];

export function valueLabel(value: number): string {
  const size = Math.abs(value);
  const suffix = suffixes.find(({ from }) => size >= from);
  if (suffix) return `${trim(value / (suffix.unit ?? suffix.from))}${suffix.text}`;
  return size !== 0 && size < 1e-4 ? value.toExponential(1) : trim(value);
}

const trim = (value: number): string => String(Number(value.toPrecision(4)));

export function extent(values: Iterable<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? [0, 1] : [low, high];
}
