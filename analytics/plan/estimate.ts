import type { Clients } from "../athena/connection";
import { splitLocation } from "../athena/results";
import { Failure } from "../errors";
import { listPartitions } from "./listing";
import { costOf } from "./prices";
import { order, type PartitionHour, type PartitionRange } from "./range";

/** One reading of a table's partitions by a query. */
export interface Scan {
  readonly table: string;
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
  readonly newest?: PartitionHour;
  readonly bucket?: string;
}

/** What a query would read, before it reads anything: locations from the catalogue, sizes from S3's listings. */
export async function estimate(clients: Clients, database: string, scans: readonly Scan[]): Promise<Estimate> {
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
    ...(newest && { newest }),
    ...(listings[0] && { bucket: listings[0].bucket }),
  };
}

async function listTable(clients: Clients, database: string, scan: Scan) {
  const location = await locationOf(clients, database, scan.table);
  const { bucket, key } = splitLocation(location);
  const prefix = key === "" || key.endsWith("/") ? key : `${key}/`;
  return { bucket, ...(await listPartitions(clients, bucket, prefix, scan.range)) };
}

async function locationOf(clients: Clients, database: string, table: string): Promise<string> {
  const glue = await clients.glue();
  const { GetTableCommand } = await import("@aws-sdk/client-glue");
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
    const location = Table?.StorageDescriptor?.Location;
    if (location) return location;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "EntityNotFoundException") throw error;
    throw new Failure(`the table ${database}.${table} does not exist: deploy the stack first, or choose another --env`);
  }
  throw new Failure(`the table ${database}.${table} has no location in S3`);
}

const keyOf = (scan: Scan): string => JSON.stringify([scan.table, scan.range]);
const distinct = (scans: readonly Scan[]): Scan[] => [...new Map(scans.map((scan) => [keyOf(scan), scan])).values()];
