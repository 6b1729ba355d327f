import { validateRow } from "../../data/feeds";
import { eventTimes, refusedTime } from "../../data/feeds/event-times";
import { type HourRange, hourAt } from "../../data/hours";
import { rawFolder, rawFormats } from "../../data/names";
import { unpack } from "../../data/records/unpack";
import { linesOf } from "../shared/objects";
import { isRecentlyWritten, type LakeOfFeed, prefixes } from "./lake";
import { NO_TIME, Tally, Undated } from "./tally";
import { turns } from "./turns";

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

const DAY = 86_400_000;
/** Firehose names an object by the hour of its first record; a buffer is written after at most 15 minutes. */
const LONGEST_OBJECT = 75 * 60_000;

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
