import type { FeedDefinition } from "../../data/feeds";
import { boundariesSql, filesOf } from "../../data/history/key-ranges";
import type { Source } from "../../data/history/source";
import type { Lake, PlannedDay } from "./model";

/** Bytes of CSV for a byte of Parquet, about. */
const PARQUET_RATIO = 4;

/** Bytes of what a run is made of, as CSV. Imported rows come on top. */
export const bytesRead = (
  { history }: Source,
  { csvBytes, historyBytes }: Pick<PlannedDay, "csvBytes" | "historyBytes">,
): number => csvBytes + (history ? PARQUET_RATIO * historyBytes : 0);

interface DayToSplit {
  readonly day: string;
  readonly source: Source;
  readonly bytes: number;
}

/**
 * The keys at which all large days of this compaction are split, so that each range has about as many rows of the newest one.
 * Keys come and go slowly. A range that has grown is a larger file, and none of its rows is lost.
 */
export async function findBoundaries(
  feed: FeedDefinition,
  lake: Lake,
  days: readonly DayToSplit[],
): Promise<readonly string[]> {
  const newest = days
    .filter(({ bytes }) => filesOf(feed, bytes) > 1)
    .reduce<DayToSplit | undefined>((last, each) => (last && last.day > each.day ? last : each), undefined);
  if (!newest) return [];
  const { day, source, bytes } = newest;
  try {
    const rows = await lake.query(boundariesSql(feed, lake.database, day, source, filesOf(feed, bytes)));
    return rows.flatMap(([first]) => first ?? []);
  } catch {
    // The day's own UNLOAD reads the same, and reports what is wrong. The other days are one file each.
    return [];
  }
}
