/** First and last day, both included, UTC: "2026-01-02". */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;

export const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** Days as the fewest ranges, in order. */
export function rangesOf(days: Iterable<string>): readonly DayRange[] {
  const ranges: { from: string; to: string }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const last = ranges.at(-1);
    if (last && nextDay(last.to) === day) last.to = day;
    else ranges.push({ from: day, to: day });
  }
  return ranges;
}

export function daysIn(ranges: readonly DayRange[]): string[] {
  const days: string[] = [];
  for (const { from, to } of ranges) for (let day = from; day <= to; day = nextDay(day)) days.push(day);
  return days;
}

/** "2026-01-01/2026-01-05 2026-01-07", as the view's parameter holds it. */
export const formatRanges = (ranges: readonly DayRange[]): string =>
  ranges.map(({ from, to }) => (from === to ? from : `${from}/${to}`)).join(" ");

export function parseRanges(text: string): readonly DayRange[] {
  if (text === "") return [];
  return text.split(" ").map((part) => {
    const [from = "", to = from, ...rest] = part.split("/");
    if (!isDay(from) || !isDay(to) || from > to || rest.length > 0)
      throw new Error(`"${part}" is no range of days; it must be YYYY-MM-DD or YYYY-MM-DD/YYYY-MM-DD`);
    return { from, to };
  });
}

export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/** A predicate on dt that holds for the days of the ranges. Literals only, so that Athena prunes partitions by it. */
export const within = (ranges: readonly DayRange[]): string =>
  either(ranges.map(({ from, to }) => (from === to ? `dt = '${from}'` : `dt BETWEEN '${from}' AND '${to}'`)));

/** A predicate on dt that holds for all other days. */
export function outside(ranges: readonly DayRange[]): string {
  const [first, ...rest] = ranges;
  if (!first) return "true";
  const gaps = rest.map(({ from }, i) => `dt > '${ranges[i]?.to}' AND dt < '${from}'`);
  return either([`dt < '${first.from}'`, ...gaps, `dt > '${ranges.at(-1)?.to}'`]);
}

const either = (conditions: readonly string[]): string =>
  conditions.length === 0 ? "false" : conditions.map((condition) => `(${condition})`).join(" OR ");
