import type { Table } from "@aws-sdk/client-glue";
import type { FeedDefinition } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import { knownFeeds } from "../../sql/library/feeds";
import { Failure } from "../../tools/kit/errors";
import type { Clients } from "../athena/connection";

export async function tableNamed(clients: Clients, database: string, table: string): Promise<Table> {
  const glue = await clients.glue();
  const { GetTableCommand } = await import("../aws/glue");
  try {
    const { Table } = await glue.send(
      new GetTableCommand({ DatabaseName: database, Name: table }),
      clients.sending,
    );
    if (Table) return Table;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "EntityNotFoundException") throw error;
  }
  throw new Failure(
    `there is no table ${database}.${table}: deploy the stack first, or choose another --env`,
  );
}

export async function locationOf(clients: Clients, database: string, table: string): Promise<string> {
  const location = (await tableNamed(clients, database, table)).StorageDescriptor?.Location;
  if (!location) throw new Failure(`the table ${database}.${table} has no location in S3`);
  return location;
}

/** The feeds whose views are in the catalogue: an environment need not have all of them. */
export async function deployedFeeds(clients: Clients, database: string): Promise<readonly FeedDefinition[]> {
  const glue = await clients.glue();
  const { paginateGetTables } = await import("../aws/glue");
  const present = new Set<string>();
  try {
    for await (const page of paginateGetTables({ client: glue }, { DatabaseName: database }, clients.sending))
      for (const { Name } of page.TableList ?? []) if (Name) present.add(Name);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "EntityNotFoundException") throw error;
  }
  const found = knownFeeds().filter((feed) => present.has(tablesOf(feed).view));
  if (found.length === 0)
    throw new Failure(
      `the database ${database} has no feed: deploy the stack first, or choose another --env`,
    );
  return found;
}
