import { AthenaClient, GetTableMetadataCommand, MetadataException } from "@aws-sdk/client-athena";
import type { FeedDefinition } from "../../data/feeds";
import { names, tablesOf } from "../../data/names";
import type { Connection } from "./connect";
import { messageOf } from "./errors";
import { environmentOfStream } from "./feeds";
import { problemOf } from "./problems";

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

/** The same for the feed of a stream. A producer or consumer may have rights to the stream only. */
export async function firstDayIfReadable(
  connection: Connection,
  stream: string,
  feed: FeedDefinition,
  log: (what: string) => void,
): Promise<string | undefined> {
  const env = environmentOfStream(stream);
  if (env === undefined) return undefined;
  const athena = new AthenaClient(connection);
  try {
    return await firstDay(athena, names(env).database, tablesOf(feed).csv);
  } catch (error) {
    log(`rows from before the lake's first day are not recognised: ${problemOf(error) ?? messageOf(error)}`);
    return undefined;
  } finally {
    athena.destroy();
  }
}
