import { GetTableCommand, paginateGetTables, type Table } from "@aws-sdk/client-glue";
import type { FeedDefinition } from "../../data/feeds";
import { CADENCE_PARAMETER, tablesOf } from "../../data/names";
import { knownFeeds } from "../../sql/library/feeds";
import { closestOrAll } from "../../tools/kit/did-you-mean";
import { Failure } from "../../tools/kit/errors";
import type { Clients } from "../clients";

export async function getTable(clients: Clients, database: string, name: string): Promise<Table> {
  const { Table } = await clients.glue
    .send(new GetTableCommand({ DatabaseName: database, Name: name }), clients.callOptions)
    .catch(ignoreMissing);
  if (Table) return Table;
  const names = (await listTables(clients, database)).map((table) => table.Name ?? "");
  throw new Failure(
    `there is no table ${database}.${name}${closestOrAll(name, names, "tables") || ": deploy the stack first (npm start deploys the local one), or choose another --env"}`,
  );
}

/** A table's columns, those of its partitions included. */
export const columnsOf = ({ StorageDescriptor, PartitionKeys }: Table) => [
  ...(StorageDescriptor?.Columns ?? []),
  ...(PartitionKeys ?? []),
];

export async function locationOf(clients: Clients, database: string, table: string): Promise<string> {
  const location = (await getTable(clients, database, table)).StorageDescriptor?.Location;
  if (!location) throw new Failure(`the table ${database}.${table} has no location in S3`);
  return location;
}

/** Empty if the database does not exist. */
export async function listTables(clients: Clients, database: string): Promise<readonly Table[]> {
  const tables: Table[] = [];
  try {
    const pages = paginateGetTables(
      { client: clients.glue },
      { DatabaseName: database },
      clients.callOptions,
    );
    for await (const page of pages) tables.push(...(page.TableList ?? []));
  } catch (error) {
    ignoreMissing(error);
  }
  return tables;
}

/** The feeds whose views are in the catalogue, with the stack's cadence. An environment may lack some. */
export async function deployedFeeds(clients: Clients, database: string): Promise<readonly FeedDefinition[]> {
  const tables = new Map((await listTables(clients, database)).map((table) => [table.Name ?? "", table]));
  const feeds = knownFeeds()
    .filter((feed) => tables.has(tablesOf(feed).view))
    .map((feed) => cadenceFrom(tables.get(tablesOf(feed).csv), feed));
  if (feeds.length > 0) return feeds;
  throw new Failure(
    `the database ${database} has no feed: deploy the stack first (npm start deploys the local one), or choose another --env`,
  );
}

/** One feed with the stack's cadence. */
export const withCadence = async (clients: Clients, database: string, feed: FeedDefinition) =>
  feed.polled ? cadenceFrom(await getTable(clients, database, tablesOf(feed).csv), feed) : feed;

function cadenceFrom(table: Table | undefined, feed: FeedDefinition): FeedDefinition {
  const cadence = Number(table?.Parameters?.[CADENCE_PARAMETER]);
  return Number.isInteger(cadence) ? { ...feed, cadenceSeconds: cadence } : feed;
}

function ignoreMissing(error: unknown): { Table?: Table } {
  if (error instanceof Error && error.name === "EntityNotFoundException") return {};
  throw error;
}
