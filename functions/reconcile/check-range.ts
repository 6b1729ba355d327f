import { daysOf, type HourRange, hourAt } from "../../data/hours";
import { compareHours, type Finding, type HourCounts } from "./compare";
import { countCsv, countCsvOf } from "./count-csv";
import { arrivalsOf, countRaw } from "./count-raw";
import type { LakeOfFeed } from "./lake";
import { lakeComparer } from "./lake-hours";

export interface RangeCheck {
  /** Rows of csv/ in the range. */
  readonly rows: number;
  /** Distinct events of earlier days that arrived since the range began. */
  readonly late: number;
  readonly findings: readonly Finding[];
  /** Events that are lost, doubled or not shown. */
  readonly differences: number;
}

/** Rows of the feed's view by hour, "2026-01-02T03". */
export type CountView = (range: HourRange) => Promise<ReadonlyMap<string, number>>;

/**
 * Compares what arrived in raw/ with csv/, and csv/ with the view: every event of the range's hours, and every earlier
 * event that arrived since. The stream is not read, since it would share its read limit with the pipeline.
 */
export async function checkRange(
  lake: LakeOfFeed,
  range: HourRange,
  now: number,
  countView: CountView,
): Promise<RangeCheck> {
  // Athena counts while the objects are read. Its failure is thrown after that: the next feed needs the memory.
  const counting = countView(range);
  counting.catch(() => {});
  const csv = await countCsv(lake, range, now);
  let { raw } = await countRaw(lake, { from: range.from, to: hourAt(now) }, now);
  const lacking = csv.tally.hours().some((hour) => csv.tally.without(hour, raw.tally, csv.recent) > 0);
  // Some events are ahead of their arrival, by a day at most.
  if (lacking && raw.unreadable === 0) ({ raw } = await countRaw(lake, arrivalsOf(range, now), now));

  const earlier = raw.tally.hours().filter((hour) => hour < range.from);
  const days = [...new Set(earlier.map((hour) => hour.slice(0, 10)))].filter(
    (day) => !daysOf(range).includes(day),
  );
  const earlierCsv = await countCsvOf(lake, days, now);

  const view = await counting;
  const compare = lakeComparer(csv, raw, { raw: [raw.recent], csv: [csv.recent] });
  const counted = [...new Set([...csv.tally.hours(), ...raw.tally.hours(), ...view.keys()])]
    .filter((hour) => hour >= range.from && hour <= range.to)
    .sort()
    .map((hour): HourCounts => ({ ...compare(hour), view: view.get(hour) ?? 0 }));
  const compareEarlier = lakeComparer(earlierCsv, raw, { raw: [raw.recent], csv: [] });
  const late = earlier.map((hour): HourCounts => {
    const { raw: arrived, csv: stored, ...rest } = compareEarlier(hour);
    // Other events of these hours arrived before the range, and the view is not counted for them.
    return { ...rest, raw: { ...arrived, missing: 0 }, csv: stored, view: stored.distinct };
  });
  const findings = compareHours([...counted, ...late]);
  return {
    rows: counted.reduce((sum, hour) => sum + hour.csv.rows, 0),
    late: late.reduce((sum, hour) => sum + hour.raw.distinct, 0),
    findings,
    differences: findings.reduce((sum, { expected, found }) => sum + Math.abs(expected - found), 0),
  };
}
