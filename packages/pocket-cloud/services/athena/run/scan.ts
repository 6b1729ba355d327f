import type { StorageDescriptor, Table } from "@aws-sdk/client-glue";
import { QueryFailure, type Scan } from "../../../../trino-duckdb";
import type { LocalObject } from "../../../s3-files";
import type { GlueSource } from "../catalogue/catalogue";
import { cataloguePartitions } from "../pruning/catalogue-partitions";
import { prune, pruneFolders } from "../pruning/partitions";
import { isProjected, projectedPartitions } from "../pruning/projection";
import { type Partition, parseLocation } from "../sources/location";
import { type File, Selection, type Sources } from "../sources/selection";
import { formatOf } from "../sources/serde";
import type { PartitionFiles } from "../sources/typed-reads/partitions";
import { type BackgroundCheck, type Select, Survey } from "../sources/typed-reads/survey";

export interface ParquetFile extends LocalObject {
  /** s3://bucket/key. */
  readonly uri: string;
}

export interface PreparedScan {
  /** Size of all files that the scan reads. */
  readonly bytes: number;
  /** Its Parquet files, of which a query may read a part. */
  readonly parquet: readonly ParquetFile[];
  /** The columns of its table. */
  readonly columns: readonly string[];
  /** Binds the scan to SQL over exactly these files. The query must be settled. */
  readonly bind: () => Promise<void>;
  /** Checks what later queries can use, after this query has finished. */
  readonly check: BackgroundCheck;
}

/** The partitions that a scan's filters keep. */
export async function prunedPartitions(
  scan: Scan<GlueSource>,
  sources: Sources,
): Promise<readonly Partition[]> {
  const all = await partitionsOf(scan, scan.table.glue, sources);
  return prune(scan, all, sources.engine, sources.signal);
}

/** Lists the files of a scan's partitions, and sets the scan's flags from what is known about them. */
export async function prepareScan(
  scan: Scan<GlueSource>,
  partitions: readonly Partition[],
  sources: Sources,
): Promise<PreparedScan> {
  const table = scan.table.glue;
  const { objects, engine, facts, footers, copies, signal } = sources;
  const groups = new Map<PartitionFiles, readonly File[]>();
  const listed = partitions.map((partition) => ({
    partition,
    storage: partition.storage ?? table.StorageDescriptor ?? {},
    found: objects.list(partition.bucket, partition.prefix),
  }));
  const isLeftOut = await excludedFiles(scan, listed, sources);
  for (const { partition, storage, found: all } of listed) {
    const found = all.filter(({ path }) => !isLeftOut.has(path));
    if (found.length > 0)
      groups.set(
        { files: found, storage },
        found.map((object) => ({ object, partition, group: 0 })),
      );
  }
  const files = [...groups.values()].flat();
  scan.isEmpty = files.length === 0;
  const selection = new Selection(scan, table, sources);
  const select: Select = (some, numbers) =>
    selection.all(
      some.flatMap((one, group) => (groups.get(one) ?? []).map((file) => ({ ...file, group }))),
      numbers,
    );
  const survey = new Survey(scan, [...groups.keys()], select, facts, engine, copies);
  const isOpenCsv = [...groups.keys()].every(({ storage }) => formatOf(table, storage)?.kind === "opencsv");
  await survey.checkNumberings(isOpenCsv, signal);
  const parquet = [...groups].flatMap(([{ storage }, found]) =>
    formatOf(table, storage)?.kind === "parquet"
      ? found.map(({ object, partition }) => ({ ...object, uri: `s3://${partition.bucket}/${object.key}` }))
      : [],
  );
  const paths = parquet.map(({ path }) => path);
  scan.hasNoNaN = (column) => paths.length === files.length && footers.hasNoNaN(paths, column);
  return {
    bytes: files.reduce((sum, { object }) => sum + object.size, 0),
    parquet,
    columns: scan.table.columns.map(({ name }) => name),
    check: isOpenCsv ? survey.enableTypedReads() : async () => undefined,
    bind: async () => {
      const { reads, others } = survey.copies.read((one) => groups.get(one)?.[0]?.partition);
      const rest = [...others].flatMap((one) => groups.get(one) ?? []);
      scan.bind(await selection.forQuery(rest, reads));
    },
  };
}

/**
 * The Parquet files that no row which the query can use is in, by their footers. A survey's facts are of all files of a partition, so
 * none is left out of a scan that needs one.
 */
async function excludedFiles(
  scan: Scan<GlueSource>,
  listed: readonly { readonly storage: StorageDescriptor; readonly found: readonly LocalObject[] }[],
  { limits, signal }: Sources,
): Promise<ReadonlySet<string>> {
  const conditions = scan.conditions.map(({ texts, ...comparison }) => ({
    ...comparison,
    values: texts.map((text) => ({ text, isNumber: false })),
  }));
  if (conditions.length === 0 || scan.numberings.length > 0) return new Set();
  const paths = listed.flatMap(({ storage, found }) =>
    formatOf(scan.table.glue, storage)?.kind === "parquet" ? found.map(({ path }) => path) : [],
  );
  try {
    const kept = await limits.matching(paths, conditions, signal);
    return new Set(paths.filter((path) => !kept.has(path)));
  } catch (error) {
    // The query says which file cannot be read.
    if (error instanceof QueryFailure) return new Set();
    throw error;
  }
}

async function partitionsOf(
  scan: Scan,
  table: Table,
  { objects, now, engine, signal }: Sources,
): Promise<readonly Partition[]> {
  if (scan.table.partitionKeys.length === 0)
    return [{ ...parseLocation(table.StorageDescriptor?.Location, scan.table.name), values: [] }];
  return isProjected(table)
    ? projectedPartitions(scan, table, objects, now, (folders, known) =>
        pruneFolders(scan, folders, known, engine, signal),
      )
    : cataloguePartitions(scan, objects);
}
