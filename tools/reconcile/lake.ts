import type { S3Client } from "@aws-sdk/client-s3";
import { type FeedDefinition, validateRow } from "../../data/feeds";
import { decodeCsv } from "../../data/feeds/csv-decode";
import { eventTimes, refusedTime } from "../../data/feeds/event-times";
import { unpack } from "../../data/records/unpack";
import { daysOf, type HourRange, hourAt } from "../kit/hours";
import { linesOf, objectsUnder } from "../kit/objects";
import { NO_TIME } from "./stream";
import { Tally, Undated } from "./tally";

export interface CsvCount {
  readonly tally: Tally;
  readonly objects: number;
}

export interface RawCount {
  /** Rows that came through the stream, those under errors/ included. */
  readonly tally: Tally;
  readonly undated: Undated;
  readonly objects: number;
  /** Parquet objects are not read. */
  readonly unreadable: number;
  readonly direct: { readonly rows: number };
}

export interface ErrorsCount {
  /** Rows of the stream that Firehose could not deliver to raw/. */
  readonly rows: number;
  readonly lines: number;
  readonly direct: number;
}

interface LakeOfFeed {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly feed: FeedDefinition;
  /** First day of the feed's tables. */
  readonly since: string | undefined;
  /** Name of the delivery stream for Direct PUT. */
  readonly directDelivery: string;
}

const DAY = 86_400_000;
/** Firehose names an object by the hour of its first record; a buffer is written after at most 15 minutes. */
const LONGEST_OBJECT = 75 * 60_000;

/** Rows of csv/ by event hour. */
export async function countCsv({ s3, bucket, feed }: LakeOfFeed, range: HourRange): Promise<CsvCount> {
  const tally = new Tally(feed);
  let objects = 0;
  for (const folder of prefixes(`csv/${feed.name}`, range))
    for await (const { text } of objectsUnder(s3, bucket, folder)) {
      objects++;
      for (const row of decodeCsv(feed, text)) tally.add(row);
    }
  return { tally, objects };
}

/**
 * Events of raw/ and errors/ by event hour. raw/ is by arrival: an event of the range may have arrived from a day before
 * the range until now. With the delivery format event-time it is by event time, up to a day ahead of now.
 */
export async function countRaw(
  lake: LakeOfFeed,
  range: HourRange,
  now: number,
): Promise<{ raw: RawCount; errors: ErrorsCount }> {
  const { s3, bucket, feed, since, directDelivery } = lake;
  const tally = new Tally(feed);
  const undated = new Undated(feed);
  const raw = { objects: 0, unreadable: 0, direct: 0 };
  const isDirect = (key: string) => key.slice(key.lastIndexOf("/") + 1).startsWith(`${directDelivery}-`);
  const add = (data: Uint8Array, latest: number): number => {
    const times = eventTimes(feed, new Date(latest).toISOString(), since);
    let rows = 0;
    for (const line of unpack(data)) {
      const result = line.ok ? validateRow(feed, line.value, NO_TIME) : undefined;
      if (!result?.ok) continue;
      const time = String(result.row[feed.eventTime]);
      if (time === NO_TIME) undated.add(result.row);
      else if (refusedTime(times, time) === undefined) tally.add(result.row);
      else continue;
      rows++;
    }
    return rows;
  };
  const arrived = {
    from: hourAt(Date.parse(`${range.from}:00:00Z`) - DAY),
    to: hourAt(Math.max(now + DAY, Date.parse(`${range.from}:00:00Z`))),
  };
  for (const folder of prefixes(`raw/${feed.name}`, arrived))
    for await (const { key, text } of objectsUnder(s3, bucket, folder)) {
      raw.objects++;
      if (text.startsWith("PAR1")) raw.unreadable++;
      else if (isDirect(key)) raw.direct += unpack(Buffer.from(text)).length;
      else add(Buffer.from(text), latestArrival(key) ?? now);
    }
  const errors = { rows: 0, lines: 0, direct: 0 };
  for await (const { key, text } of objectsUnder(s3, bucket, `errors/${feed.name}/`))
    for (const line of linesOf(text)) {
      errors.lines++;
      if (isDirect(key)) errors.direct++;
      else errors.rows += add(failedData(line), now);
    }
  return { raw: { ...raw, tally, undated, direct: { rows: raw.direct } }, errors };
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
export async function countQuarantine({ s3, bucket, feed }: LakeOfFeed): Promise<QuarantineCount> {
  const sources = new Map<string, number>();
  const unknownFields: Record<string, number> = {};
  let lines = 0;
  let direct = 0;
  for await (const { key, text } of objectsUnder(s3, bucket, `quarantine/${feed.name}/`))
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
