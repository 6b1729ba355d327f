import { type Engine, quoteText } from "../../../../../trino-duckdb";
import { type Condition, mayHold } from "./conditions";
import type { Limits, ParquetFooters } from "./footers";
import { halvesOf } from "./schemas";

/** Columns of files that are kept in memory. */
const MOST = 40_000;

/**
 * The minimum and maximum of columns in the row groups of Parquet files. A query that names one key reads none of the files
 * whose keys are others: DuckDB would open each of them. A file's path is that of one version of its object.
 */
export class ParquetLimits {
  /** By column and path. A file without the column, or with one that is no text, has none. */
  readonly #known = new Map<string, readonly Limits[]>();

  constructor(
    private readonly engine: Engine,
    private readonly footers: ParquetFooters,
  ) {}

  /** The files that may have rows which meet all conditions. */
  async matching(
    paths: readonly string[],
    conditions: readonly Condition[],
    signal?: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    let left = [...new Set(paths)];
    for (const condition of conditions) {
      const { column } = condition;
      const unknown = left.filter((path) => !this.#isKnown(column, path));
      await Promise.all(halvesOf(unknown).map((some) => this.#read(column, some, signal)));
      left = left.filter((path) => {
        const groups = this.#known.get(nameOf(column, path)) ?? [];
        return groups.length === 0 || groups.some((limits) => mayHold(condition, limits));
      });
    }
    for (const name of this.#known.keys()) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(name);
    }
    return new Set(left);
  }

  /** Whether limits are known, or a footer that an earlier query has read tells them. */
  #isKnown(column: string, path: string): boolean {
    const name = nameOf(column, path);
    if (this.#known.has(name)) return true;
    const groups = this.footers.known(path);
    if (!groups) return false;
    const chunks = groups.flatMap((group) => group.get(column) ?? []);
    this.#known.set(
      name,
      chunks.every(({ isText }) => isText)
        ? chunks.map(({ min, max }) => ({ min: exact(min), max: exact(max) }))
        : [],
    );
    return true;
  }

  async #read(column: string, paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const rows = await this.engine.rows(
      `SELECT file_name,
        CASE WHEN coalesce(min_is_exact, true) THEN stats_min_value END,
        CASE WHEN coalesce(max_is_exact, true) THEN stats_max_value END
      FROM parquet_metadata([${paths.map(quoteText).join(", ")}]) WHERE type = 'BYTE_ARRAY' AND lower(path_in_schema) = ${quoteText(column)}`,
      signal,
    );
    const found = new Map<string, Limits[]>(paths.map((path) => [path, []]));
    for (const [path, min, max] of rows) found.get(path ?? "")?.push({ min: exact(min), max: exact(max) });
    for (const [path, groups] of found) this.#known.set(nameOf(column, path), groups);
  }
}

/**
 * DuckDB prints a text that the file does not mark as UTF-8 as a binary, with escapes. Where it would have escaped nothing, the
 * value is as printed.
 */
const exact = (limit: string | null | undefined): string | undefined =>
  limit != null && /^[ !#-&(-[\]-~]*$/.test(limit) ? limit : undefined;

const nameOf = (column: string, path: string): string => `${column}\n${path}`;
