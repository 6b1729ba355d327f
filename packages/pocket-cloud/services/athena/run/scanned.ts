import { type Engine, QueryFailure } from "../../../../trino-duckdb";
import { bytesRead, type ParquetFooters, type ParquetRead, parquetReads } from "../sources/parquet-reads";
import type { PreparedScan } from "./scan";

const sizeOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, { size }) => sum + size, 0);

/** Size of all files that a query may read. */
export const mostScanned = (scans: readonly PreparedScan[]): number =>
  scans.reduce((sum, { bytes }) => sum + bytes, 0);

/** Size of the files that it reads whole. */
export const leastScanned = (scans: readonly PreparedScan[]): number =>
  scans.reduce((sum, { bytes, parquet }) => sum + bytes - sizeOf(parquet), 0);

/** Bytes that a query scans: whole text files, and of Parquet files the chunks that its plan reads. */
export async function scannedBytes(
  sql: string,
  scans: readonly PreparedScan[],
  engine: Engine,
  footers: ParquetFooters,
  signal?: AbortSignal,
): Promise<number> {
  const most = mostScanned(scans);
  const parquet = scans.filter((scan) => scan.parquet.length > 0);
  if (parquet.length === 0) return most;
  const reads = await readsOf(sql, parquet, engine, signal);
  if (!reads) return most;
  // A plan does not say which files a read takes. With several reads, each scan counts the columns of all.
  const [first, ...others] = reads;
  const read: ParquetRead =
    first && others.length === 0 && parquet.length === 1
      ? first
      : { columns: [...new Set(reads.flatMap(({ columns }) => columns))], conditions: [] };
  let bytes = most;
  for (const scan of parquet) {
    const groups = await footers.rowGroups(
      scan.parquet.map(({ path }) => path),
      signal,
    );
    bytes += bytesRead(read, groups) - sizeOf(scan.parquet);
  }
  return bytes;
}

/** Undefined when DuckDB does not explain the query. */
async function readsOf(
  sql: string,
  scans: readonly PreparedScan[],
  engine: Engine,
  signal: AbortSignal | undefined,
): Promise<ParquetRead[] | undefined> {
  try {
    const [[, plan] = []] = await engine.rows(`EXPLAIN (FORMAT JSON) ${sql}`, signal);
    return parquetReads(plan ?? "[]", new Set(scans.flatMap(({ columns }) => columns)));
  } catch (error) {
    if (error instanceof QueryFailure) return undefined;
    throw error;
  }
}
