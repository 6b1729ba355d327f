const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** Seconds of "90s", "15m", "24h", "7d", "2w"; undefined for any other text. */
export function durationSeconds(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  return match ? Number(match[1]) * (unitSeconds[match[2] ?? ""] ?? 0) : undefined;
}

const dayMs = 86_400_000;
const midnight = (ms: number): number => ms - (ms % dayMs);

/**
 * Milliseconds of a time such as now, today, yesterday, 24h (ago), now-7d, 2026-01-31, 2026-01-31T10:00Z. Without a
 * zone it is UTC.
 */
export function readTime(text: string, now: number): number | undefined {
  const instant = parseTime(text, now);
  return instant === undefined || instant < 0 ? undefined : instant;
}

function parseTime(text: string, now: number): number | undefined {
  if (text === "now") return now;
  if (text === "today") return midnight(now);
  if (text === "yesterday") return midnight(now) - dayMs;
  const ago = durationSeconds(text.replace(/^now-/, ""));
  if (ago !== undefined) return now - ago * 1_000;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, date = "", minutes = "00:00", seconds = ":00", zone = "Z"] = match;
  // Date.parse turns 31 April into 1 May. Refuse such dates.
  if (new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) !== date) return undefined;
  const instant = Date.parse(`${date}T${minutes}${seconds}${zone}`);
  return Number.isNaN(instant) ? undefined : instant;
}

export const timesInWords =
  "now, today, yesterday, an age (90s, 30m, 24h, 7d, 2w), 2026-01-31 or 2026-01-31T10:00Z";

/** Formats of the lake: timestamps, and the dt and hour of partitions. */
export const timestampText = (ms: number): string => new Date(ms).toJSON().replace("T", " ").replace("Z", "");
export const dtText = (ms: number): string => new Date(ms).toJSON().slice(0, 10);
export const hourText = (ms: number): string => new Date(ms).toJSON().slice(11, 13);
