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
  const all = scan.filters.map(({ sql }) => sql);
  try {
    return await matching(scan, partitions, all, engine, signal);
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error;
  }
  let left = partitions;
  for (const filter of scan.filters) {
    try {
      left = await matching(scan, left, [filter.sql], engine, signal);
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
  const conditions = scan.filters.flatMap((filter) => filter.on(known) ?? []);
  try {
    return await matching(scan, folders, conditions, engine, signal);
  } catch (error) {
    if (error instanceof QueryFailure) return folders;
    throw error;
  }
}

async function matching(
  scan: Scan,
  partitions: readonly Partition[],
  conditions: readonly string[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<readonly Partition[]> {
  const { equalities, others } = separated(scan, conditions);
  const all = partitions.filter(({ values }) => equalities.every(({ at, text }) => values[at] === text));
  return others.length === 0 ? all : matchingSql(scan, all, others, engine, signal);
}

/** A text key's value. The comparison in SQL is that of the bytes, too. */
interface Equality {
  readonly at: number;
  readonly text: string;
}

/** Tells apart comparisons of text keys with a constant, which need no statement of DuckDB. */
function separated(
  scan: Scan,
  conditions: readonly string[],
): { equalities: readonly Equality[]; others: readonly string[] } {
  const known = new Map<string, number>(
    scan.table.partitionKeys.flatMap(({ name, type }, at) =>
      type.kind === "varchar" && type.length === undefined
        ? [[`(${scan.alias}.${quoteName(name)} = `, at] as [string, number]]
        : [],
    ),
  );
  const equalities: Equality[] = [];
  const others: string[] = [];
  for (const condition of conditions) {
    const [, start = "", text] = /^(\(.+? = )'([^']*)'\)$/.exec(condition) ?? [];
    const at = known.get(start);
    if (at === undefined || text === undefined) others.push(condition);
    else equalities.push({ at, text });
  }
  return { equalities, others };
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
