import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { AwsError } from "../../../errors";
import { type GlueTypes, hiveTypeName } from "../catalogue/hive-names";
import { bindQuery } from "../run/query";
import { objectOf } from "../run/results";
import { parseLocation } from "../sources/location";
import { Objects } from "../sources/objects";
import { formatOf } from "../sources/serde";
import { fail, notSupported } from "../sql/failure";
import { parseHiveType } from "../sql/hive-types";
import { nameOf } from "../sql/names";
import { parseStatement } from "../sql/parse";
import { coercible, duckType, quoteName, quoteText, type Type, typeName } from "../sql/types";
import { findTable, glue, mustFindTable } from "./glue";
import { createPartitions, partitionInput } from "./partitions";
import { NOTHING, type Statement, type Work } from "./statement";
import { describeStorage, storages } from "./storage";
import type { Tokens } from "./tokens";

interface Output {
  readonly format: string;
  readonly compression: string;
  readonly delimiter: string;
  readonly partitionedBy: readonly string[];
  readonly bucket: string;
  readonly prefix: string;
}

interface Column {
  readonly name: string;
  readonly type: Type;
}

const copyFormats: Readonly<Record<string, (output: Output) => string>> = {
  PARQUET: ({ compression }) =>
    `FORMAT parquet, COMPRESSION ${compression === "NONE" ? "uncompressed" : compression.toLowerCase()}`,
  // Lines made beforehand: DuckDB's own JSON writer does not partition.
  JSON: ({ compression }) =>
    `FORMAT csv, HEADER false, DELIMITER '\u0002', QUOTE '', ESCAPE '', COMPRESSION ${compression === "NONE" ? "none" : "gzip"}`,
  TEXTFILE: ({ compression, delimiter }) =>
    `FORMAT csv, HEADER false, DELIMITER ${quoteText(delimiter)}, QUOTE '', ESCAPE '', NULLSTR '\\N', COMPRESSION ${compression === "NONE" ? "none" : "gzip"}`,
};

const suffixes: Readonly<Record<string, string>> = { PARQUET: "parquet", JSON: "json", TEXTFILE: "csv" };
const compressions: Readonly<Record<string, readonly string[]>> = {
  PARQUET: ["GZIP", "SNAPPY", "ZSTD", "NONE"],
  JSON: ["GZIP", "NONE"],
  TEXTFILE: ["GZIP", "NONE"],
};

/** Runs a query into objects under a prefix; answers their keys with the values of their partitions. */
async function write(
  work: Work,
  query: grammar.QueryContext,
  columns: (found: readonly Column[]) => readonly { readonly sql: string; readonly name: string }[],
  output: Output,
): Promise<{
  rows: number;
  columns: readonly Column[];
  objects: { key: string; partition: Record<string, string> }[];
}> {
  const { store, execution, signal } = work;
  const folder = join(store.dir, "writes", execution.id);
  mkdirSync(folder, { recursive: true });
  const { compiled, sql, release } = await bindQuery(store, execution, query, work.parameters, signal);
  try {
    const selected = selection(columns(compiled.columns), output);
    const partitioned =
      output.partitionedBy.length > 0
        ? `, PARTITION_BY (${output.partitionedBy.map(quoteName).join(", ")})`
        : ", PER_THREAD_OUTPUT true";
    const copied = await store.engine.execute(
      `COPY (SELECT ${selected} FROM (${sql}) AS q) TO ${quoteText(folder)} (${copyFormats[output.format]?.(output)}, FILE_EXTENSION 'part'${partitioned})`,
      signal,
    );
    const objects: { key: string; partition: Record<string, string> }[] = [];
    for (const file of filesUnder(folder)) {
      const parts = relative(folder, file).split("/").slice(0, -1);
      const zipped = output.format !== "PARQUET" && output.compression === "GZIP" ? ".gz" : "";
      const key = `${output.prefix}${parts.map((part) => `${part}/`).join("")}${execution.id}-${objects.length}.${suffixes[output.format]}${zipped}`;
      await upload(work, file, output.bucket, key);
      objects.push({
        key,
        partition: Object.fromEntries(
          parts.map((part) => [
            part.slice(0, part.indexOf("=")),
            decodeURIComponent(part.slice(part.indexOf("=") + 1)),
          ]),
        ),
      });
    }
    execution.rows = copied.rows;
    return { rows: copied.rows, columns: compiled.columns, objects };
  } finally {
    release();
    rmSync(folder, { recursive: true, force: true });
  }
}

function selection(
  columns: readonly { readonly sql: string; readonly name: string }[],
  output: Output,
): string {
  const named = columns.map((column) => `${column.sql} AS ${quoteName(column.name)}`);
  if (output.format !== "JSON") return named.join(", ");
  const isKey = ({ name }: { readonly name: string }) => output.partitionedBy.includes(name);
  const members = columns
    .filter((column) => !isKey(column))
    .map((column) => `${quoteName(column.name)} := ${column.sql}`);
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

async function upload({ store, execution }: Work, file: string, Bucket: string, Key: string): Promise<void> {
  try {
    await store.cloud.call(
      "s3",
      "PutObject",
      { Bucket, Key, Body: createReadStream(file), ContentLength: statSync(file).size },
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

/** The properties in WITH (…), texts and arrays of texts. */
function withProperties(node: grammar.PropertiesContext | null): Map<string, string | readonly string[]> {
  const found = new Map<string, string | readonly string[]>();
  for (const property of node?.propertyAssignments().property() ?? []) {
    const text = property.propertyValue().getText();
    const values = [...text.matchAll(/'((?:[^']|'')*)'/g)].map((match) =>
      (match[1] ?? "").replaceAll("''", "'"),
    );
    found.set(nameOf(property.identifier()), /^ARRAY/i.test(text) ? values : (values[0] ?? text));
  }
  return found;
}

const known = [
  "format",
  "write_compression",
  "parquet_compression",
  "compression",
  "field_delimiter",
  "external_location",
  "partitioned_by",
];

function outputOf(
  properties: ReadonlyMap<string, string | readonly string[]>,
  fallback: string,
  location: (external: string | undefined) => string,
): Output {
  const text = (name: string) => {
    const value = properties.get(name);
    return typeof value === "string" ? value : undefined;
  };
  for (const name of properties.keys())
    if (!known.includes(name))
      fail("NOT_SUPPORTED", `the property '${name}' is not supported by the embedded cloud`);
  const format = (text("format") ?? fallback).toUpperCase();
  if (!storages[format]) fail("NOT_SUPPORTED", `the format ${format} is not supported by the embedded cloud`);
  const compression = (
    text("write_compression") ??
    text("parquet_compression") ??
    text("compression") ??
    "GZIP"
  ).toUpperCase();
  if (!compressions[format]?.includes(compression))
    fail(
      "NOT_SUPPORTED",
      `the compression ${compression} of ${format} is not supported by the embedded cloud`,
    );
  const partitions = properties.get("partitioned_by");
  return {
    format,
    compression,
    delimiter: text("field_delimiter") ?? "\u0001",
    partitionedBy: Array.isArray(partitions) ? partitions.map((name: string) => name.toLowerCase()) : [],
    ...parseLocation(location(text("external_location")), "the output"),
  };
}

function checkEmpty({ store, execution }: Work, { bucket, prefix }: Output): void {
  if (new Objects(store.cloud, execution.caller).list(bucket, prefix).length > 0)
    fail("HIVE_PATH_ALREADY_EXISTS", `Target directory for table is not empty: s3://${bucket}/${prefix}`);
}

/** CREATE TABLE name WITH (…) AS query. */
export function createTableAs(node: grammar.CreateTableAsSelectContext): Statement {
  const path = node.tableNameCreate().getText().replaceAll(/["`]/g, "").toLowerCase().split(".");
  const query = node.rootQuery()?.query();
  if (!query) return notSupported("this CREATE TABLE AS", node);
  return {
    kind: "CREATE_TABLE_AS_SELECT",
    type: "DDL",
    run: async (work) => {
      const { execution } = work;
      const [name = "", schema = execution.database] = [...path].reverse();
      const folder = execution.location.slice(0, execution.location.lastIndexOf("/") + 1);
      const output = outputOf(
        withProperties(node.properties()),
        "PARQUET",
        (external) => external ?? `${folder}tables/${execution.id}/`,
      );
      if (await findTable(work, schema, name)) {
        if (node.KW_EXISTS()) return NOTHING;
        fail("TABLE_ALREADY_EXISTS", `Table 'awsdatacatalog.${schema}.${name}' already exists`, node);
      }
      checkEmpty(work, output);
      const result = await write(
        work,
        query,
        (found) => found.map((column, i) => ({ sql: `q.c${i}`, name: namedColumn(column, i) })),
        output,
      );
      const hive = result.columns.map((column) => ({ Name: column.name, Type: hiveTypeName(column.type) }));
      const isKey = ({ Name }: { Name: string }) => output.partitionedBy.includes(Name);
      const PartitionKeys = hive.filter(isKey);
      const location = `s3://${output.bucket}/${output.prefix}`;
      const StorageDescriptor = describeStorage(
        output.format,
        location,
        hive.filter((column) => !isKey(column)),
        output.format === "TEXTFILE"
          ? { "field.delim": output.delimiter, "serialization.format": output.delimiter }
          : { "serialization.format": "1" },
      );
      const TableInput = {
        Name: name,
        TableType: "EXTERNAL_TABLE",
        Parameters: { EXTERNAL: "TRUE", has_encrypted_data: "false" },
        PartitionKeys,
        StorageDescriptor,
      };
      await glue(work, "CreateTable", { DatabaseName: schema, TableInput });
      const table = { ...TableInput, DatabaseName: schema };
      await addWrittenPartitions(
        work,
        table,
        result.objects.map(({ partition }) => partition),
      );
      return NOTHING;
    },
  };
}

function namedColumn({ name }: Column, index: number): string {
  return name.startsWith("_col")
    ? fail("MISSING_COLUMN_NAME", `Column name not specified at position ${index + 1}`)
    : name;
}

async function addWrittenPartitions(
  work: Work,
  table: GlueTypes & { DatabaseName: string; Name: string },
  written: readonly Record<string, string>[],
): Promise<void> {
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name);
  if (keys.length === 0) return;
  const distinct = new Map(
    written.map((values) => [JSON.stringify(values), keys.map((key) => values[key] ?? "")]),
  );
  await createPartitions(
    work,
    table,
    [...distinct.values()].map((values) => partitionInput(table, values)),
    true,
  );
}

/** INSERT INTO name [(columns)] query. */
export function insertInto(node: grammar.InsertIntoContext): Statement {
  const path = node.tableRef().identifier().map(nameOf);
  const listed = node
    .columnList()
    ?.columnRef()
    .map((column) => column.getText().replaceAll('"', "").toLowerCase());
  return {
    kind: "INSERT",
    type: "DML",
    run: async (work) => {
      const [name = "", schema] = [...path].reverse();
      const table = await mustFindTable(work, { name, ...(schema !== undefined && { schema }) });
      const storage = table.StorageDescriptor ?? {};
      const kind = formatOf(table, storage)?.kind;
      const format =
        kind === "parquet"
          ? "PARQUET"
          : kind === "lazy"
            ? "TEXTFILE"
            : kind === "json" || kind === "openx"
              ? "JSON"
              : undefined;
      if (!format || table.TableType === "VIRTUAL_VIEW")
        return fail(
          "NOT_SUPPORTED",
          `INSERT INTO a table of the SerDe ${storage.SerdeInfo?.SerializationLibrary} is not supported by the embedded cloud`,
          node,
        );
      if (table.Parameters?.["storage.location.template"])
        return fail(
          "NOT_SUPPORTED",
          "INSERT INTO a table with storage.location.template is not supported by the embedded cloud",
          node,
        );
      const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name.toLowerCase());
      const targets = [...(storage.Columns ?? []), ...(table.PartitionKeys ?? [])].map(
        ({ Name = "", Type = "string" }) => ({ name: Name.toLowerCase(), type: parseHiveType(Type) }),
      );
      const order = listed ?? targets.map((target) => target.name);
      const output: Output = {
        format,
        compression: format === "PARQUET" ? "SNAPPY" : "NONE",
        delimiter: storage.SerdeInfo?.Parameters?.["field.delim"] ?? "\u0001",
        partitionedBy: keys,
        ...parseLocation(storage.Location, name),
      };
      const result = await write(
        work,
        node.rootQuery().query(),
        (found) => {
          if (found.length !== order.length)
            fail(
              "TYPE_MISMATCH",
              `Insert query has mismatched column types: Table: ${order.length} columns, Query: ${found.length} columns`,
              node,
            );
          return targets.map((target) => {
            const at = order.indexOf(target.name);
            const given = found[at];
            if (!given) return { sql: `CAST(NULL AS ${duckType(target.type)})`, name: target.name };
            if (!coercible(given.type, target.type) && given.type.kind !== target.type.kind)
              fail(
                "TYPE_MISMATCH",
                `Insert query has mismatched column types: ${target.name} is ${typeName(target.type)}, not ${typeName(given.type)}`,
                node,
              );
            return { sql: `CAST(q.c${at} AS ${duckType(target.type)})`, name: target.name };
          });
        },
        output,
      );
      if (table.Parameters?.["projection.enabled"] !== "true")
        await addWrittenPartitions(
          work,
          table,
          result.objects.map(({ partition }) => partition),
        );
      work.execution.updateCount = result.rows;
      return NOTHING;
    },
  };
}

/** UNLOAD (query) TO 's3://…' WITH (…), after the first word. */
export function unload(tokens: Tokens): Statement {
  const source = tokens.bracketed();
  tokens.expect("TO");
  const location = tokens.text();
  const properties = new Map<string, string | readonly string[]>();
  if (tokens.take("WITH"))
    tokens.list(() => {
      const key = tokens.name();
      tokens.expect("=");
      properties.set(key, tokens.take("ARRAY") ? arrayOf(tokens) : tokens.text());
    });
  tokens.end();
  const statement = parseStatement(source);
  if (!(statement instanceof grammar.StatementDefaultContext))
    return notSupported("UNLOAD of this statement", statement);
  if (properties.get("format") === undefined) fail("SYNTAX_ERROR", "UNLOAD needs a format");
  return {
    kind: "UNLOAD",
    type: "DML",
    run: async (work) => {
      const output = outputOf(properties, "PARQUET", () =>
        location.endsWith("/") ? location : `${location}/`,
      );
      checkEmpty(work, output);
      const result = await write(
        work,
        statement.rootQuery().query(),
        (found) => found.map((column, i) => ({ sql: `q.c${i}`, name: column.name })),
        output,
      );
      await manifest(
        work,
        result.objects.map(({ key }) => `s3://${output.bucket}/${key}`),
      );
      return NOTHING;
    },
  };
}

function arrayOf(tokens: Tokens): string[] {
  tokens.expect("[");
  const values = [tokens.text()];
  while (tokens.take(",")) values.push(tokens.text());
  tokens.expect("]");
  return values;
}

/** The list of what was written, where Athena leaves it. */
async function manifest({ store, execution }: Work, files: readonly string[]): Promise<void> {
  const location = execution.location.replace(/\.[a-z]+$/, "-manifest.csv");
  const { bucket, key } = objectOf(location);
  await store.cloud.call(
    "s3",
    "PutObject",
    { Bucket: bucket, Key: key, Body: files.map((file) => `${file}\n`).join("") },
    execution.caller,
  );
  execution.manifest = location;
}
