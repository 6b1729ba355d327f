import type { StorageDescriptor } from "@aws-sdk/client-glue";
import type { FileSchema } from "./formats/schema";

/** Whether values may be quoted, which only OpenCSVSerde reads. */
export const usesOpenCsv = ({ format }: FileSchema): boolean =>
  format.serde === "OpenCSVSerDe" || (format.serde === undefined && format.quote !== undefined);

const TEXT = {
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};

type Serde = Pick<StorageDescriptor, "InputFormat" | "OutputFormat" | "SerdeInfo">;

export function serdeOf(schema: FileSchema): Serde {
  const { format, columns } = schema;
  if (format.classification === "parquet")
    return {
      InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
      OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
      SerdeInfo: {
        SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        Parameters: { "serialization.format": "1" },
      },
    };
  if (format.classification === "json")
    return {
      ...TEXT,
      SerdeInfo: {
        SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
        Parameters: { paths: columns.map(({ name }) => name).join(",") },
      },
    };
  if (format.classification === "UNKNOWN") return { SerdeInfo: {} };
  return { ...TEXT, SerdeInfo: csvSerde(schema) };
}

function csvSerde(schema: FileSchema): StorageDescriptor["SerdeInfo"] {
  const { delimiter = ",", quote } = schema.format;
  if (usesOpenCsv(schema))
    return {
      SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      Parameters: { separatorChar: delimiter, quoteChar: quote ?? '"', escapeChar: "\\" },
    };
  return {
    SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    Parameters: { "field.delim": delimiter },
  };
}
