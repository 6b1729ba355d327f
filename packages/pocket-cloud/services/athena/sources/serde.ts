import type { StorageDescriptor, Table } from "@aws-sdk/client-glue";

/** How files are read: by which SerDe, with which options. */
export interface Format {
  readonly kind: "opencsv" | "lazy" | "json" | "openx" | "parquet";
  readonly options: Readonly<Record<string, string>>;
  readonly skipLines: number;
}

const libraries: Readonly<Record<string, Format["kind"]>> = {
  "org.apache.hadoop.hive.serde2.opencsvserde": "opencsv",
  "org.apache.hadoop.hive.serde2.lazy.lazysimpleserde": "lazy",
  "org.apache.hive.hcatalog.data.jsonserde": "json",
  "org.apache.hadoop.hive.serde2.jsonserde": "json",
  "org.openx.data.jsonserde.jsonserde": "openx",
  "org.apache.hadoop.hive.ql.io.parquet.serde.parquethiveserde": "parquet",
};

/** Undefined for a SerDe that is not supported. */
export function formatOf(table: Table, storage: StorageDescriptor): Format | undefined {
  const info = storage.SerdeInfo;
  const kind = libraries[(info?.SerializationLibrary ?? "").toLowerCase()];
  const skip =
    table.Parameters?.["skip.header.line.count"] ??
    storage.Parameters?.["skip.header.line.count"] ??
    info?.Parameters?.["skip.header.line.count"];
  return kind && { kind, options: info?.Parameters ?? {}, skipLines: Number(skip ?? 0) };
}
