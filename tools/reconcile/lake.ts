import type { S3Client } from "@aws-sdk/client-s3";
import { type FeedDefinition, validateRow } from "../../data/feeds";
import { decodeCsv } from "../../data/feeds/csv-decode";
import { unpack } from "../../data/records/unpack";
import { daysOf, type HourRange } from "../kit/hours";
import { linesOf, objectsUnder } from "../kit/objects";
import { Tally } from "./tally";

export interface LakeCount {
  readonly tally: Tally;
  readonly objects: number;
  readonly rows: number;
}

/** Rows of csv/ by event hour. */
export async function countCsv(
  s3: S3Client,
  bucket: string,
  feed: FeedDefinition,
  range: HourRange,
): Promise<LakeCount> {
  return count(s3, bucket, feed, prefixes(`csv/${feed.name}`, range), (text) => decodeCsv(feed, text));
}

/** Events of raw/ by event hour. Reads a day more: an event can arrive a day after it happened. */
export async function countRaw(
  s3: S3Client,
  bucket: string,
  feed: FeedDefinition,
  range: HourRange,
): Promise<LakeCount> {
  const nextDay = hourPlusDay(range.to);
  return count(s3, bucket, feed, prefixes(`raw/${feed.name}`, { from: range.from, to: nextDay }), (text) =>
    unpack(Buffer.from(text)).flatMap((line) => {
      const result = line.ok ? validateRow(feed, line.value) : undefined;
      return result?.ok ? [result.row] : [];
    }),
  );
}

/** Lines of all objects under a prefix, such as quarantined rows. */
export async function countLines(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  let lines = 0;
  for await (const object of objectsUnder(s3, bucket, prefix)) lines += linesOf(object.text).length;
  return lines;
}

async function count(
  s3: S3Client,
  bucket: string,
  feed: FeedDefinition,
  folders: readonly string[],
  read: (text: string) => readonly Readonly<Record<string, unknown>>[],
): Promise<LakeCount> {
  const tally = new Tally(feed);
  let objects = 0;
  let rows = 0;
  for (const folder of folders)
    for await (const object of objectsUnder(s3, bucket, folder)) {
      objects++;
      for (const row of read(object.text)) {
        rows++;
        tally.add(row);
      }
    }
  return { tally, objects, rows };
}

const MAX_LISTINGS = 31;

/** One prefix per day, or one for everything when the range is long. Hours outside the range are filtered later. */
function prefixes(base: string, range: HourRange): string[] {
  const span = Date.parse(`${range.to}:00:00Z`) - Date.parse(`${range.from}:00:00Z`);
  if (span > MAX_LISTINGS * 86_400_000) return [`${base}/`];
  return daysOf(range).map((day) => `${base}/dt=${day}/`);
}

const hourPlusDay = (hour: string): string =>
  new Date(Date.parse(`${hour}:00:00Z`) + 86_400_000).toISOString().slice(0, 13);
