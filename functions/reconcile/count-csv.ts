import { decodeCsv } from "../../data/feeds/csv-decode";
import type { HourRange } from "../../data/hours";
import { isRecentlyWritten, type LakeOfFeed, prefixes } from "./lake";
import { Tally } from "./tally";
import { turns } from "./turns";

export interface CsvCount {
  readonly tally: Tally;
  /** Rows of objects written so recently that another stage may not have them yet. */
  readonly recent: Tally;
  /** Rows of history on days with imports: no other stage has them. */
  readonly imported: Tally;
  readonly objects: number;
  /** Days whose objects have expired, or that were imported: the rows of history are counted in their place. */
  readonly fromHistory: ReadonlySet<string>;
}

/** Rows of csv/ by event hour. */
export const countCsv = (lake: LakeOfFeed, range: HourRange, now: number): Promise<CsvCount> =>
  countCsvIn(lake, prefixes(`csv/${lake.feed.name}`, range), now);

/** Rows of csv/ of these days, by event hour. */
export const countCsvOf = (lake: LakeOfFeed, days: readonly string[], now: number): Promise<CsvCount> =>
  countCsvIn(
    lake,
    days.map((day) => `csv/${lake.feed.name}/dt=${day}/`),
    now,
  );

async function countCsvIn(
  { objects: objectsUnder, feed, historyRows }: LakeOfFeed,
  folders: readonly string[],
  now: number,
): Promise<CsvCount> {
  const tally = new Tally(feed);
  const imported = new Tally(feed);
  const keys = new Map<string, Set<string>>();
  const fromHistory = new Set<string>();
  const recent = new Tally(feed);
  const pause = turns();
  let objects = 0;
  for (const folder of folders)
    for await (const { key, text, modified } of objectsUnder(folder)) {
      objects++;
      const day = /\/dt=([^/]+)\//.exec(key)?.[1] ?? "";
      keys.set(day, (keys.get(day) ?? new Set()).add(key));
      const isRecent = isRecentlyWritten(modified, now);
      for (const row of decodeCsv(feed, text)) {
        tally.add(row);
        if (isRecent) recent.add(row);
        const due = pause();
        if (due) await due;
      }
    }
  for await (const each of historyRows?.((day) => keys.get(day) ?? new Set()) ?? []) {
    tally.add(each.row);
    if (each.imported) imported.add(each.row);
    fromHistory.add(String(each.row[feed.eventTime]).slice(0, 10));
  }
  return { tally, recent, imported, objects, fromHistory };
}
