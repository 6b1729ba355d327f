import { canonicalInstant } from "./instant";

export type DateOrder = "month-first" | "day-first";

const localDate = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?)?$/;

/**
 * Order assumed for each separator when the file does not show it: 12/1/2010 is 1 December, 01-12-2010 is
 * also 1 December.
 */
const convention: Readonly<Record<string, DateOrder>> = { "/": "month-first", "-": "day-first" };

/** A spreadsheet date as a UTC instant; undefined when the text is no such date. */
export function localInstant(text: string, order?: DateOrder): string | undefined {
  const parts = localDate.exec(text);
  if (!parts) return undefined;
  const [, first = "", separator = "", second = "", year = "", hour = "0", minute = "00", seconds = "00"] =
    parts;
  const monthFirst = (order ?? convention[separator]) === "month-first";
  const [month, day] = monthFirst ? [first, second] : [second, first];
  const two = (part: string) => part.padStart(2, "0");
  return canonicalInstant(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${seconds}.000Z`);
}

export interface DetectedOrder {
  readonly order: DateOrder;
  /** "the file": a day above 12 shows the order. "convention": no day does, and the separator decides. */
  readonly by: "the file" | "convention";
}

/**
 * Detects the order of day and month in a file. One day above 12 decides it for the whole file. A file that
 * shows both orders is refused, because its other dates are ambiguous.
 */
export function dateOrderOf(dates: Iterable<string>): DetectedOrder {
  let monthFirst: string | undefined;
  let dayFirst: string | undefined;
  let separator = "/";
  for (const text of dates) {
    const parts = localDate.exec(text);
    if (!parts) continue;
    separator = parts[2] ?? separator;
    if (Number(parts[1]) > 12) dayFirst ??= text;
    if (Number(parts[3]) > 12) monthFirst ??= text;
  }
  if (monthFirst && dayFirst)
    throw new Error(
      `the file has dates in two orders: "${monthFirst}" has its day second, "${dayFirst}" first`,
    );
  if (monthFirst) return { order: "month-first", by: "the file" };
  if (dayFirst) return { order: "day-first", by: "the file" };
  return { order: convention[separator] ?? "month-first", by: "convention" };
}
