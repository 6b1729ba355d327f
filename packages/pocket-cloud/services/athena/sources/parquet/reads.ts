import { type Condition, conditionsIn, mayHold } from "./conditions";
import type { RowGroup } from "./footers";

/** What a query reads of Parquet files: columns, and conditions that each row read meets. */
export interface ParquetRead {
  readonly columns: readonly string[];
  readonly conditions: readonly Condition[];
}

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
