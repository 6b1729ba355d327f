import { type CreateTableAs, fail, type Node } from "../../../../../trino-duckdb";
import { hiveTypeName } from "../../catalogue/hive-types";
import { findTable, glue } from "../glue";
import type { Statement } from "../statement";
import { describeStorage } from "../storage";
import { checkEmpty, outputOf } from "./output";
import { type Column, write } from "./write";
import { addWrittenPartitions, leaveManifest } from "./written-objects";

/** CREATE TABLE name WITH (…) AS query. */
export function createTableAs({
  path,
  ifNotExists,
  withData,
  properties,
  query,
  node,
}: CreateTableAs & { readonly node: Node }): Statement {
  return {
    kind: "CREATE_TABLE_AS_SELECT",
    type: "DDL",
    namesLocation: properties.has("external_location"),
    run: async (context) => {
      const { execution } = context;
      const [name = "", schema = execution.database] = [...path].reverse();
      const output = outputOf(properties, "PARQUET", (external) => external ?? `${execution.location}/`);
      if (await findTable(context, schema, name)) {
        if (ifNotExists) return { verb: "CREATE TABLE", count: 0 };
        fail("TABLE_ALREADY_EXISTS", `Table 'awsdatacatalog.${schema}.${name}' already exists`, node);
      }
      checkEmpty(context, output);
      const result = await write(
        context,
        query,
        (found) => {
          checkOrder(
            found.map(({ name }) => name),
            output.partitionedBy,
          );
          return found.map((column, i) => ({
            sql: `q.c${i}`,
            name: namedColumn(column, i),
            type: column.type,
          }));
        },
        output,
        withData,
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
      await glue(context, "CreateTable", { DatabaseName: schema, TableInput });
      const table = { ...TableInput, DatabaseName: schema };
      await addWrittenPartitions(
        context,
        table,
        result.objects.map(({ partition }) => partition),
      );
      await leaveManifest(context, output.bucket, result.objects);
      return { verb: "CREATE TABLE", count: result.rows };
    },
  };
}

/** Partition keys must be the last columns, in order. */
export function checkOrder(columns: readonly string[], keys: readonly string[]): void {
  for (const key of keys)
    if (!columns.includes(key))
      fail("INVALID_TABLE_PROPERTY", `Partition columns not present in schema: [${key}]`);
  if (keys.length > 0 && columns.slice(-keys.length).join() !== keys.join())
    fail(
      "HIVE_COLUMN_ORDER_MISMATCH",
      `Partition keys must be the last columns in the table and in the same order as the table properties: [${keys.join(", ")}]`,
    );
}

function namedColumn({ name }: Column, index: number): string {
  return name.startsWith("_col")
    ? fail("MISSING_COLUMN_NAME", `Column name not specified at position ${index + 1}`)
    : name;
}
