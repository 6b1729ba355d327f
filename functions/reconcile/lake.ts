import { type FeedDefinition, validateRow } from "../../data/feeds";
import { decodeCsv } from "../../data/feeds/csv-decode";
import { eventTimes, refusedTime } from "../../data/feeds/event-times";
import { daysOf, type HourRange, hourAt, SETTLING_TIME } from "../../data/hours";
import { rawFolder, rawFormats } from "../../data/names";
import { unpack } from "../../data/records/unpack";
import { type LakeObject, linesOf } from "../shared/objects";
import { NO_TIME, Tally, Undated } from "./tally";
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

export interface RawCount {
  /** Rows that came through the stream, those under errors/ included. */
  readonly tally: Tally;
  /** Those in objects written so recently that another stage may not have them yet. */
  readonly recent: Tally;
  readonly undated: Undated;
  readonly objects: number;
  /** Parquet objects that were not read. */
  readonly unreadable: number;
  readonly direct: { readonly rows: number };
}

export interface ErrorsCount {
  /** Rows of the stream that Firehose could not deliver to raw/. */
  readonly rows: number;
  readonly lines: number;
  readonly direct: number;
}

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

const DAY = 86_400_000;
/** Firehose names an object by the hour of its first record; a buffer is written after at most 15 minutes. */
const LONGEST_OBJECT = 75 * 60_000;

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

const isRecentlyWritten = (modified: Date, now: number): boolean => modified.getTime() > now - SETTLING_TIME;

/**
 * The hours of raw/ that may have events of a range. raw/ is by arrival: an event may have arrived from a day before the
 * range until now. With the delivery format event-time it is by event time, up to a day ahead of now.
 */
export function arrivalsOf(range: HourRange, now: number): HourRange {
  const from = Date.parse(`${range.from}:00:00Z`);
  return { from: hourAt(from - DAY), to: hourAt(Math.max(now + DAY, from)) };
}

/** Events of raw/, of all formats, that arrived in a range, and of errors/, by event hour. */
export async function countRaw(
  lake: LakeOfFeed,
  arrived: HourRange,
  now: number,
): Promise<{ raw: RawCount; errors: ErrorsCount }> {
  const { objects: objectsUnder, feed, since, directDelivery } = lake;
  const tally = new Tally(feed);
  const recent = new Tally(feed);
  const undated = new Undated(feed);
  const raw = { objects: 0, unreadable: 0, direct: 0 };
  const pause = turns();
  const isDirect = (key: string) => key.slice(key.lastIndexOf("/") + 1).startsWith(`${directDelivery}-`);
  const timesUntil = (latest: number) => eventTimes(feed, new Date(latest).toISOString(), since);
  const addValue = (value: unknown, times: ReturnType<typeof timesUntil>, isRecent: boolean): boolean => {
    const result = validateRow(feed, value, NO_TIME);
    if (!result.ok) return false;
    const time = String(result.row[feed.eventTime]);
    if (time === NO_TIME) undated.add(result.row);
    else if (refusedTime(times, time) === undefined) {
      tally.add(result.row);
      if (isRecent) recent.add(result.row);
    } else return false;
    return true;
  };
  const add = async (data: Uint8Array, latest: number, isRecent = false): Promise<number> => {
    const times = timesUntil(latest);
    let added = 0;
    for (const line of unpack(data)) {
      if (line.ok && addValue(line.value, times, isRecent)) added++;
      const due = pause();
      if (due) await due;
    }
    return added;
  };
  /** Whether each Parquet object was written recently, by key. */
  const parquet = new Map<string, boolean>();
  for (const format of rawFormats)
    for (const folder of prefixes(`raw/${rawFolder(feed.name, format)}`, arrived))
      for await (const { key, text, modified } of objectsUnder(folder)) {
        raw.objects++;
        if (text.startsWith("PAR1")) parquet.set(key, isRecentlyWritten(modified, now));
        else if (isDirect(key)) raw.direct += unpack(Buffer.from(text)).length;
        else await add(Buffer.from(text), latestArrival(key) ?? now, isRecentlyWritten(modified, now));
      }
  if (!lake.parquetRows) raw.unreadable = parquet.size;
  else if (parquet.size > 0)
    for await (const { key, value } of lake.parquetRows(arrived))
      if (isDirect(key)) raw.direct++;
      else addValue(value, timesUntil(latestArrival(key) ?? now), parquet.get(key) ?? false);
  const errors = { rows: 0, lines: 0, direct: 0 };
  for await (const { key, text } of objectsUnder(`errors/${feed.name}/`))
    for (const line of linesOf(text)) {
      errors.lines++;
      if (isDirect(key)) errors.direct++;
      else errors.rows += await add(failedData(line), now);
    }
  return { raw: { ...raw, tally, recent, undated, direct: { rows: raw.direct } }, errors };
}

/** The latest arrival of a record in an object of raw/; undefined when its folder is no hour. */
function latestArrival(key: string): number | undefined {
  const [, day, hour] = /\/dt=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\//.exec(key) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${hour}:00:00Z`) + LONGEST_OBJECT;
}

/** The record in a line under errors/, where Firehose writes it in base64. */
function failedData(line: string): Uint8Array {
  try {
    return Buffer.from(String((JSON.parse(line) as { rawData?: unknown }).rawData ?? ""), "base64");
  } catch {
    return Buffer.alloc(0);
  }
}

export interface QuarantineCount {
  /** Refused lines. */
  readonly lines: number;
  /** Refused lines of direct deliveries. */
  readonly direct: number;
  /** Refused lines by source record. */
  readonly sources: ReadonlyMap<string, number>;
  /** Rows by name of a field that no column knows. */
  readonly unknownFields: Readonly<Record<string, number>>;
}

/** Counts refused lines and unknown fields. A field's entry is no refused line: its rows are stored. */
export async function countQuarantine({ objects: objectsUnder, feed }: LakeOfFeed): Promise<QuarantineCount> {
  const sources = new Map<string, number>();
  const unknownFields: Record<string, number> = {};
  let lines = 0;
  let direct = 0;
  for await (const { key, text } of objectsUnder(`quarantine/${feed.name}/`))
    for (const line of linesOf(text)) {
      const { source, column, rows } = entryOf(line);
      if (rows !== undefined) {
        unknownFields[column ?? ""] = (unknownFields[column ?? ""] ?? 0) + rows;
        continue;
      }
      lines++;
      if (key.includes("/transform-")) direct++;
      else if (source !== undefined) sources.set(source, (sources.get(source) ?? 0) + 1);
    }
  return { lines, direct, sources, unknownFields };
}

function entryOf(line: string): { source?: string; column?: string | null; rows?: number } {
  try {
    return JSON.parse(line) as ReturnType<typeof entryOf>;
  } catch {
    return {};
  }
}

const MAX_LISTINGS = 31;

/** One prefix per day, or one for everything when the range is long. Hours outside the range are filtered later. */
function prefixes(base: string, range: HourRange): string[] {
  const span = Date.parse(`${range.to}:00:00Z`) - Date.parse(`${range.from}:00:00Z`);
  if (span > MAX_LISTINGS * DAY) return [`${base}/`];
  return daysOf(range).map((day) => `${base}/dt=${day}/`);
}
