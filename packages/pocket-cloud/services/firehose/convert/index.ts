import type { SchemaConfiguration } from "@aws-sdk/client-firehose";
import { bytesOf } from "../metrics";
import type { DeliveryStream } from "../model";
import { type Failure, failed, type Item } from "../records";
import type { FirehoseStore } from "../store";
import { toParquet } from "./parquet";
import { type Field, fieldsOf, rowReader } from "./rows";

interface Converted {
  readonly body?: Buffer;
  readonly rows: number;
  readonly failures: readonly Failure[];
}

/** Converts JSON records to one Parquet file with the columns of a Glue table. Records that do not fit fail singly. */
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
      failures.push(conversionFailure(store, item, error as Error, SchemaConfiguration));
    }
  }
  const failedBytes = bytesOf(failures.map(({ data }) => data));
  store.report(stream.name, {
    "SucceedConversion.Records": items.length - failures.length,
    "SucceedConversion.Bytes": bytesOf(items.map(({ data }) => data)) - failedBytes,
    "FailedConversion.Records": failures.length,
    "FailedConversion.Bytes": failedBytes,
  });
  if (rows.length === 0) return { rows: 0, failures };
  const body = await toParquet(rows, fields, OutputFormatConfiguration?.Serializer?.ParquetSerDe ?? {});
  return { body, rows: rows.length, failures };
}

async function schemaOf(
  store: FirehoseStore,
  stream: DeliveryStream,
  { RoleARN, CatalogId, DatabaseName, TableName }: SchemaConfiguration,
): Promise<Field[]> {
  const caller = store.caller(stream, RoleARN ?? stream.destination.RoleARN);
  const { Table } = await store.cloud.call(
    "glue",
    "GetTable",
    { DatabaseName, Name: TableName, ...(CatalogId && { CatalogId }) },
    caller,
  );
  return fieldsOf(Table?.StorageDescriptor?.Columns ?? []);
}

function conversionFailure(
  store: FirehoseStore,
  item: Item,
  error: Error,
  schema: SchemaConfiguration,
): Failure {
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
