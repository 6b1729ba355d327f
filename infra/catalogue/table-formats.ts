import type * as aws from "@pulumi/aws";
import { csvSerde } from "../../data/feeds";
import { type Layer, partitionTemplate } from "./prefixes";

/** A file format as Glue describes it. */
export interface Format {
  readonly classification: string;
  readonly storage: Pick<
    aws.types.input.glue.CatalogTableStorageDescriptor,
    "inputFormat" | "outputFormat" | "serDeInfo"
  >;
}

const TEXT = {
  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};

export const CSV: Format = {
  classification: "csv",
  storage: {
    ...TEXT,
    serDeInfo: {
      serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      parameters: { ...csvSerde },
    },
  },
};

export const JSON_LINES: Format = {
  classification: "json",
  storage: {
    ...TEXT,
    serDeInfo: {
      serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
      // A line that is no JSON becomes a row of nulls. Otherwise one such line makes every query of its hour fail.
      parameters: { "ignore.malformed.json": "true", "case.insensitive": "true" },
    },
  },
};

export const PARQUET: Format = {
  classification: "parquet",
  storage: {
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDeInfo: {
      serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
      parameters: { "serialization.format": "1" },
    },
  },
};

/** Partition projection: Athena computes the partitions of a query. It reads nothing outside the range, without an error. */
export const projection = (since: string, bucket: string, layer: Layer): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.dt.type": "date",
  "projection.dt.format": "yyyy-MM-dd",
  "projection.dt.range": `${since},NOW+1DAYS`,
  "projection.dt.interval": "1",
  "projection.dt.interval.unit": "DAYS",
  ...(layer.byHour && {
    "projection.hour.type": "integer",
    "projection.hour.range": "0,23",
    "projection.hour.digits": "2",
  }),
  ...(layer.byErrorType && {
    "projection.errortype.type": "enum",
    "projection.errortype.values": "processing-failed,format-conversion-failed,activePartitionExceeded",
  }),
  // A query must name the run.
  ...(layer.byRun && { "projection.run.type": "injected" }),
  "storage.location.template": partitionTemplate(bucket, layer),
});
