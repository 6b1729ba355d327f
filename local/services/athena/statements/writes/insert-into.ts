import type * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { parseLocation } from "../../sources/location";
import { formatOf } from "../../sources/serde";
import { fail } from "../../sql/failure";
import { parseHiveType } from "../../sql/hive-types";
import { nameOf } from "../../sql/names";
import { coercible, duckType, typeName } from "../../sql/types";
import { mustFindTable } from "../glue";
import type { Statement } from "../statement";
import { leaveManifest } from "./manifest";
import type { Output } from "./output";
import { addWrittenPartitions } from "./partitions";
import { write } from "./write";

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
      await leaveManifest(work, output.bucket, result.objects);
      return { verb: "INSERT", count: result.rows };
    },
  };
}
