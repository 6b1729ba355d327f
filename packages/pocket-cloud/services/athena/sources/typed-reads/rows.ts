import {
  duckType,
  quoteName,
  quoteText,
  type RowNumbering,
  type Scan,
  type TypedRead,
  typedReadName,
} from "../../../../../trino-duckdb";
import type { Partition } from "../location";
import { partitionValues } from "../partition-values";
import { type Form, isReadAsNumber } from "./common-forms";

/** Whether all typed reads of a row are exact. */
const EXACT = quoteName("$exact");
/** The row's partition, numbered. */
const GROUP = quoteName("$group");
/** A column without typed reads. Its colon keeps it apart from the columns of Parquet tables. */
const textName = (name: string): string => quoteName(`${name}:`);
const keyName = (at: number): string => quoteName(`$key${at}`);

/**
 * SQL of rows with their typed reads, from one that reads their numbers as such. Undefined where that would not show whether the
 * reads are exact. A column without typed reads keeps its text.
 */
export function typedRows(scan: Scan, forms: readonly Form[], sql: string): string | undefined {
  const exact = new Set(forms.map(({ ofNumbers }) => ofNumbers?.condition));
  if (exact.has(undefined) || !forms.some(({ read }) => isReadAsNumber(scan, read))) return undefined;
  const values = forms.flatMap(({ read, ofNumbers }) =>
    ofNumbers?.value === undefined
      ? []
      : [`${ofNumbers.value} AS ${quoteName(typedReadName(read.name, read.type))}`],
  );
  const typed = new Set(forms.map(({ read }) => read.name));
  const texts = scan.table.columns
    .filter(({ name }) => !typed.has(name))
    .map(({ name }) => `${scan.alias}.${quoteName(name)} AS ${textName(name)}`);
  const isExact = `coalesce(${[...exact].map((one) => `(${one})`).join(" AND ")}, false)`;
  const keys = scan.numberings.map(({ keys }, i) => `${keyOf({ keys })} AS ${keyName(i)}`);
  const columns = [...values, ...texts, `${isExact} AS ${EXACT}`, ...keys, GROUP];
  return `SELECT ${columns.join(", ")} FROM (${sql}) AS ${scan.alias}`;
}

/** What such rows of a table hold. It also depends on the query's keys, which are not read as numbers. */
export const contentOf = (forms: readonly Form[]): string =>
  JSON.stringify(
    forms.map(({ read, ofNumbers }) => [typedReadName(read.name, read.type), ofNumbers?.value !== undefined]),
  );

const keyOf = ({ keys }: Pick<RowNumbering, "keys">): string =>
  keys.length === 0 ? "0" : `hash(${keys.join(", ")})`;

/** SQL that finds for each partition whether its rows are exact, and whether each numbering's keys are unique. */
export const factsOfRows = ({ numberings }: Scan, rows: string): string =>
  `SELECT CAST(${GROUP} AS VARCHAR), CAST(bool_and(${EXACT}) AS VARCHAR)${numberings.map((_, i) => `, CAST(count(*) = count(DISTINCT ${keyName(i)}) AS VARCHAR)`).join("")} FROM ${rows} GROUP BY ${GROUP}`;

const hasValue = (read: TypedRead, forms: readonly Form[]): boolean =>
  forms.some((form) => form.read === read && form.ofNumbers?.value !== undefined);

/** SQL of a column's text in such rows; undefined where they have only a number or a time. */
function textOf(name: string, forms: readonly Form[]): string | undefined {
  const reads = forms.map(({ read }) => read).filter((read) => read.name === name);
  if (reads.length === 0) return textName(name);
  const text = reads.find((read) => read.type.kind === "varchar" && hasValue(read, forms));
  return text && `coalesce(${quoteName(typedReadName(name, text.type))}, '')`;
}

/** Whether such rows have every column that a settled query reads. */
export const haveEveryColumn = (scan: Scan, forms: readonly Form[]): boolean =>
  !scan.readsPath &&
  [...scan.typedReads.values()].every(
    (read) =>
      (!read.enabled || hasValue(read, forms)) && (!read.needsText || textOf(read.name, forms) !== undefined),
  );

/** Selects what the settled query reads from a copy of such rows, of the partitions at their numbers. */
export function selectCopied(
  scan: Scan,
  forms: readonly Form[],
  path: string,
  partitions: ReadonlyMap<number, Partition>,
): string {
  const enabled = forms.map(({ read }) => read).filter((read) => read.enabled);
  const columns = scan.table.columns.map(({ name, type }) => {
    const read = enabled.find((one) => one.name === name);
    return read
      ? quoteName(typedReadName(name, read.type))
      : `${textOf(name, forms) ?? `CAST(NULL AS ${duckType(type)})`} AS ${quoteName(name)}`;
  });
  const groups = [...partitions.keys()];
  const byGroup = Array.from({ length: Math.max(...groups) + 1 }, (_, group) => partitions.get(group));
  const values = partitionValues(scan, byGroup, GROUP);
  return `SELECT ${[...columns, ...values].join(", ")} FROM read_parquet(${quoteText(path)}) WHERE ${GROUP} IN (${groups.join(", ")})`;
}
