import type { StorageDescriptor } from "@aws-sdk/client-glue";

const TEXT = {
  input: "org.apache.hadoop.mapred.TextInputFormat",
  output: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};
const LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";

/** The storage descriptors for the formats of STORED AS and CREATE TABLE AS. */
export const storages: Readonly<Record<string, { input: string; output: string; serde: string }>> = {
  TEXTFILE: { ...TEXT, serde: LAZY },
  JSON: { ...TEXT, serde: "org.openx.data.jsonserde.JsonSerDe" },
  PARQUET: {
    input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serde: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
  },
};

export const describeStorage = (
  format: string,
  location: string,
  columns: StorageDescriptor["Columns"],
  parameters: Record<string, string>,
  serde?: string,
): StorageDescriptor => ({
  Columns: columns,
  Location: location,
  InputFormat: storages[format]?.input,
  OutputFormat: storages[format]?.output,
  Compressed: false,
  NumberOfBuckets: -1,
  StoredAsSubDirectories: false,
  SerdeInfo: { SerializationLibrary: serde ?? storages[format]?.serde, Parameters: parameters },
});
