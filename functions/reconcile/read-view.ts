import type { AthenaClient } from "@aws-sdk/client-athena";
import type { FeedDefinition } from "../../data/feeds";
import { dayPredicate, type HourRange } from "../../data/hours";
import { tablesOf } from "../../data/names";
import { type QueryTarget, Statements } from "../shared/athena";

/** Rows of a feed's view by hour. */
export const viewCounts = (feed: FeedDefinition, range: HourRange): string =>
  `SELECT dt, hour, count(*) AS events FROM ${tablesOf(feed).view} ` +
  `WHERE ${dayPredicate(range)} GROUP BY dt, hour`;

/** Counts the rows of a view of at most a month: the result has to fit in one page of 1,000 rows. */
export async function readView(
  athena: AthenaClient,
  target: QueryTarget,
  feed: FeedDefinition,
  range: HourRange,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const rows = await new Statements(athena, target, signal).run(viewCounts(feed, range));
  return new Map(rows.map(([dt, hour, events]) => [`${dt}T${hour}`, Number(events)]));
}
