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

/** What a query reads of Parquet files: columns, and conditions that each row read meets. */
export interface ParquetRead {
  readonly columns: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly column: string;
  readonly operator: string;
  readonly values: readonly Literal[];
}

interface Literal {
  readonly text: string;
  /** DuckDB prints numbers bare. Texts, dates and timestamps have quotes. */
  readonly isNumber: boolean;
}

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

interface PlanNode {
  readonly name?: string;
  readonly children?: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, unknown>>;
}

/**
 * The reads of Parquet tables in a plan of DuckDB, as EXPLAIN (FORMAT JSON) prints it. Typed copies of CSV files are left out: their
 * columns have colons in their names (typed-reads/rows.ts), and their bytes count as those of the CSV.
 */
export function parquetReads(plan: string, columns: ReadonlySet<string>): ParquetRead[] {
  const reads: ParquetRead[] = [];
  const visit = ({ extra_info: info = {}, children = [] }: PlanNode): void => {
    if (/^(?:READ_PARQUET|PARQUET_SCAN)$/.test(String(info.Function))) {
      const filters = textsOf(info.Filters);
      const projections = textsOf(info.Projections).map(unquoted);
      const used = [...projections, ...filters.flatMap((text) => names(text, columns))];
      if (!projections.some((name) => name.includes(":") && !columns.has(name)))
        reads.push({ columns: [...new Set(used)], conditions: filters.flatMap(conditionsIn) });
    }
    for (const child of children) visit(child);
  };
  for (const node of JSON.parse(plan) as PlanNode[]) visit(node);
  return reads;
}

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string" && one !== "").map(String);

const unquoted = (name: string): string => name.replace(/^"|"$/g, "").toLowerCase();

/** The columns that a filter names, outside its texts. */
const names = (filter: string, columns: ReadonlySet<string>): string[] =>
  (filter.replace(TEXTS, "").match(/\w+/g) ?? [])
    .map((word) => word.toLowerCase())
    .filter((word) => columns.has(word));

const TEXTS = /'(?:[^']|'')*'/g;
const LITERAL = "'(?:[^']|'')*'|-?\\d[\\d.eE+-]*";
const COMPARISON = new RegExp(`^"?(\\w+)"? ?(>=|<=|=|>|<) ?(${LITERAL})(?:::[A-Z ]+)?$`);
const LIST = new RegExp(`^(?:optional: )?"?(\\w+)"? IN \\(((?:${LITERAL})(?:, (?:${LITERAL}))*)\\)$`);

/** The conditions of a filter that minimum and maximum can decide; others are left out, so that they skip nothing. */
const conditionsIn = (filter: string): Condition[] =>
  splitAnd(filter).flatMap((text) => conditionIn(text) ?? []);

/** A comparison of a column with literals; undefined for all other predicates. */
export function conditionIn(text: string): Condition | undefined {
  const [, column, operator = "", literal = ""] = COMPARISON.exec(text) ?? [];
  if (column !== undefined) return { column: column.toLowerCase(), operator, values: [literalOf(literal)] };
  const [, listed, list = ""] = LIST.exec(text) ?? [];
  if (listed === undefined) return undefined;
  const values = (list.match(new RegExp(LITERAL, "g")) ?? []).map(literalOf);
  return { column: listed.toLowerCase(), operator: "=", values };
}

/** Operands of AND, at the outermost level. One within parentheses stays whole. */
function splitAnd(filter: string): string[] {
  const parts: string[] = [];
  let [depth, from, quoted] = [0, 0, false];
  for (let at = 0; at < filter.length; at++) {
    const c = filter[at];
    if (c === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (depth === 0 && filter.startsWith(" AND ", at)) {
      parts.push(filter.slice(from, at));
      from = at + 5;
    }
  }
  return [...parts, filter.slice(from)];
}

const literalOf = (literal: string): Literal => {
  const isNumber = !literal.startsWith("'");
  return { text: isNumber ? literal : literal.slice(1, -1).replaceAll("''", "'"), isNumber };
};

/**
 * Bytes of the column chunks that a read takes. Athena reads only the columns that a query needs, and skips row groups whose
 * minimum and maximum exclude its predicates. Source: Athena User Guide, "Use columnar storage formats".
 */
export function bytesRead({ columns, conditions }: ParquetRead, groups: readonly RowGroup[]): number {
  let sum = 0;
  for (const group of groups) {
    if (!conditions.every((condition) => mayHoldIn(group, condition))) continue;
    for (const column of columns) for (const { bytes } of group.get(column) ?? []) sum += bytes;
  }
  return sum;
}

function mayHoldIn(group: RowGroup, condition: Condition): boolean {
  const [chunk, ...more] = group.get(condition.column) ?? [];
  return !chunk || more.length > 0 || mayHold(condition, chunk);
}

/** Whether a column with these limits may have a value that meets a condition. */
export function mayHold({ operator, values }: Condition, { min, max }: Limits): boolean {
  return values.some(({ text, isNumber }) => {
    const order = isNumber ? byNumber : byBytes;
    const isUnder = (a: string, b: string) =>
      order(a, b) < 0 || (operator.endsWith("=") && order(a, b) === 0);
    const isNotAbove = max === undefined || isUnder(text, max);
    const isNotBelow = min === undefined || isUnder(min, text);
    if (operator === "=") return isNotAbove && isNotBelow;
    return operator.startsWith(">") ? isNotAbove : isNotBelow;
  });
}

const byNumber = (a: string, b: string): number => Number(a) - Number(b);

/** DuckDB prints dates and timestamps alike in a plan and in statistics, so that their bytes have their order. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
