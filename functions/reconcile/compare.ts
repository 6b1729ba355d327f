interface Count {
  readonly rows: number;
  readonly distinct: number;
}

/** Events of a stage compared with the stage before it, by natural key. */
export interface Compared extends Count {
  /** Events that should be here and are not. */
  readonly missing: number;
  /** Events that are here without a source. */
  readonly extra: number;
}

/** Counts of one feed's events of one hour, per stage. */
export interface HourCounts {
  readonly hour: string;
  /** Undefined when the hour has expired from the stream, or the stream was not read. */
  readonly stream: Count | undefined;
  readonly raw: Compared;
  readonly csv: Compared;
  readonly view: number;
}

export interface Totals {
  /** Lines of the stream that are not rows of the feed. */
  readonly invalid: number | undefined;
  /** Of these, lines that should be in quarantine/ and are not. */
  readonly notQuarantined: number;
  /** Refused lines in quarantine/. */
  readonly quarantined: number;
  /** Rows by name of a field that no column knows. The rows are stored without the field. */
  readonly unknownFields: Readonly<Record<string, number>>;
  /** Records under errors/. */
  readonly failedDeliveries: number;
  /** Records put directly into Firehose: they never reach the stream, csv/ or the view. */
  readonly direct: { readonly rows: number; readonly refusedLines: number; readonly failedRecords: number };
  /** Events that arrived in the last minutes; the buffers of a stage may still hold them. */
  readonly pending: number;
  /** Rows of the stream without an event time, and those of them that raw/ lacks. */
  readonly undated: { readonly rows: number; readonly missing: number };
  readonly storeItems: number;
}

export interface Finding {
  readonly stage: "raw" | "csv" | "view" | "quarantine";
  readonly hour?: string;
  readonly expected: number;
  readonly found: number;
  readonly message: string;
}

/** Every event that is lost or doubled, by stage and hour. */
export function compare(hours: readonly HourCounts[], totals: Totals): Finding[] {
  return [...compareHours(hours), ...compareTotals(totals)];
}

export const compareHours = (hours: readonly HourCounts[]): Finding[] => hours.flatMap(compareHour);

function compareHour({ hour, stream, raw, csv, view }: HourCounts): Finding[] {
  const found: Finding[] = [];
  const add = (stage: Finding["stage"], expected: number, actual: number, what: string) =>
    found.push({ stage, hour, expected, found: actual, message: `${hour} ${stage}: ${what}` });
  const source = stream ? "the stream" : "csv/";
  for (const stage of stream ? (["csv", "raw"] as const) : (["raw"] as const)) {
    const { missing, extra } = { csv, raw }[stage];
    const expected = (stream ?? csv).distinct;
    if (missing > 0)
      add(
        stage,
        expected,
        expected - missing,
        `${missing} of ${expected} events of ${source} are not in ${stage}/`,
      );
    if (extra > 0)
      add(stage, expected, expected + extra, `${extra} events are in ${stage}/ and not in ${source}`);
  }
  if (csv.distinct !== view)
    add("view", csv.distinct, view, `${view} rows in the view for ${csv.distinct} distinct rows of csv/`);
  return found;
}

function compareTotals({ notQuarantined, invalid = 0, undated }: Totals): Finding[] {
  const found: Finding[] = [];
  const add = (stage: Finding["stage"], expected: number, missing: number, what: string) =>
    found.push({
      stage,
      expected,
      found: expected - missing,
      message: `${stage}: ${missing} of ${expected} ${what}`,
    });
  if (undated.missing > 0)
    add("raw", undated.rows, undated.missing, "events without an event time are not in raw/");
  if (notQuarantined > 0)
    add("quarantine", invalid, notQuarantined, "invalid lines of the stream are not in quarantine/");
  return found;
}
