import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { FeedDefinition } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import { shownDays } from "./history";
import {
  HOUR_MS,
  hoursBetween,
  listPartitions,
  type PartitionHour,
  type PollCounts,
  partitionAt,
  sortKey,
} from "./partitions";
import { type SparseHour, sparseHours } from "./polls";
import type { LakeReader } from "./reader";

/** The window of a report, and the feeds that should have data in it. */
export interface Coverage {
  readonly from: number;
  readonly until: number;
  readonly feeds: readonly FeedDefinition[];
}

/** What S3 lists of the tables that a report reads. */
export interface Listed {
  /** The partitions in the window that have objects, by table. */
  readonly partitionsOf: ReadonlyMap<string, readonly PartitionHour[]>;
  readonly polls: ReadonlyMap<string, PollCounts>;
  readonly bucket?: string;
}

/** Warnings about incomplete data in a window: missing hours, hours with few polls, rows in quarantine. */
export async function completenessWarnings(
  clients: LakeReader,
  listed: Listed,
  coverage: Coverage,
  now: number,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const feed of coverage.feeds) {
    const partitions = listed.partitionsOf.get(tablesOf(feed).csv);
    const polls = listed.polls.get(tablesOf(feed).csv);
    if (partitions && polls && feed.cadenceSeconds !== undefined) {
      // The current hour counts as missing only after two polls should have arrived.
      const until = Math.min(coverage.until, now - 2_000 * feed.cadenceSeconds);
      const present = new Set(partitions.map(sortKey));
      const expected = hoursBetween(coverage.from, until);
      const [first] = partitions;
      const lacksBeginning = first && expected[0] && sortKey(first) > sortKey(expected[0]);
      const allSparse = sparseHours(polls, coverage.from, until);
      const isFirst = ({ hour }: SparseHour) => first !== undefined && sortKey(hour) === sortKey(first);
      const begins =
        (lacksBeginning || allSparse.some(isFirst)) && listed.bucket
          ? await oldest(clients, listed.bucket, feed)
          : undefined;
      const late = begins && sortKey(begins) === sortKey(first ?? begins) ? begins : undefined;
      if (late && lacksBeginning)
        warnings.push(`${feed.name} begins ${late.dt} ${late.hour}h UTC, later than this window`);
      const missing = expected.filter(
        (hour) => !present.has(sortKey(hour)) && !(late && sortKey(hour) < sortKey(late)),
      );
      if (missing.length > 0) warnings.push(`incomplete: ${feed.name} has no rows for ${hoursText(missing)}`);
      // The feed may begin within its first hour.
      const sparse = allSparse.filter((hour) => !(late && isFirst(hour)));
      if (sparse.length > 0) warnings.push(sparseText(feed, sparse));
    }
    if (!listed.bucket) continue;
    const { rows, exact } = await countQuarantined(clients, listed.bucket, feed, coverage);
    if (rows > 0)
      warnings.push(
        `${exact ? "" : "at least "}${rows} rows of ${feed.name} are in quarantine in this window`,
      );
  }
  return warnings;
}

/** The oldest hour of a feed, in history or in csv/: S3 lists keys in order. */
async function oldest(
  clients: LakeReader,
  bucket: string,
  feed: FeedDefinition,
): Promise<PartitionHour | undefined> {
  const shown = await shownDays(clients, bucket, feed.name);
  const [first] = Object.keys(shown).sort();
  const inCsv = await oldestCsv(clients, bucket, feed);
  const inHistory = first && { dt: first, hour: shown[first]?.hours.split(" ")[0] || "00" };
  return [inCsv, inHistory || undefined]
    .filter((hour) => hour !== undefined)
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))[0];
}

async function oldestCsv(clients: LakeReader, bucket: string, { name }: FeedDefinition) {
  const { Contents } = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `csv/${name}/`, MaxKeys: 1 }),
    clients.callOptions,
  );
  const [, dt, hour] = /\/dt=([^/]+)\/hour=(\d{2})\//.exec(Contents?.[0]?.Key ?? "") ?? [];
  return dt !== undefined && hour !== undefined ? { dt, hour } : undefined;
}

function sparseText(feed: FeedDefinition, sparse: readonly SparseHour[]): string {
  const shown = sparse
    .slice(0, 3)
    .map(({ hour, polls, usual }) => `${hour.dt} ${hour.hour}h (${polls} instead of ${usual})`);
  const more = sparse.length > 3 ? ` and ${sparse.length - 3} more hours` : "";
  return `perhaps incomplete: ${feed.name} has fewer polls than usual in ${shown.join(", ")}${more} UTC; price-gaps lists them`;
}

const startOf = ({ dt, hour }: PartitionHour): number => Date.parse(`${dt}T${hour}:00:00Z`);

/** "2026-03-01 04h to 2026-03-01 06h (3 h), 2026-03-02 01h UTC": consecutive hours are one stretch. */
function hoursText(hours: readonly PartitionHour[]): string {
  const stretches: { first: PartitionHour; last: PartitionHour; length: number }[] = [];
  for (const hour of hours) {
    const current = stretches.at(-1);
    if (current && startOf(hour) - startOf(current.last) === HOUR_MS)
      Object.assign(current, { last: hour, length: current.length + 1 });
    else stretches.push({ first: hour, last: hour, length: 1 });
  }
  const shown = stretches
    .slice(0, 3)
    .map(({ first, last, length }) =>
      length === 1
        ? `${first.dt} ${first.hour}h`
        : `${first.dt} ${first.hour}h to ${last.dt} ${last.hour}h (${length} h)`,
    );
  const more = stretches.length > 3 ? ` and ${stretches.length - 3} more stretches` : "";
  return `${shown.join(", ")}${more} UTC`;
}

/** Entries of unknown fields have a number of rows; these rows are stored. */
function isRefusedRow(line: string): boolean {
  if (line.trim() === "") return false;
  try {
    return (JSON.parse(line) as { rows?: number }).rows === undefined;
  } catch {
    return true;
  }
}

/** Further quarantine objects count as one row each, so that the count is a lower bound. */
const MAX_OBJECTS_READ = 50;

async function countQuarantined(
  clients: LakeReader,
  bucket: string,
  feed: FeedDefinition,
  coverage: Coverage,
) {
  const range = { from: partitionAt(coverage.from), to: partitionAt(coverage.until) };
  const { keys } = await listPartitions(clients, bucket, `quarantine/${feed.name}/`, range);
  const counts = await Promise.all(
    keys.slice(0, MAX_OBJECTS_READ).map(async (key) => {
      let text = "";
      const decoder = new TextDecoder();
      for await (const piece of (await clients.openObject(bucket, key)) ?? [])
        text += decoder.decode(piece, { stream: true });
      return text.split("\n").filter(isRefusedRow).length;
    }),
  );
  const unread = Math.max(0, keys.length - MAX_OBJECTS_READ);
  return { rows: counts.reduce((total, count) => total + count, 0) + unread, exact: unread === 0 };
}
