import { assignSql, duckType, fail, type Insert, type Node, typeName } from "../../../../../trino-duckdb";
import { parseHiveType } from "../../catalogue/hive-types";
import { parseLocation } from "../../sources/location";
import { formatOf } from "../../sources/serde";
import { mustFindTable } from "../glue";
import type { Statement } from "../statement";
import type { Output } from "./output";
import { write } from "./write";
import { addWrittenPartitions, leaveManifest } from "./written-objects";

/** INSERT INTO name [(columns)] query. */
export function insertInto({
  path,
  columns: listed,
  query,
  node,
}: Insert & { readonly node: Node }): Statement {
  return {
    kind: "INSERT",
    type: "DML",
    run: async (context) => {
      const [name = "", schema] = [...path].reverse();
      const table = await mustFindTable(context, { name, ...(schema !== undefined && { schema }) });
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
      for (const [i, column] of order.entries()) {
        if (!targets.some((target) => target.name === column))
          fail("COLUMN_NOT_FOUND", `Insert column name does not exist in target table: ${column}`, node);
        if (order.indexOf(column) < i)
          fail("DUPLICATE_COLUMN_NAME", `Insert column name is specified more than once: ${column}`, node);
      }
      const output: Output = {
        format,
        compression: format === "PARQUET" ? "SNAPPY" : "NONE",
        delimiter: storage.SerdeInfo?.Parameters?.["field.delim"] ?? "\u0001",
        partitionedBy: keys,
        ...parseLocation(storage.Location, name),
      };
      const result = await write(
        context,
        query,
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
            if (!given) return { ...target, sql: `CAST(NULL AS ${duckType(target.type)})` };
            const sql =
              assignSql(`q.c${at}`, given.type, target.type) ??
              fail(
                "TYPE_MISMATCH",
                `Insert query has mismatched column types: ${target.name} is ${typeName(target.type)}, not ${typeName(given.type)}`,
                node,
              );
            return { ...target, sql };
          });
        },
        output,
      );
      if (table.Parameters?.["projection.enabled"] !== "true")
        await addWrittenPartitions(
          context,
          table,
          result.objects.map(({ partition }) => partition),
        );
      await leaveManifest(context, output.bucket, result.objects);
      return { verb: "INSERT", count: result.rows };
    },
  };
}
