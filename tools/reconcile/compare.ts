/** Counts of one feed's events of one hour, per stage. */
export interface HourCounts {
  readonly hour: string;
  /** Undefined when the hour has expired from the stream, or the stream was not read. */
  readonly stream: { readonly rows: number; readonly distinct: number } | undefined;
  readonly raw: { readonly rows: number; readonly distinct: number };
  readonly csv: { readonly rows: number; readonly distinct: number };
  readonly view: number;
}

export interface Totals {
  /** Lines of the stream that are not rows of the feed. */
  readonly invalid: number | undefined;
  readonly quarantined: number;
  readonly failedDeliveries: number;
  /** Distinct store keys in the lake; undefined when the range does not cover all rows. */
  readonly storeKeys: number | undefined;
  readonly storeItems: number;
}

export interface Finding {
  readonly stage: "raw" | "csv" | "view" | "store" | "quarantine";
  readonly hour?: string;
  readonly expected: number;
  readonly found: number;
  readonly message: string;
}

/** Compares each stage with the stream, or with csv/ where the stream has expired. */
export function compare(hours: readonly HourCounts[], totals: Totals): Finding[] {
  return [...hours.flatMap(compareHour), ...compareTotals(totals)];
}

function compareHour({ hour, stream, raw, csv, view }: HourCounts): Finding[] {
  const found: Finding[] = [];
  const expect = (stage: Finding["stage"], expected: number, actual: number, what: string) => {
    if (expected !== actual)
      found.push({
        stage,
        hour,
        expected,
        found: actual,
        message: `${hour} ${stage}: ${actual} of ${expected} ${what}`,
      });
  };
  if (stream) {
    expect("csv", stream.distinct, csv.distinct, "events of the stream are in csv/");
    expect("raw", stream.distinct, raw.distinct, "events of the stream are in raw/");
  }
  if (!stream) expect("raw", csv.distinct, raw.distinct, "events of csv/ are in raw/");
  expect("view", csv.distinct, view, "distinct rows of csv/ are in the view");
  return found;
}

function compareTotals(totals: Totals): Finding[] {
  const found: Finding[] = [];
  if (totals.storeKeys !== undefined && totals.storeKeys !== totals.storeItems)
    found.push({
      stage: "store",
      expected: totals.storeKeys,
      found: totals.storeItems,
      message: `store: ${totals.storeItems} items for ${totals.storeKeys} keys of the lake`,
    });
  if (totals.invalid !== undefined && totals.quarantined < totals.invalid)
    found.push({
      stage: "quarantine",
      expected: totals.invalid,
      found: totals.quarantined,
      message: `quarantine: ${totals.quarantined} rows for ${totals.invalid} invalid lines of the stream`,
    });
  return found;
}
