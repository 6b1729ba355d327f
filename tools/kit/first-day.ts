import { type AthenaClient, GetTableMetadataCommand, MetadataException } from "@aws-sdk/client-athena";

/** The first day that the feed's tables show, from their partition projection. */
export async function firstDay(
  athena: AthenaClient,
  DatabaseName: string,
  TableName: string,
): Promise<string | undefined> {
  const command = new GetTableMetadataCommand({ CatalogName: "AwsDataCatalog", DatabaseName, TableName });
  const { TableMetadata } = await athena.send(command).catch((error: unknown) => {
    // The query on the view reports a missing table.
    if (error instanceof MetadataException) return { TableMetadata: undefined };
    throw error;
  });
  return /^\d{4}-\d\d-\d\d/.exec(TableMetadata?.Parameters?.["projection.dt.range"] ?? "")?.[0];
}
