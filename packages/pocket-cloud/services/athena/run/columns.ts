import type { ColumnInfo } from "@aws-sdk/client-athena";
import type { Type } from "../../../../trino-duckdb";
import type { ResultColumn } from "../records";

interface Shown {
  readonly type: string;
  readonly precision?: number;
}

/** Names and precisions of types in result metadata. */
const resultTypes: Readonly<Record<Type["kind"], Shown>> = {
  unknown: { type: "unknown" },
  boolean: { type: "boolean" },
  tinyint: { type: "tinyint", precision: 3 },
  smallint: { type: "smallint", precision: 5 },
  integer: { type: "integer", precision: 10 },
  bigint: { type: "bigint", precision: 19 },
  real: { type: "float", precision: 17 },
  double: { type: "double", precision: 17 },
  decimal: { type: "decimal" },
  varchar: { type: "varchar", precision: 2_147_483_647 },
  char: { type: "char" },
  varbinary: { type: "varbinary", precision: 1_073_741_824 },
  json: { type: "json" },
  uuid: { type: "uuid" },
  ipaddress: { type: "ipaddress" },
  date: { type: "date" },
  time: { type: "time", precision: 3 },
  timestamp: { type: "timestamp", precision: 3 },
  "timestamp with time zone": { type: "timestamp with time zone", precision: 3 },
  "interval day to second": { type: "interval day to second" },
  "interval year to month": { type: "interval year to month" },
  array: { type: "array" },
  map: { type: "map" },
  row: { type: "row" },
};

export function columnInfo({ name, type, listed }: ResultColumn): ColumnInfo {
  const { type: athena, precision = 0 } = listed ? { type: listed } : resultTypes[type.kind];
  const own =
    type.kind === "decimal"
      ? type.precision
      : !listed && (type.kind === "varchar" || type.kind === "char")
        ? (type.length ?? precision)
        : precision;
  return {
    CatalogName: "hive",
    SchemaName: "",
    TableName: "",
    Name: name,
    Label: name,
    Type: athena,
    Precision: own,
    Scale: type.kind === "decimal" ? type.scale : 0,
    Nullable: "UNKNOWN",
    CaseSensitive: !listed && (type.kind === "varchar" || type.kind === "char"),
  };
}
