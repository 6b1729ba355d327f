import { readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import {
  fail,
  type ParsedQuery,
  quoteName,
  quoteText,
  type Type,
  typeName,
} from "../../../../../trino-duckdb";
import { AwsError } from "../../../../errors";
import { makePrivateDirectory } from "../../../../storage/private";
import { bindQuery } from "../../run/query";
import { bodyOf } from "../../run/results";
import { partitionFolder } from "../partitions";
import type { RunContext } from "../statement";
import type { Output } from "./output";

/** An output column and the SQL that computes it. */
export interface Written extends Column {
  readonly sql: string;
}

export interface Column {
  readonly name: string;
  readonly type: Type;
}

const copyFormats: Readonly<Record<string, (output: Output) => string>> = {
  PARQUET: ({ compression }) =>
    `FORMAT parquet, COMPRESSION ${compression === "NONE" ? "uncompressed" : compression.toLowerCase()}`,
  // Written as CSV with one column of JSON, because DuckDB's JSON writer does not support partitions.
  JSON: ({ compression }) =>
    `FORMAT csv, HEADER false, DELIMITER '\u0002', QUOTE '', ESCAPE '', COMPRESSION ${compression === "NONE" ? "none" : "gzip"}`,
  TEXTFILE: ({ compression, delimiter }) =>
    `FORMAT csv, HEADER false, DELIMITER ${quoteText(delimiter)}, QUOTE '', ESCAPE '', NULLSTR '\\N', COMPRESSION ${compression === "NONE" ? "none" : "gzip"}`,
};

const suffixes: Readonly<Record<string, string>> = { PARQUET: "parquet", JSON: "json", TEXTFILE: "csv" };

const MOST_PARTITIONS = 100;

/** Writes the result of a query to objects under a prefix. Returns their keys and partition values. */
export async function write(
  context: RunContext,
  query: ParsedQuery,
  columns: (found: readonly Column[]) => readonly Written[],
  output: Output,
  withData = true,
): Promise<{
  rows: number;
  columns: readonly Column[];
  objects: { key: string; partition: Record<string, string> }[];
}> {
  const { store, execution, signal } = context;
  const folder = join(store.dir, "writes", execution.id);
  const { compiled, sql, count, release, errorOf } = await bindQuery(
    store,
    execution,
    query,
    context.parameters,
    signal,
  );
  try {
    makePrivateDirectory(folder);
    const chosen = columns(compiled.columns);
    checkTypes(chosen, output);
    const selected = selection(chosen, output);
    const source = query.isOrdered && output.partitionedBy.length > 0 ? inOrder(sql) : sql;
    const partitioned =
      output.partitionedBy.length > 0
        ? `, PARTITION_BY (${output.partitionedBy.map(quoteName).join(", ")})`
        : ", PER_THREAD_OUTPUT true";
    const write = store.engine.execute(
      `COPY (SELECT ${selected} FROM (${source}) AS q${withData ? "" : " LIMIT 0"}) TO ${quoteText(folder)} (${copyFormats[output.format]?.(output)}, FILE_EXTENSION 'part'${partitioned})`,
      signal,
    );
    const [copied] = await Promise.all([write, count()]);
    const objects: { key: string; partition: Record<string, string> }[] = [];
    const files = filesUnder(folder);
    if (output.partitionedBy.length > 0 && new Set(files.map((file) => dirname(file))).size > MOST_PARTITIONS)
      fail(
        "HIVE_TOO_MANY_OPEN_PARTITIONS",
        `Exceeded limit of ${MOST_PARTITIONS} open writers for partitions/buckets`,
      );
    for (const file of files) {
      const parts = relative(folder, file).split("/").slice(0, -1);
      const zipped = output.format !== "PARQUET" && output.compression === "GZIP" ? ".gz" : "";
      const partition = parts.map((part): [string, string] => [
        decodeURIComponent(part.slice(0, part.indexOf("="))),
        decodeURIComponent(part.slice(part.indexOf("=") + 1)),
      ]);
      const key = `${output.prefix}${partitionFolder(partition)}${execution.id}-${objects.length}.${suffixes[output.format]}${zipped}`;
      await upload(context, file, output.bucket, key);
      objects.push({ key, partition: Object.fromEntries(partition) });
    }
    execution.rows = copied.rows;
    return { rows: copied.rows, columns: compiled.columns, objects };
  } catch (error) {
    throw errorOf(error);
  } finally {
    release();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The rows of a sorted query, one after the other. DuckDB's threads append to the files of partitions as they come. A limit
 * that no result reaches makes one thread do so. It keeps the order of what DuckDB holds before it writes, 524,288 rows
 * (partitioned_write_flush_threshold); in a larger result, a file may have sorted pieces in another order.
 */
const inOrder = (sql: string): string => `SELECT * FROM (${sql}) LIMIT ${Number.MAX_SAFE_INTEGER}`;

const nested: readonly Type["kind"][] = ["array", "map", "row"];

/** Refuses types that the readers of the format do not support. */
function checkTypes(columns: readonly Written[], { format }: Output): void {
  const odd = columns.find(({ type }) => nested.includes(type.kind));
  if (format === "TEXTFILE" && odd)
    fail(
      "NOT_SUPPORTED",
      `the type ${typeName(odd.type)} of the column "${odd.name}" in TEXTFILE is not supported by the embedded cloud`,
    );
}

/** Text formats store binaries as base64. */
const inText = ({ sql, type }: Written): string => (type.kind === "varbinary" ? `to_base64(${sql})` : sql);

function selection(columns: readonly Written[], output: Output): string {
  const written = output.format === "PARQUET" ? ({ sql }: Written) => sql : inText;
  const named = columns.map((column) => `${written(column)} AS ${quoteName(column.name)}`);
  if (output.format !== "JSON") return named.join(", ");
  const isKey = ({ name }: { readonly name: string }) => output.partitionedBy.includes(name);
  const members = columns
    .filter((column) => !isKey(column))
    .map((column) => `${quoteName(column.name)} := ${inText(column)}`);
  return [
    `to_json(struct_pack(${members.join(", ")})) AS line`,
    ...named.filter((_, i) => columns[i] && isKey(columns[i])),
  ].join(", ");
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

async function upload(
  { store, execution }: RunContext,
  file: string,
  Bucket: string,
  Key: string,
): Promise<void> {
  const ContentLength = statSync(file).size;
  try {
    await store.cloud.call(
      "s3",
      "PutObject",
      { Bucket, Key, Body: bodyOf(file, ContentLength), ContentLength, ChecksumAlgorithm: "CRC32" },
      execution.caller,
    );
  } catch (error) {
    if (error instanceof AwsError)
      fail(
        "PERMISSION_DENIED",
        `Access denied when writing output to s3://${Bucket}/${Key}: ${error.message}`,
      );
    throw error;
  }
}
