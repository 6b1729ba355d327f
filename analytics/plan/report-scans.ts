import type { FeedDefinition } from "../../data/feeds";
import { rawFormats, rawTable, tablesOf } from "../../data/names";
import { usesNewestDay } from "../../sql/library/bind";
import { eachFeed, feedNamed, type NewestDays } from "../../sql/library/feeds";
import type { Report } from "../../sql/library/model";
import type { Value } from "../../sql/library/values";
import { type PartitionRange, partitionAt } from "../lake/partitions";
import type { Scan } from "./estimate";
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
      const bases = baseTables(feed, table);
      // A report that uses {feed.newest} reads that day first, then the window.
      const readsNewestDay = usesNewestDay(report) && tables.indexOf(table) === at;
      const dt = readsNewestDay ? newestDays?.get(feed.name) : undefined;
      if (readsNewestDay && dt === undefined) return [];
      const read = dt === undefined ? range : { from: { dt, hour: "00" }, to: { dt, hour: "23" } };
      const viewOf = table === tablesOf(feed).view ? { viewOf: feed.name } : {};
      return bases.map((base) => ({ table: base, range: read, pruned, ...viewOf }));
    }),
  );
}

/** Reading a feed's view reads its CSV table and its history, and the view of raw rows the tables of all formats. */
function baseTables(feed: FeedDefinition, table: string): readonly string[] {
  const { view, raw, ...tables } = tablesOf(feed);
  if (table === view) return [tables.csv];
  const ofRaw = rawFormats.map((format) => rawTable(feed.name, format));
  return table === raw ? ofRaw : [...Object.values(tables), ...ofRaw].filter((name) => name === table);
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
