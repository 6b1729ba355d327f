import { duckType, quoteName, quoteText, type Scan } from "../../../../trino-duckdb";
import type { Partition } from "./location";

/** A value per row: a constant, or looked up by a number that begins at 0. */
export const valueAt = (values: readonly string[], index: string): string =>
  new Set(values).size === 1
    ? (values[0] ?? "NULL")
    : `list_extract([${values.join(", ")}], CAST(${index} AS BIGINT) + 1)`;

/** The partition keys of each row, whose partition has the row's index. */
export function partitionValues(
  scan: Scan,
  partitions: readonly (Partition | undefined)[],
  index: string,
): string[] {
  return scan.table.partitionKeys.map((key, i) => {
    const texts = partitions.map((partition) => {
      const value = partition?.values[i] ?? null;
      return value === null ? "NULL" : quoteText(value);
    });
    return `CAST(${valueAt(texts, index)} AS ${duckType(key.type)}) AS ${quoteName(key.name)}`;
  });
}
