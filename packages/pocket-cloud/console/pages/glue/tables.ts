import type { Table } from "@aws-sdk/client-glue";
import { call, type Json } from "../kit/api";
import { allPages } from "../kit/live";

export type GlueTable = Json<Table>;

export const readDatabases = (signal?: AbortSignal) =>
  allPages(
    (NextToken) => call("glue", "GetDatabases", { NextToken }, signal),
    ({ DatabaseList }) => DatabaseList,
    ({ NextToken }) => NextToken,
  );

export const readTables = (DatabaseName: string, signal?: AbortSignal): Promise<GlueTable[]> =>
  allPages(
    (NextToken) => call("glue", "GetTables", { DatabaseName, NextToken }, signal),
    ({ TableList }) => TableList,
    ({ NextToken }) => NextToken,
  );

const withSlash = (location: string): string => (location.endsWith("/") ? location : `${location}/`);

/** The columns of the table over the place of an object; undefined when there is none. */
export async function columnsOver(uri: string): Promise<string[] | undefined> {
  const databases = await readDatabases();
  const tables = (await Promise.all(databases.map(({ Name = "" }) => readTables(Name)))).flat();
  const [nearest] = tables
    .filter(({ StorageDescriptor }) => {
      const location = StorageDescriptor?.Location;
      return location !== undefined && location !== "" && uri.startsWith(withSlash(location));
    })
    .sort(
      (a, b) => (b.StorageDescriptor?.Location?.length ?? 0) - (a.StorageDescriptor?.Location?.length ?? 0),
    );
  return nearest?.StorageDescriptor?.Columns?.map(({ Name = "" }) => Name);
}
