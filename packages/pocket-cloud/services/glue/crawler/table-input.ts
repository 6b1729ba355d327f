import { createHash } from "node:crypto";
import type { PartitionInput, StorageDescriptor, TableInput } from "@aws-sdk/client-glue";
import type { Draft, DraftPartition } from "./grouping";
import type { FileSchema } from "./schema";
import { show } from "./types";

/** Lower case, everything else than letters, digits and underscores replaced. */
export const tableName = (prefix: string, name: string): string =>
  `${prefix}${name}`
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, "_")
    .slice(0, 255);

/** Where a name is taken by a table elsewhere, the location's hash tells them apart. */
export const otherName = (name: string, location: string): string =>
  `${name}_${createHash("md5").update(location).digest("hex")}`;

export const locationOf = (bucket: string, path: string): string => `s3://${bucket}/${path}`;

const HIVE = /^([^=]+)=(.*)$/s;

/** dt=… folders name their key; others are partition_0, partition_1, …. */
export function partitionKeyNames(draft: Draft): string[] {
  const depth = draft.partitions[0]?.folders.length ?? 0;
  return Array.from({ length: depth }, (_, level) => {
    const names = new Set(
      draft.partitions.map(({ folders }) => HIVE.exec(folders[level] ?? "")?.[1]?.toLowerCase()),
    );
    const [name] = names;
    return names.size === 1 && name !== undefined ? name : `partition_${level}`;
  });
}

export const partitionValues = (draft: Draft, partition: DraftPartition): string[] => {
  const names = partitionKeyNames(draft);
  return partition.folders.map((folder, level) =>
    names[level] === `partition_${level}` ? folder : decoded(HIVE.exec(folder)?.[2] ?? folder),
  );
};

/** Hive percent-encodes what does not fit in a folder's name. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

interface Counted {
  readonly schema: FileSchema;
  readonly objects: number;
  readonly size: number;
}

export function tableInput(draft: Draft, name: string, location: string, crawler: string): TableInput {
  const parameters = parametersOf(draft, crawler);
  return {
    Name: name,
    Owner: "owner",
    Retention: 0,
    TableType: "EXTERNAL_TABLE",
    PartitionKeys: partitionKeyNames(draft).map((Name) => ({ Name, Type: "string" })),
    Parameters: parameters,
    StorageDescriptor: descriptor(draft, location, parameters, partitionKeyNames(draft)),
  };
}

export function partitionInput(
  draft: Draft,
  partition: DraftPartition,
  location: string,
  crawler: string,
): PartitionInput {
  const parameters = parametersOf(partition, crawler);
  return {
    Values: partitionValues(draft, partition),
    Parameters: parameters,
    StorageDescriptor: descriptor(partition, location, parameters, partitionKeyNames(draft)),
  };
}

/** A folder name that is also a column of the data stays a partition key only. */
function descriptor(
  of: Counted,
  Location: string,
  Parameters: Record<string, string>,
  keys: readonly string[],
): StorageDescriptor {
  const { format, columns } = of.schema;
  return {
    Columns: columns
      .filter(({ name }) => !keys.includes(name))
      .map(({ name, type }) => ({ Name: name, Type: show(type) })),
    Location,
    ...serdeOf(of.schema),
    Compressed: format.compression !== "none",
    NumberOfBuckets: -1,
    BucketColumns: [],
    SortColumns: [],
    Parameters,
    StoredAsSubDirectories: false,
  };
}

function parametersOf({ schema, objects, size }: Counted, crawler: string): Record<string, string> {
  const { format, records, bytes } = schema;
  const average = records === 0 ? 0 : Math.max(1, Math.round(bytes / records));
  // Compressed bytes say nothing of the records beyond the sample.
  const total =
    average === 0
      ? 0
      : format.compression === "none"
        ? Math.max(records, Math.round(size / average))
        : records;
  return {
    CrawlerSchemaDeserializerVersion: "1.0",
    CrawlerSchemaSerializerVersion: "1.0",
    UPDATED_BY_CRAWLER: crawler,
    averageRecordSize: String(average),
    classification: format.classification,
    compressionType: format.compression,
    objectCount: String(objects),
    recordCount: String(total),
    sizeKey: String(size),
    typeOfData: "file",
    ...(format.classification === "csv" && {
      areColumnsQuoted: String(usesOpenCsv(schema)),
      columnsOrdered: "true",
      delimiter: format.delimiter ?? ",",
      ...(format.header && { "skip.header.line.count": "1" }),
    }),
    ...(format.jsonPath !== undefined && { jsonPath: format.jsonPath }),
  };
}

const usesOpenCsv = ({ format }: FileSchema): boolean =>
  format.serde === "OpenCSVSerDe" || (format.serde === undefined && format.quote !== undefined);

const TEXT = {
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};

type Serde = Pick<StorageDescriptor, "InputFormat" | "OutputFormat" | "SerdeInfo">;

function serdeOf(schema: FileSchema): Serde {
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
