import type { FeedDefinition } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import { usesNewestDay } from "../../sql/library/bind";
import { eachFeed, feedNamed, type NewestDays } from "../../sql/library/feeds";
import type { Report } from "../../sql/library/model";
import type { Value } from "../../sql/library/values";
import type { Scan } from "./estimate";
import { type PartitionRange, partitionAt } from "./partitions";
import { tablesRead } from "./tables-read";

/** The scans of a saved report: the tables that its text names, each within the report's window. */
export function scansOf(
  report: Report,
  values: ReadonlyMap<string, Value>,
  feeds: readonly FeedDefinition[],
  query: string,
  newestDays: NewestDays,
): Scan[] {
  const range = report.window ? rangeOf(report.window, values) : {};
  const reportFeeds =
    report.feed === eachFeed ? feeds : [feedNamed(report.feed)].filter((feed) => feed !== undefined);
  const pruned = report.window !== undefined;
  return tablesRead(query).flatMap((table, at, tables) =>
    reportFeeds.flatMap((feed) => {
      const base = baseTable(feed, table);
      if (!base) return [];
      // A report that uses {feed.newest} reads that day first, then the window.
      const readsNewestDay = usesNewestDay(report) && tables.indexOf(table) === at;
      if (!readsNewestDay) return [{ table: base, range, pruned }];
      const dt = newestDays.get(feed.name);
      return dt === undefined
        ? []
        : [{ table: base, range: { from: { dt, hour: "00" }, to: { dt, hour: "23" } }, pruned }];
    }),
  );
}

/** Reading a feed's view reads its CSV table. */
function baseTable(feed: FeedDefinition, table: string): string | undefined {
  const { view, csv, ...others } = tablesOf(feed);
  return table === view ? csv : [csv, ...Object.values(others)].find((name) => name === table);
}

export function rangeOf(
  window: { from: string; to: string },
  values: ReadonlyMap<string, Value>,
): PartitionRange {
  const [from, to] = [values.get(window.from)?.instant, values.get(window.to)?.instant];
  return {
    ...(from !== undefined && { from: partitionAt(from) }),
    ...(to !== undefined && { to: partitionAt(to) }),
  };
}
