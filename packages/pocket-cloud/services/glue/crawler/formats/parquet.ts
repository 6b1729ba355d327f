import {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import { quoteText } from "../../../../../trino-duckdb";
import { withDuckDb } from "../../../shared/duckdb";
import { type HiveType, plain } from "./hive-type";
import type { FileSchema } from "./schema";

/** The first bytes of every Parquet file. */
export const PARQUET_MAGIC = "PAR1";

/** The schema that a Parquet file's footer declares; undefined when DuckDB cannot read it. */
export async function classifyParquet(path: string, size: number): Promise<FileSchema | undefined> {
  try {
    return await withDuckDb(async (connection) => {
      const none = await connection.runAndReadAll(`SELECT * FROM read_parquet(${quoteText(path)}) LIMIT 0`);
      const count = await connection.runAndReadAll(
        `SELECT num_rows FROM parquet_file_metadata(${quoteText(path)})`,
      );
      const types = none.columnTypes();
      return {
        format: { classification: "parquet", compression: "none" },
        columns: none
          .columnNames()
          .map((name, at) => ({ name: name.toLowerCase(), type: hiveType(types[at] as DuckDBType) })),
        named: true,
        records: Number(count.getRows()[0]?.[0] ?? 0),
        bytes: size,
      };
    });
  } catch {
    return undefined;
  }
}

/** Hive has no unsigned integers, times, UUIDs or intervals: those appear as the type that stores them in the file. */
const PLAIN: Readonly<Partial<Record<DuckDBTypeId, string>>> = {
  [DuckDBTypeId.BOOLEAN]: "boolean",
  [DuckDBTypeId.TINYINT]: "tinyint",
  [DuckDBTypeId.SMALLINT]: "smallint",
  [DuckDBTypeId.INTEGER]: "int",
  [DuckDBTypeId.BIGINT]: "bigint",
  [DuckDBTypeId.UTINYINT]: "int",
  [DuckDBTypeId.USMALLINT]: "int",
  [DuckDBTypeId.UINTEGER]: "bigint",
  [DuckDBTypeId.UBIGINT]: "bigint",
  [DuckDBTypeId.FLOAT]: "float",
  [DuckDBTypeId.DOUBLE]: "double",
  [DuckDBTypeId.DATE]: "date",
  [DuckDBTypeId.TIME]: "bigint",
  [DuckDBTypeId.TIMESTAMP]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_NS]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_TZ]: "timestamp",
  [DuckDBTypeId.BLOB]: "binary",
  [DuckDBTypeId.UUID]: "binary",
  [DuckDBTypeId.INTERVAL]: "binary",
};

function hiveType(type: DuckDBType): HiveType {
  if (type instanceof DuckDBDecimalType) return plain(`decimal(${type.width},${type.scale})`);
  if (type instanceof DuckDBListType) return { kind: "array", element: hiveType(type.valueType) };
  if (type instanceof DuckDBMapType)
    return { kind: "map", key: hiveType(type.keyType), value: hiveType(type.valueType) };
  if (type instanceof DuckDBStructType) {
    const fields = type.entryNames.map(
      (name, at) => [name.toLowerCase(), hiveType(type.entryTypes[at] as DuckDBType)] as const,
    );
    return { kind: "struct", fields: new Map(fields) };
  }
  return plain(PLAIN[type.typeId] ?? "string");
}
