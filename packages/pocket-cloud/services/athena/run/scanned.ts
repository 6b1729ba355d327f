import { createHash } from "node:crypto";
import { type Engine, QueryFailure } from "../../../../trino-duckdb";
import type { ParquetFooters } from "../sources/parquet/footers";
import { bytesRead, type ParquetRead, parquetReads } from "../sources/parquet/reads";
import type { PreparedScan } from "./scan";

const sizeOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, { size }) => sum + size, 0);

/** Size of all files that a query may read. */
export const mostScanned = (scans: readonly PreparedScan[]): number =>
  scans.reduce((sum, { bytes }) => sum + bytes, 0);

/** Size of the files that it reads whole. */
export const leastScanned = (scans: readonly PreparedScan[]): number =>
  scans.reduce((sum, { bytes, parquet }) => sum + bytes - sizeOf(parquet), 0);

/** Queries whose bytes are kept in memory. */
const MOST_QUERIES = 1000;

/**
 * Bytes that a query scans: whole text files, and of Parquet files the chunks that its plan reads. They are kept for a query that
 * runs again: its SQL names the files. A Parquet file is one version of an object; the copy of CSV files may replace another.
 */
export class ScannedBytes {
  readonly #known = new Map<string, number>();

  constructor(
    private readonly engine: Engine,
    private readonly footers: ParquetFooters,
  ) {}

  async of(sql: string, scans: readonly PreparedScan[], signal?: AbortSignal): Promise<number> {
    const parquet = scans.filter((scan) => scan.parquet.length > 0);
    if (parquet.length === 0) return mostScanned(scans);
    const name = createHash("sha1")
      .update(`${mostScanned(scans)} ${sql}`)
      .digest("base64url");
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const bytes = await this.#count(sql, scans, parquet, signal);
    this.#known.set(name, bytes);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_QUERIES && oldest !== undefined) this.#known.delete(oldest);
    return bytes;
  }

  async #count(
    sql: string,
    scans: readonly PreparedScan[],
    parquet: readonly PreparedScan[],
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const reads = await readsOf(sql, parquet, this.engine, signal);
    if (!reads) return mostScanned(scans);
    // A plan does not say which files a read takes. With several reads, each scan counts the columns of all.
    const [first, ...others] = reads;
    const read: ParquetRead =
      first && others.length === 0 && parquet.length === 1
        ? first
        : { columns: [...new Set(reads.flatMap(({ columns }) => columns))], conditions: [] };
    let bytes = mostScanned(scans);
    for (const scan of parquet) {
      const paths = scan.parquet.map(({ path }) => path);
      bytes += bytesRead(read, await this.footers.rowGroups(paths, signal)) - sizeOf(scan.parquet);
    }
    return bytes;
  }
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
