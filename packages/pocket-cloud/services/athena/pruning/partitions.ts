import {
  duckType,
  type Engine,
  QueryFailure,
  quoteName,
  quoteText,
  type Scan,
} from "../../../../trino-duckdb";
import type { Partition } from "../sources/location";

/** Partitions per statement. */
const BATCH = 20_000;

/**
 * Keeps the partitions whose keys satisfy the scan's filters. DuckDB evaluates the filters with the SQL of the query. A
 * filter that fails on some value does not prune.
 */
export async function prune(
  scan: Scan,
  partitions: readonly Partition[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<readonly Partition[]> {
  if (scan.filters.length === 0 || partitions.length === 0) return partitions;
  const kept: Partition[] = [];
  for (let start = 0; start < partitions.length; start += BATCH) {
    const batch = partitions.slice(start, start + BATCH);
    const indices = await matching(scan, batch, engine, signal);
    for (const index of indices) {
      const partition = batch[index];
      if (partition) kept.push(partition);
    }
  }
  return kept;
}

async function matching(
  scan: Scan,
  batch: readonly Partition[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<number[]> {
  const table = partitionTable(scan, batch);
  const ask = async (conditions: readonly string[]) => {
    const rows = await engine.rows(
      `SELECT CAST(i AS VARCHAR) FROM ${table} WHERE ${conditions.map((one) => `(${one})`).join(" AND ")} ORDER BY i`,
      signal,
    );
    return rows.map(([index]) => Number(index));
  };
  try {
    return await ask(scan.filters.map(({ sql }) => sql));
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error;
  }
  let left = batch.map((_, index) => index);
  for (const filter of scan.filters) {
    try {
      const matched = new Set(await ask([filter.sql]));
      left = left.filter((index) => matched.has(index));
    } catch (error) {
      if (!(error instanceof QueryFailure)) throw error;
      filter.failed = true;
    }
  }
  return left;
}

/** The partitions as a table with the scan's alias, so that its filters apply unchanged. */
function partitionTable(scan: Scan, batch: readonly Partition[]): string {
  const keys = scan.table.partitionKeys;
  const rows = batch.map(
    ({ values }, i) =>
      `(${[String(i), ...values.map((value) => (value === null ? "NULL" : quoteText(value)))].join(", ")})`,
  );
  const raw = keys.map((_, i) => `k${i}`);
  const typed = keys.map((key, i) => `TRY_CAST(k${i} AS ${duckType(key.type)}) AS ${quoteName(key.name)}`);
  return `(SELECT i, ${typed.join(", ")} FROM (VALUES ${rows.join(", ")}) AS v(i, ${raw.join(", ")})) AS ${scan.alias}`;
}
