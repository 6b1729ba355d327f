import { fail } from "../../../../../trino-duckdb";
import { parseLocation } from "../../sources/location";
import { Objects } from "../../sources/objects";
import type { RunContext } from "../statement";
import { storages } from "../storage";

/** Where and how a statement writes. */
export interface Output {
  readonly format: string;
  readonly compression: string;
  readonly delimiter: string;
  readonly partitionedBy: readonly string[];
  readonly bucket: string;
  readonly prefix: string;
}

const compressions: Readonly<Record<string, readonly string[]>> = {
  PARQUET: ["GZIP", "SNAPPY", "ZSTD", "NONE"],
  JSON: ["GZIP", "NONE"],
  TEXTFILE: ["GZIP", "NONE"],
};

const supportedProperties = [
  "format",
  "write_compression",
  "parquet_compression",
  "compression",
  "field_delimiter",
  "external_location",
  "partitioned_by",
];

/**
 * Properties that choose between kinds of tables, with the kind that is supported. Source: "CREATE TABLE AS", Athena user
 * guide: table_type is HIVE or ICEBERG, and is_external is true for HIVE. dbt-athena writes both.
 */
const kinds: Readonly<Record<string, string>> = { table_type: "HIVE", is_external: "TRUE" };

export function outputOf(
  properties: ReadonlyMap<string, string | readonly string[]>,
  fallback: string,
  location: (external: string | undefined) => string,
): Output {
  const text = (name: string) => {
    const value = properties.get(name);
    return typeof value === "string" ? value : undefined;
  };
  for (const [name, supported] of Object.entries(kinds)) {
    const value = text(name);
    if (value !== undefined && value.toUpperCase() !== supported)
      fail(
        "NOT_SUPPORTED",
        `the embedded cloud does not support ${name} = ${value}; it supports ${supported}`,
      );
  }
  for (const name of properties.keys())
    if (!supportedProperties.includes(name) && !Object.hasOwn(kinds, name))
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

export function checkEmpty({ store, execution }: RunContext, { bucket, prefix }: Output): void {
  if (new Objects(store.cloud, execution.caller).list(bucket, prefix).length > 0)
    fail("HIVE_PATH_ALREADY_EXISTS", `Target directory for table is not empty: s3://${bucket}/${prefix}`);
}
