import type { FeedDefinition } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import type { NewestDays } from "../../sql/library/feeds";
import { splitLocation } from "../../tools/kit/athena-results";
import type { Clients } from "../clients";
import { listView, newestDayOfView } from "../lake/history";
import {
  listPartitions,
  type PartitionHour,
  type PartitionRange,
  type PollCounts,
  sortKey,
} from "../lake/partitions";
import { locationOf } from "./catalogue";
import { costOf } from "./prices";

/** One read of a table's partitions by a query. */
export interface Scan {
  readonly table: string;
  /** The environment's database if absent. */
  readonly database?: string;
  /** The feed whose view is read: its days in history from there, all others from the table, its csv/. */
  readonly viewOf?: string;
  readonly range: PartitionRange;
  /** False if no predicate bounds a partition column. */
  readonly pruned: boolean;
}

export interface Estimate {
  readonly bytes: number;
  readonly objects: number;
  readonly partitions: number;
  readonly cost: number;
  readonly region: string;
  /** Tables whose partitions no predicate bounds. */
  readonly unpruned: readonly string[];
  /** The partitions in range that have objects, by table. */
  readonly partitionsOf: ReadonlyMap<string, readonly PartitionHour[]>;
  readonly polls: ReadonlyMap<string, PollCounts>;
  readonly newest?: PartitionHour;
  /** When the newest object was written. */
  readonly modified?: Date;
  readonly bucket?: string;
}

/** How much a query would read, from table locations in the catalogue and object sizes in S3 listings. */
export async function estimate(
  clients: Clients,
  database: string,
  scans: readonly Scan[],
): Promise<Estimate> {
  const region = await clients.region();
  const listings = await Promise.all(
    distinct(scans).map(async (scan) => ({ scan, ...(await listTable(clients, database, scan)) })),
  );
  const listingOf = (scan: Scan) => listings.find((listing) => keyOf(listing.scan) === keyOf(scan));
  const sum = (pick: (listing: (typeof listings)[number]) => number): number =>
    scans.reduce((total, scan) => {
      const listing = listingOf(scan);
      return total + (listing ? pick(listing) : 0);
    }, 0);
  const bytes = sum((listing) => listing.bytes);
  const newest = listings
    .flatMap((listing) => listing.partitions.slice(-1))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .at(-1);
  const modified = listings
    .flatMap((listing) => listing.modified ?? [])
    .reduce<Date | undefined>((latest, each) => (latest && latest > each ? latest : each), undefined);
  return {
    bytes,
    objects: sum((listing) => listing.objects),
    partitions: sum((listing) => listing.partitions.length),
    cost: costOf(bytes, region),
    region,
    unpruned: [...new Set(scans.filter((scan) => !scan.pruned).map((scan) => scan.table))],
    partitionsOf: new Map(listings.map((listing) => [listing.scan.table, listing.partitions])),
    polls: new Map(listings.map((listing) => [listing.scan.table, listing.polls])),
    ...(newest && { newest }),
    ...(modified && { modified }),
    ...(listings[0] && { bucket: listings[0].bucket }),
  };
}

async function listTable(clients: Clients, database: string, scan: Scan) {
  const { bucket, prefix } = await folderOf(clients, scan.database ?? database, scan.table);
  return {
    bucket,
    ...(await (scan.viewOf === undefined
      ? listPartitions(clients, bucket, prefix, scan.range)
      : listView(clients, bucket, scan.viewOf, scan.range))),
  };
}

async function folderOf(clients: Clients, database: string, table: string) {
  const { bucket, key } = splitLocation(await locationOf(clients, database, table));
  return { bucket, prefix: key === "" || key.endsWith("/") ? key : `${key}/` };
}

/** The newest day of each feed whose newest data is older than the window. */
export async function newestDays(
  clients: Clients,
  database: string,
  feeds: readonly FeedDefinition[],
  range: Required<PartitionRange>,
): Promise<NewestDays> {
  const days = await Promise.all(
    feeds.map(async (feed) => {
      const { bucket } = await folderOf(clients, database, tablesOf(feed).csv);
      const day = await newestDayOfView(clients, bucket, feed.name, range);
      return day === undefined ? [] : [[feed.name, day] as const];
    }),
  );
  return new Map(days.flat());
}

const keyOf = (scan: Scan): string => JSON.stringify([scan.database, scan.table, scan.viewOf, scan.range]);
const distinct = (scans: readonly Scan[]): Scan[] => [
  ...new Map(scans.map((scan) => [keyOf(scan), scan])).values(),
];
