import type { SchemaConfiguration } from "@aws-sdk/client-firehose";
import { type Failure, failed, type Item } from "../delivery/item";
import type { DeliveryStream } from "../model";
import type { FirehoseStore } from "../store";
import { toParquet } from "./parquet";
import { type Field, fieldsOf, rowReader } from "./rows";

export interface Converted {
  readonly body?: Buffer;
  readonly rows: number;
  readonly failures: readonly Failure[];
}

/** JSON records as one Parquet file by the Glue table; records that do not fit go to the error prefix one by one. */
export async function convert(
  store: FirehoseStore,
  stream: DeliveryStream,
  items: readonly Item[],
): Promise<Converted> {
  const {
    SchemaConfiguration = {},
    InputFormatConfiguration = {},
    OutputFormatConfiguration,
  } = stream.destination.DataFormatConversionConfiguration ?? {};
  const fields = await schemaOf(store, stream, SchemaConfiguration);
  const read = rowReader(fields, InputFormatConfiguration);
  const rows: Record<string, unknown>[] = [];
  const failures: Failure[] = [];
  for (const item of items) {
    try {
      rows.push(...read(item.data));
    } catch (error) {
      failures.push(unconverted(store, item, error as Error, SchemaConfiguration));
    }
  }
  if (rows.length === 0) return { rows: 0, failures };
  const body = await toParquet(rows, fields, OutputFormatConfiguration?.Serializer?.ParquetSerDe ?? {});
  return { body, rows: rows.length, failures };
}

async function schemaOf(
  store: FirehoseStore,
  stream: DeliveryStream,
  { RoleARN, CatalogId, DatabaseName, TableName }: SchemaConfiguration,
): Promise<Field[]> {
  const role = RoleARN ?? stream.destination.RoleARN ?? "";
  const caller = store.cloud.identities().assume(role, stream.name, "firehose.amazonaws.com", stream.arn);
  const { Table } = await store.cloud.call(
    "glue",
    "GetTable",
    { DatabaseName, Name: TableName, ...(CatalogId && { CatalogId }) },
    caller,
  );
  return fieldsOf(Table?.StorageDescriptor?.Columns ?? []);
}

function unconverted(store: FirehoseStore, item: Item, error: Error, schema: SchemaConfiguration): Failure {
  const { CatalogId, DatabaseName, TableName, Region, VersionId } = schema;
  return failed(
    item,
    "DataFormatConversion.ParseError",
    `Encountered malformed JSON. Cause: ${error.message}`,
    {
      type: "format-conversion-failed",
      more: {
        sequenceNumber: item.arrived.origin?.sequenceNumber ?? null,
        subSequenceNumber: null,
        dataCatalogTable: {
          catalogId: CatalogId ?? store.cloud.accountId,
          databaseName: DatabaseName,
          tableName: TableName,
          region: Region ?? store.cloud.region,
          versionId: VersionId ?? "LATEST",
          catalogArn: null,
        },
      },
    },
  );
}
