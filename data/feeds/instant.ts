const accepted = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The canonical form of a timestamp (2026-01-02T03:04:05.678Z), or undefined when the text is no valid
 * timestamp. A missing zone means UTC. Date.parse alone is not enough: it reads 31 February as 3 March.
 */
export function canonicalInstant(text: string): string | undefined {
  if (text.length === 24 && isCanonicalInstant(text, 0)) return text;
  if (!isCalendarDay(text)) return undefined;
  const parts = accepted.exec(text);
  if (!parts) return undefined;
  const zone = (parts[3] ?? "Z").replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const instant = Date.parse(`${parts[1]}T${parts[2]}${zone}`);
  if (Number.isNaN(instant) || !isTimeOfDay(text)) return undefined;
  return inRange(instant) ? new Date(instant).toISOString() : undefined;
}

/**
 * Whether the 24 characters from `at` are a canonical timestamp. Hot path: no slices, no regular expressions.
 */
export function isCanonicalInstant(text: string, at: number): boolean {
  const last = text.charCodeAt(at + 22) - 48;
  return (
    text.charCodeAt(at + 4) === DASH &&
    text.charCodeAt(at + 7) === DASH &&
    text.charCodeAt(at + 10) === T &&
    text.charCodeAt(at + 13) === COLON &&
    text.charCodeAt(at + 16) === COLON &&
    text.charCodeAt(at + 19) === DOT &&
    text.charCodeAt(at + 23) === Z &&
    isDay(two(text, at) * 100 + two(text, at + 2), two(text, at + 5), two(text, at + 8)) &&
    two(text, at + 11) < 24 &&
    two(text, at + 14) < 60 &&
    two(text, at + 17) < 60 &&
    two(text, at + 20) >= 0 &&
    last >= 0 &&
    last <= 9
  );
}

/** The two-digit number at a position, or NaN. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const [DASH, T, COLON, DOT, Z] = [45, 84, 58, 46, 90];

/** The form used in the lake's CSV, which Trino can cast: 2026-01-02 03:04:05.678. */
export const csvInstant = (canonicalText: string): string =>
  `${canonicalText.slice(0, 10)} ${canonicalText.slice(11, 23)}`;

/** UTC calendar day and hour. */
export const partitionOf = (canonicalText: string): { readonly dt: string; readonly hour: string } => ({
  dt: canonicalText.slice(0, 10),
  hour: canonicalText.slice(11, 13),
});

const inRange = (instant: number): boolean => instant >= 0 && instant < Date.UTC(10_000, 0, 1);

const isCalendarDay = (text: string): boolean =>
  isDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));

function isDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1)) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (monthDays[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Date.parse accepts 24:00 as the next day's midnight; the lake does not. */
const isTimeOfDay = (text: string): boolean =>
  text.slice(11, 13) < "24" && text.slice(14, 16) < "60" && (text.length < 19 || text.slice(17, 19) < "60");
