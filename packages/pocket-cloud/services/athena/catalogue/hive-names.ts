import type { TableInput } from "@aws-sdk/client-glue";
import { fail } from "../../../../trino-duckdb/sql/failure";
import { type Kind, type Type, typeName } from "../../../../trino-duckdb/sql/types";

export type GlueTypes = Pick<TableInput, "PartitionKeys" | "StorageDescriptor">;

const names: Partial<Record<Kind, string>> = {
  boolean: "boolean",
  tinyint: "tinyint",
  smallint: "smallint",
  integer: "int",
  bigint: "bigint",
  real: "float",
  double: "double",
  date: "date",
  varbinary: "binary",
  timestamp: "timestamp",
};

/** A type as the Glue catalogue writes it. */
export function hiveTypeName(type: Type): string {
  if (type.kind === "varchar") return type.length === undefined ? "string" : `varchar(${type.length})`;
  if (type.kind === "char" || type.kind === "decimal") return typeName(type);
  if (type.kind === "array") return `array<${hiveTypeName(type.element)}>`;
  if (type.kind === "map") return `map<${hiveTypeName(type.key)},${hiveTypeName(type.value)}>`;
  if (type.kind === "row")
    return `struct<${type.fields.map((field, i) => `${field.name ?? `field${i}`}:${hiveTypeName(field.type)}`).join(",")}>`;
  return names[type.kind] ?? fail("NOT_SUPPORTED", `Unsupported Hive type: ${typeName(type)}`);
}
