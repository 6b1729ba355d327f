import type { HourCounts } from "./compare";
import type { CsvCount } from "./count-csv";
import type { RawCount } from "./count-raw";
import type { Tally } from "./tally";

/** Events that a stage may have alone. */
interface Exceptions {
  readonly raw: readonly Tally[];
  readonly csv: readonly Tally[];
}

/** Compares csv/ and raw/ of an hour by the events' keys, without the stream. */
export function lakeComparer(
  csv: Pick<CsvCount, "tally">,
  raw: Pick<RawCount, "tally" | "undated" | "unreadable">,
  exceptions: Exceptions,
): (hour: string) => Omit<HourCounts, "view"> {
  // raw/ has rows without an event time under no hour. They explain events that raw/ lacks.
  let unplaced = raw.undated.total;
  return (hour) => {
    const missing = csv.tally.without(hour, raw.tally, ...exceptions.csv);
    const explained = Math.min(missing, unplaced);
    unplaced -= explained;
    const extra = raw.tally.without(hour, csv.tally, ...exceptions.raw);
    return {
      hour,
      stream: undefined,
      csv: { rows: csv.tally.rows(hour), distinct: csv.tally.distinct(hour), missing: 0, extra: 0 },
      raw: {
        rows: raw.tally.rows(hour),
        distinct: raw.tally.distinct(hour),
        ...(raw.unreadable > 0 ? { missing: 0, extra: 0 } : { missing: missing - explained, extra }),
      },
    };
  };
}
