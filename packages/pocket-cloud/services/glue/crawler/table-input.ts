import { createHash } from "node:crypto";
import type { PartitionInput, StorageDescriptor, TableInput } from "@aws-sdk/client-glue";
import { typeText } from "./formats/hive-type";
import type { FileGroup, InferredPartition, InferredTable } from "./grouping";
import { serdeOf, usesOpenCsv } from "./serde";

/** In lower case, with underscores for all characters but letters, digits and underscores. */
export const tableName = (prefix: string, name: string): string =>
  `${prefix}${name}`
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, "_")
    .slice(0, 255);

/** The name of a table whose plain name belongs to a table at another location. */
export const hashedName = (name: string, location: string): string =>
  `${name}_${createHash("md5").update(location).digest("hex")}`;

export const locationOf = (bucket: string, path: string): string => `s3://${bucket}/${path}`;

const HIVE_FOLDER = /^([^=]+)=(.*)$/s;

/** Folders such as dt=2026-01-02 name their key; keys of other folders are partition_0, partition_1, … */
function partitionKeyNames({ partitions }: InferredTable): string[] {
  const depth = partitions[0]?.folders.length ?? 0;
  return Array.from({ length: depth }, (_, level) => {
    const [name, ...others] = new Set(
      partitions.map(({ folders }) => HIVE_FOLDER.exec(folders[level] ?? "")?.[1]?.toLowerCase()),
    );
    return others.length === 0 && name !== undefined ? name : `partition_${level}`;
  });
}

const partitionValues = ({ folders }: InferredPartition, keys: readonly string[]): string[] =>
  folders.map((folder, level) =>
    keys[level] === `partition_${level}` ? folder : decoded(HIVE_FOLDER.exec(folder)?.[2] ?? folder),
  );

/** Hive percent-encodes special characters in folder names. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

export function tableInput(
  table: InferredTable,
  name: string,
  location: string,
  crawler: string,
): TableInput {
  const keys = partitionKeyNames(table);
  const parameters = parametersOf(table, crawler);
  return {
    Name: name,
    Owner: "owner",
    Retention: 0,
    TableType: "EXTERNAL_TABLE",
    PartitionKeys: keys.map((Name) => ({ Name, Type: "string" })),
    Parameters: parameters,
    StorageDescriptor: descriptor(table, location, parameters, keys),
  };
}

export function partitionInputs(table: InferredTable, bucket: string, crawler: string): PartitionInput[] {
  const keys = partitionKeyNames(table);
  return table.partitions.map((partition) => {
    const parameters = parametersOf(partition, crawler);
    return {
      Values: partitionValues(partition, keys),
      Parameters: parameters,
      StorageDescriptor: descriptor(partition, locationOf(bucket, partition.path), parameters, keys),
    };
  });
}

/** Columns with the name of a partition key are left out: the partition key takes precedence. */
function descriptor(
  { schema }: FileGroup,
  Location: string,
  Parameters: Record<string, string>,
  keys: readonly string[],
): StorageDescriptor {
  const { format, columns } = schema;
  return {
    Columns: columns
      .filter(({ name }) => !keys.includes(name))
      .map(({ name, type }) => ({ Name: name, Type: typeText(type) })),
    Location,
    ...serdeOf(schema),
    Compressed: format.compression !== "none",
    NumberOfBuckets: -1,
    BucketColumns: [],
    SortColumns: [],
    Parameters,
    StoredAsSubDirectories: false,
  };
}

function parametersOf({ schema, objects, size }: FileGroup, crawler: string): Record<string, string> {
  const { format, records, bytes } = schema;
  const average = records === 0 ? 0 : Math.max(1, Math.round(bytes / records));
  // The size of compressed files does not tell how many records they have beyond the sample.
  const extrapolates = average > 0 && format.compression === "none";
  const total = extrapolates ? Math.max(records, Math.round(size / average)) : records;
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
