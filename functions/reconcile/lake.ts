import type { FeedDefinition } from "../../data/feeds";
import { daysOf, type HourRange, SETTLING_TIME } from "../../data/hours";
import type { LakeObject } from "../shared/objects";

export interface LakeOfFeed {
  /** Every object under a prefix. */
  readonly objects: (prefix: string) => AsyncIterable<LakeObject>;
  /** The rows of the feed's Parquet objects in raw/; without it they are counted as unreadable. */
  readonly parquetRows?: (arrived: HourRange) => AsyncIterable<ParquetRow>;
  /** Rows of history of days that csv/ does not have whole; without it csv/ alone is counted. */
  readonly historyRows?: (keysOf: (day: string) => ReadonlySet<string>) => AsyncIterable<HistoryRow>;
  readonly feed: FeedDefinition;
  /** First day of the feed's tables. */
  readonly since: string | undefined;
  /** Name of the delivery stream for Direct PUT. */
  readonly directDelivery: string;
}

export interface HistoryRow {
  /** Whether something was imported into its day. */
  readonly imported: boolean;
  readonly row: Readonly<Record<string, string>>;
}

export interface ParquetRow {
  /** Key of the object. */
  readonly key: string;
  readonly value: Readonly<Record<string, string>>;
}

/** Other stages may not have the rows of an object that was written so recently. */
export const isRecentlyWritten = (modified: Date, now: number): boolean =>
  modified.getTime() > now - SETTLING_TIME;

const DAY = 86_400_000;
const MAX_LISTINGS = 31;

/** One prefix per day, or one for everything when the range is long. Hours outside the range are filtered later. */
export function prefixes(base: string, range: HourRange): string[] {
  const span = Date.parse(`${range.to}:00:00Z`) - Date.parse(`${range.from}:00:00Z`);
  if (span > MAX_LISTINGS * DAY) return [`${base}/`];
  return daysOf(range).map((day) => `${base}/dt=${day}/`);
}
