const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const UNITS = ["B", "KB", "MB", "GB", "TB"];

export const count = (value: number | undefined): string => (value === undefined ? "–" : whole.format(value));

/** 1,234 as "1.2k": for places with little room. */
export function short(value: number | undefined): string {
  if (value === undefined) return "–";
  if (Math.abs(value) >= 999_500) return `${trim(value / 1e6)}M`;
  if (Math.abs(value) >= 10_000) return `${trim(value / 1e3)}k`;
  return trim(value);
}

const trim = (value: number): string =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 }).format(value);

export function bytes(value: number | undefined): string {
  if (value === undefined) return "–";
  let [size, unit] = [value, 0];
  while (size >= 1000 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${unit === 0 ? size : trim(size)} ${UNITS[unit]}`;
}

export function duration(millis: number | undefined): string {
  if (millis === undefined) return "–";
  if (millis < 1000) return `${trim(millis)} ms`;
  if (millis < 60_000) return `${trim(millis / 1000)} s`;
  if (millis < 3_600_000) return `${Math.floor(millis / 60_000)} min`;
  if (millis < 86_400_000) return `${trim(millis / 3_600_000)} h`;
  return `${trim(millis / 86_400_000)} d`;
}

/** UTC, like every time in AWS's data: "2026-03-01 12:00:05". */
export const time = (value: string | number | undefined, millis = false): string => {
  if (value === undefined) return "–";
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return "–";
  return date
    .toISOString()
    .slice(0, millis ? 23 : 19)
    .replace("T", " ");
};

export function ago(value: string | number | undefined, now: number): string {
  if (value === undefined) return "–";
  const passed = now - new Date(value).getTime();
  return passed < 2000 ? "just now" : `${duration(passed)} ago`;
}

export const nameOfArn = (arn: string | undefined): string => arn?.split(/[:/]/).at(-1) ?? "";

/** The longest prefix of whole words that most names have, such as "shop-dev-". It says nothing in a list of them. */
export function commonPrefix(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names)
    for (let at = name.indexOf("-"); at >= 0; at = name.indexOf("-", at + 1)) {
      const prefix = name.slice(0, at + 1);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  const common = [...counts].filter(([, count]) => count > 2 && count >= names.length * 0.7);
  return common.map(([prefix]) => prefix).reduce((a, b) => (b.length > a.length ? b : a), "");
}
