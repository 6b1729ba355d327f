import { type Engine, quoteText } from "../../../../../trino-duckdb";

export type ParquetColumns = readonly (readonly [name: string, type: string])[];

/** The columns of some Parquet files together, and whether each file has the same ones. */
interface Columns {
  readonly columns: ParquetColumns;
  readonly same: boolean;
}

/** Files and schemas that are kept in memory. */
const MOST = 20_000;

/**
 * The schemas of Parquet files. DuckDB opens all files of a query before it runs when it has to unite their columns by name; files
 * of one schema need no union. A file's path is that of one version of its object, so that its schema never changes.
 */
export class ParquetSchemas {
  readonly #schemas = new Map<string, string>();
  readonly #columns = new Map<string, ParquetColumns>();

  constructor(private readonly engine: Engine) {}

  async of(paths: readonly string[], signal?: AbortSignal): Promise<Columns> {
    const unknown = paths.filter((path) => !this.#schemas.has(path));
    await Promise.all(halvesOf(unknown).map((some) => this.#read(some, signal)));
    // A file of each schema stands for all.
    const files = new Map(paths.map((path) => [this.#schemas.get(path) ?? path, path]));
    const name = JSON.stringify([...files.keys()]);
    const columns = this.#columns.get(name) ?? (await this.#describe([...files.values()], signal));
    this.#columns.set(name, columns);
    shorten(this.#schemas);
    shorten(this.#columns);
    return { columns, same: files.size === 1 };
  }

  /** A file with nested columns has a schema of its own, because a sorted list of them does not tell their shape. */
  async #read(paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const rows = await this.engine.rows(
      `SELECT file_name, CASE WHEN count(num_children) > 1 THEN file_name ELSE string_agg(
        concat_ws(' ', column_id, name, duckdb_type, type, type_length, repetition_type, converted_type, scale, "precision", logical_type),
        chr(10) ORDER BY column_id) END
      FROM parquet_schema([${paths.map(quoteText).join(", ")}]) GROUP BY file_name`,
      signal,
    );
    for (const [path, schema] of rows) this.#schemas.set(path ?? "", schema ?? "");
  }

  async #describe(paths: readonly string[], signal: AbortSignal | undefined): Promise<ParquetColumns> {
    const list = `[${paths.map(quoteText).join(", ")}]`;
    const rows = await this.engine.rows(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${list}, union_by_name = true))`,
      signal,
    );
    return rows.map(([name, type]) => [name ?? "", type ?? ""] as const);
  }
}

/** For so many files or fewer, a second statement takes longer than it saves. */
const FEW = 16;

/** DuckDB opens the files of one statement one after the other. Two statements use two processors. */
export function halvesOf(paths: readonly string[]): (readonly string[])[] {
  const middle = paths.length <= FEW ? paths.length : Math.ceil(paths.length / 2);
  return [paths.slice(0, middle), paths.slice(middle)].filter((some) => some.length > 0);
}

/** Removes the oldest entries. */
function shorten(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= MOST) return;
    map.delete(key);
  }
}
