import {
  duckType,
  type Engine,
  type KeyPredicate,
  QueryFailure,
  quoteName,
  quoteText,
  type Scan,
  type TextComparison,
} from "../../../../trino-duckdb";
import type { Partition } from "../sources/location";

/** Partitions per statement. */
const BATCH = 20_000;
/** The column with a partition's number. Names of partition keys have no colon. */
const NUMBER = '":number"';

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
  const all = scan.filters.flatMap(({ predicates }) => predicates);
  try {
    return await matching(scan, partitions, all, engine, signal);
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error;
  }
  let left = partitions;
  for (const filter of scan.filters) {
    try {
      left = await matching(scan, left, filter.predicates, engine, signal);
    } catch (error) {
      if (!(error instanceof QueryFailure)) throw error;
      filter.failed = true;
    }
  }
  return left;
}

/**
 * Keeps the folders that may hold partitions which satisfy the filters, when only the first keys are known. Without it a query
 * for one day would list the hours of all days.
 */
export async function pruneFolders(
  scan: Scan,
  folders: readonly Partition[],
  known: ReadonlySet<string>,
  engine: Engine,
  signal?: AbortSignal,
): Promise<readonly Partition[]> {
  const predicates = scan.filters.flatMap((filter) => filter.on(known));
  try {
    return await matching(scan, folders, predicates, engine, signal);
  } catch (error) {
    if (error instanceof QueryFailure) return folders;
    throw error;
  }
}

async function matching(
  scan: Scan,
  partitions: readonly Partition[],
  predicates: readonly KeyPredicate[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<readonly Partition[]> {
  const tests = predicates.map(({ comparison }) => equality(scan, comparison));
  const all = partitions.filter((partition) => tests.every((test) => test?.(partition) ?? true));
  const others = predicates.filter((_, i) => tests[i] === undefined).map(({ sql }) => sql);
  return others.length === 0 ? all : matchingSql(scan, all, others, engine, signal);
}

/** Whether a text key has one of some values, which needs no statement of DuckDB. The comparison in SQL is that of the bytes, too. */
function equality(
  scan: Scan,
  comparison: TextComparison | undefined,
): ((partition: Partition) => boolean) | undefined {
  if (comparison?.operator !== "=") return undefined;
  const at = scan.table.partitionKeys.findIndex(({ name }) => name === comparison.column);
  const texts: ReadonlySet<unknown> = new Set(comparison.texts);
  return at < 0 ? undefined : ({ values }) => texts.has(values[at]);
}

async function matchingSql(
  scan: Scan,
  partitions: readonly Partition[],
  conditions: readonly string[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<readonly Partition[]> {
  const where = conditions.map((one) => `(${one})`).join(" AND ");
  const kept: Partition[] = [];
  for (let start = 0; start < partitions.length; start += BATCH) {
    const batch = partitions.slice(start, start + BATCH);
    const rows = await engine.rows(
      `SELECT CAST(${NUMBER} AS VARCHAR) FROM ${partitionTable(scan, batch)} WHERE ${where}`,
      signal,
    );
    const indexes = rows.map(([index]) => Number(index)).sort((a, b) => a - b);
    kept.push(...indexes.flatMap((index) => batch[index] ?? []));
  }
  return kept;
}

/**
 * The partitions as a table with the scan's alias, so that its filters apply unchanged. DuckDB reads lists in half the time that
 * it takes for VALUES.
 */
function partitionTable(scan: Scan, batch: readonly Partition[]): string {
  const keys = scan.table.partitionKeys;
  const lists = keys.map((_, i) => {
    const texts = batch.map(({ values }) => (values[i] == null ? "NULL" : quoteText(values[i])));
    return `unnest([${texts.join(", ")}]) AS k${i}`;
  });
  const typed = keys.map((key, i) => `TRY_CAST(k${i} AS ${duckType(key.type)}) AS ${quoteName(key.name)}`);
  const raw = `SELECT unnest(range(${batch.length})) AS ${NUMBER}, ${lists.join(", ")}`;
  return `(SELECT ${NUMBER}, ${typed.join(", ")} FROM (${raw})) AS ${scan.alias}`;
}
