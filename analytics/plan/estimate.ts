import { splitLocation } from "../../tools/kit/athena-results";
import type { Clients } from "../athena/connection";
import { locationOf } from "./catalogue";
import { listPartitions } from "./listing";
import type { Writes } from "./polls";
import { costOf } from "./prices";
import { order, type PartitionHour, type PartitionRange } from "./range";

/** One reading of a table's partitions by a query. */
export interface Scan {
  readonly table: string;
  /** When it is not the environment's own. */
  readonly database?: string;
  readonly range: PartitionRange;
  /** False when no predicate on a partition column bounds it from below. */
  readonly pruned: boolean;
}

export interface Estimate {
  readonly bytes: number;
  readonly objects: number;
  readonly partitions: number;
  readonly cost: number;
  readonly region: string;
  readonly unpruned: readonly string[];
  /** What the tables hold in the range, by table. */
  readonly held: ReadonlyMap<string, readonly PartitionHour[]>;
  /** How often they were written, by table. */
  readonly writes: ReadonlyMap<string, Writes>;
  readonly newest?: PartitionHour;
  readonly bucket?: string;
}

/** What a query would read, before it reads anything: locations from the catalogue, sizes from S3's listings. */
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
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .at(-1);
  return {
    bytes,
    objects: sum((listing) => listing.objects),
    partitions: sum((listing) => listing.partitions.length),
    cost: costOf(bytes, region),
    region,
    unpruned: [...new Set(scans.filter((scan) => !scan.pruned).map((scan) => scan.table))],
    held: new Map(listings.map((listing) => [listing.scan.table, listing.partitions])),
    writes: new Map(listings.map((listing) => [listing.scan.table, listing.writes])),
    ...(newest && { newest }),
    ...(listings[0] && { bucket: listings[0].bucket }),
  };
}

async function listTable(clients: Clients, database: string, scan: Scan) {
  const location = await locationOf(clients, scan.database ?? database, scan.table);
  const { bucket, key } = splitLocation(location);
  const prefix = key === "" || key.endsWith("/") ? key : `${key}/`;
  return { bucket, ...(await listPartitions(clients, bucket, prefix, scan.range)) };
}

const keyOf = (scan: Scan): string => JSON.stringify([scan.database, scan.table, scan.range]);
const distinct = (scans: readonly Scan[]): Scan[] => [
  ...new Map(scans.map((scan) => [keyOf(scan), scan])).values(),
];
