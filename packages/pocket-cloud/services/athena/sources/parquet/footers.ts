import type { Engine } from "../../../../../trino-duckdb";
import { quoteText } from "../../../../../trino-duckdb";

/** The least and the greatest value. */
export interface Limits {
  /** Undefined when the file does not have it, or has only its beginning. */
  readonly min: string | undefined;
  readonly max: string | undefined;
}

/** A chunk of a column in a row group of a Parquet file. */
interface Chunk extends Limits {
  readonly bytes: number;
  readonly isText: boolean;
}

/** The chunks of a row group by column, in lower case. */
export type RowGroup = ReadonlyMap<string, readonly Chunk[]>;

/** Files whose row groups are kept in memory. */
const MOST_FILES = 20_000;

interface Footer {
  readonly rowGroups: readonly RowGroup[];
  /**
   * Whether the writer states no minimum and maximum of a column with NaN, as DuckDB does. Other writers may compute them without
   * the NaN. Source: "Statistics" in parquet.thrift of the format's specification.
   */
  readonly omitsNaN: boolean;
}

/** The row groups of Parquet files, from their footers. A file's path is that of one version of its object. */
export class ParquetFooters {
  readonly #files = new Map<string, Footer>();

  constructor(private readonly engine: Engine) {}

  async rowGroups(paths: readonly string[], signal?: AbortSignal): Promise<readonly RowGroup[]> {
    const unknown = [...new Set(paths)].filter((path) => !this.#files.has(path));
    if (unknown.length > 0) await this.#read(unknown, signal);
    const found = paths.flatMap((path) => this.#files.get(path)?.rowGroups ?? []);
    for (const path of this.#files.keys()) {
      if (this.#files.size <= MOST_FILES) break;
      this.#files.delete(path);
    }
    return found;
  }

  /** The row groups of a file, when an earlier query has read its footer. */
  known(path: string): readonly RowGroup[] | undefined {
    return this.#files.get(path)?.rowGroups;
  }

  /** Whether a column has no NaN, as far as footers tell that an earlier query has read. */
  hasNoNaN(paths: readonly string[], column: string): boolean {
    return paths.every((path) => {
      const { omitsNaN = false, rowGroups = [] } = this.#files.get(path) ?? {};
      return omitsNaN && rowGroups.every((group) => hasLimits(group.get(column)));
    });
  }

  async #read(paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const list = `[${paths.map(quoteText).join(", ")}]`;
    const rows = await this.engine.rows(
      `SELECT file_name, CAST(row_group_id AS VARCHAR), path_in_schema, CAST(total_compressed_size AS VARCHAR),
        CASE WHEN coalesce(min_is_exact, true) THEN stats_min_value END,
        CASE WHEN coalesce(max_is_exact, true) THEN stats_max_value END,
        CAST(coalesce(starts_with(created_by, 'DuckDB '), false) AS VARCHAR),
        CAST(type = 'BYTE_ARRAY' AS VARCHAR)
      FROM parquet_metadata(${list}) JOIN (SELECT file_name, created_by FROM parquet_file_metadata(${list})) USING (file_name)`,
      signal,
    );
    const writers = new Map(rows.map(([path = "", , , , , , omitsNaN]) => [path, omitsNaN === "true"]));
    const files = new Map<string, Map<string, Map<string, Chunk[]>>>(paths.map((path) => [path, new Map()]));
    for (const [path = "", id = "", column = "", bytes, min, max, , isText] of rows) {
      const groups = files.get(path ?? "");
      const group = groups?.get(id ?? "") ?? new Map<string, Chunk[]>();
      groups?.set(id ?? "", group);
      // A nested column has a chunk for each leaf: "list, element".
      const name = (column ?? "").split(/[,.]/)[0]?.toLowerCase() ?? "";
      const limits = { min: min ?? undefined, max: max ?? undefined };
      const chunk = { bytes: Number(bytes), isText: isText === "true", ...limits };
      group.set(name, [...(group.get(name) ?? []), chunk]);
    }
    for (const [path, groups] of files)
      this.#files.set(path, { rowGroups: [...groups.values()], omitsNaN: writers.get(path) ?? false });
  }
}

const hasLimits = ([chunk, ...more]: readonly Chunk[] = []): boolean =>
  chunk?.min !== undefined && chunk.max !== undefined && more.length === 0;
