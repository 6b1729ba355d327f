import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { nextDay, rangesOf } from "../../data/history/days";
import { daysKey, historyFolder, type ShownDays } from "../../data/history/layout";
import {
  type Listing,
  listPartitions,
  newestDayBefore,
  type PartitionHour,
  type PartitionRange,
  PollCounts,
  sortKey,
} from "./partitions";
import type { LakeReader } from "./reader";

type Lister = Pick<LakeReader, "s3" | "callOptions">;

/** The days that a feed's view reads from history; none before the first compaction. */
export async function shownDays(
  { s3, callOptions }: Lister,
  bucket: string,
  feed: string,
): Promise<ShownDays> {
  const Key = daysKey(feed);
  // It is listed first: a role that may not list the whole bucket gets AccessDenied for a key that does not exist
  // (GetObject, "Permissions"), and refused calls would be reported after each publication.
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: Key, MaxKeys: 1 }),
    callOptions,
  );
  if (Contents[0]?.Key !== Key) return {};
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }), callOptions);
  return JSON.parse((await Body?.transformToString()) ?? "{}") as ShownDays;
}

/** Lists what a feed's view reads: the days in history from there, all others from csv/. */
export async function listView(
  clients: Lister,
  bucket: string,
  feed: string,
  range: PartitionRange,
): Promise<Listing> {
  const shown = await shownDays(clients, bucket, feed);
  const days = Object.keys(shown)
    .filter((day) => (!range.from || day >= range.from.dt) && (!range.to || day <= range.to.dt))
    .sort();
  const [history, ...recent] = await Promise.all([
    listHistory(clients, bucket, feed, shown, days, range),
    ...without(range, days).map((each) => listPartitions(clients, bucket, `csv/${feed}/`, each)),
  ]);
  return united([history, ...recent]);
}

/** The objects of the days' runs. The hours of a day come from its list, because history has no partition per hour. */
async function listHistory(
  clients: Lister,
  bucket: string,
  feed: string,
  shown: ShownDays,
  days: readonly string[],
  range: PartitionRange,
): Promise<Listing> {
  const [first, last] = [days[0], days.at(-1)];
  const none: Listing = { objects: 0, bytes: 0, partitions: [], keys: [], polls: new PollCounts() };
  if (first === undefined || last === undefined) return none;
  const folder = historyFolder(feed);
  const isRead = (key: string): boolean => {
    const [day = "", run, name = ""] = key.slice(folder.length).split("/");
    return shown[day.slice("dt=".length)]?.run === run && !name.startsWith("_");
  };
  const whole = { from: { dt: first, hour: "" }, to: { dt: last, hour: "" } };
  const listed = await listPartitions(clients, bucket, folder, whole, isRead);
  const partitions = days
    .flatMap((dt) => hoursOf(shown[dt]?.hours ?? "").map((hour): PartitionHour => ({ dt, hour })))
    .filter(
      (at) =>
        (!range.from || sortKey(at) >= sortKey(range.from)) &&
        (!range.to || sortKey(at) <= sortKey(range.to)),
    );
  // The polls of a Parquet object are not known.
  return { ...listed, partitions, polls: none.polls };
}

const ALL_HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

const hoursOf = (text: string): readonly string[] => (text === "" ? ALL_HOURS : text.split(" "));

/** The parts of a range outside of some of its days. */
export function without(range: PartitionRange, days: readonly string[]): PartitionRange[] {
  const parts: PartitionRange[] = [];
  let from = range.from;
  for (const taken of rangesOf(days)) {
    if (!from || from.dt < taken.from)
      parts.push({ ...(from && { from }), to: { dt: dayBefore(taken.from), hour: "23" } });
    from = { dt: nextDay(taken.to), hour: "00" };
  }
  if (!from || !range.to || from.dt <= range.to.dt)
    parts.push({ ...(from && { from }), ...(range.to && { to: range.to }) });
  return parts;
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

function united(listings: readonly Listing[]): Listing {
  const modified = listings
    .flatMap((listing) => listing.modified ?? [])
    .sort((a, b) => a.getTime() - b.getTime())
    .at(-1);
  const sum = (of: (listing: Listing) => number) => listings.reduce((total, each) => total + of(each), 0);
  return {
    objects: sum(({ objects }) => objects),
    bytes: sum(({ bytes }) => bytes),
    partitions: listings
      .flatMap(({ partitions }) => partitions)
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
    keys: listings.flatMap(({ keys }) => keys).slice(0, 1_000),
    polls: PollCounts.united(listings.map(({ polls }) => polls)),
    ...(modified && { modified }),
  };
}

/** As newestDayBefore, of what a feed's view reads. */
export async function newestDayOfView(
  clients: Lister,
  bucket: string,
  feed: string,
  range: Required<PartitionRange>,
): Promise<string | undefined> {
  const shown = Object.keys(await shownDays(clients, bucket, feed)).filter((day) => day <= range.to.dt);
  return newestDayBefore(clients, bucket, `csv/${feed}/`, range, shown);
}
