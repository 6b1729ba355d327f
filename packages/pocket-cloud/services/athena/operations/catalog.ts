import type { Column, TableMetadata } from "@aws-sdk/client-athena";
import type { Column as GlueColumn, Table } from "@aws-sdk/client-glue";
import { AwsError } from "../../../errors";
import type { Call } from "../../../service";
import { invalidRequest, metadataError } from "../errors";
import { type Make, onCatalog } from "../operation";

const CATALOG = "AwsDataCatalog";

function checkCatalog(name: string | undefined): void {
  if ((name ?? "").toLowerCase() !== CATALOG.toLowerCase())
    throw invalidRequest(`DataCatalog ${name} was not found`);
}

/** Metadata is read from the Glue catalogue with the caller's permissions. */
async function fromGlue<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof AwsError && error.code === "EntityNotFoundException")
      throw metadataError(error.message);
    throw error;
  }
}

export const getDataCatalog: Make<"GetDataCatalog"> = (store) => ({
  ...onCatalog(store),
  run: (input) => {
    checkCatalog(input.Name);
    return {
      DataCatalog: { Name: CATALOG, Type: "GLUE", Parameters: { "catalog-id": store.cloud.accountId } },
    };
  },
});

export const listDataCatalogs: Make<"ListDataCatalogs"> = () => ({
  run: () => ({ DataCatalogsSummary: [{ CatalogName: CATALOG, Type: "GLUE" }] }),
});

export const getDatabase: Make<"GetDatabase"> = (store) => ({
  ...onCatalog(store),
  run: async (input, call) => {
    checkCatalog(input.CatalogName);
    const { Database } = await fromGlue(
      store.cloud.call("glue", "GetDatabase", { Name: input.DatabaseName }, call.caller),
    );
    return {
      Database: {
        Name: Database?.Name ?? "",
        Description: Database?.Description,
        Parameters: Database?.Parameters,
      },
    };
  },
});

export const listDatabases: Make<"ListDatabases"> = (store) => ({
  ...onCatalog(store),
  run: async (input, call) => {
    checkCatalog(input.CatalogName);
    const request = { NextToken: input.NextToken, MaxResults: input.MaxResults };
    const { DatabaseList, NextToken } = await fromGlue(
      store.cloud.call("glue", "GetDatabases", request, call.caller),
    );
    return {
      DatabaseList: (DatabaseList ?? []).map(({ Name, Description, Parameters }) => ({
        Name,
        Description,
        Parameters,
      })),
      ...(NextToken && { NextToken }),
    };
  },
});

const column = ({ Name, Type, Comment }: GlueColumn): Column => ({
  Name,
  Type,
  ...(Comment !== undefined && { Comment }),
});

const metadata = (table: Table): TableMetadata => ({
  Name: table.Name,
  CreateTime: table.CreateTime,
  LastAccessTime: table.LastAccessTime,
  TableType: table.TableType,
  Columns: (table.StorageDescriptor?.Columns ?? []).map(column),
  PartitionKeys: (table.PartitionKeys ?? []).map(column),
  Parameters: {
    ...table.Parameters,
    ...(table.StorageDescriptor?.Location !== undefined && { location: table.StorageDescriptor.Location }),
    ...(table.StorageDescriptor?.InputFormat !== undefined && {
      inputformat: table.StorageDescriptor.InputFormat,
    }),
    ...(table.StorageDescriptor?.OutputFormat !== undefined && {
      outputformat: table.StorageDescriptor.OutputFormat,
    }),
    ...(table.StorageDescriptor?.SerdeInfo?.SerializationLibrary !== undefined && {
      "serde.serialization.lib": table.StorageDescriptor.SerdeInfo.SerializationLibrary,
    }),
  },
});

export const getTableMetadata: Make<"GetTableMetadata"> = (store) => ({
  ...onCatalog(store),
  run: async (input, call: Call) => {
    checkCatalog(input.CatalogName);
    const request = { DatabaseName: input.DatabaseName, Name: input.TableName };
    const { Table: table } = await fromGlue(store.cloud.call("glue", "GetTable", request, call.caller));
    return { TableMetadata: table && metadata(table) };
  },
});

export const listTableMetadata: Make<"ListTableMetadata"> = (store) => ({
  ...onCatalog(store),
  run: async (input, call) => {
    checkCatalog(input.CatalogName);
    const request = {
      DatabaseName: input.DatabaseName,
      Expression: input.Expression,
      NextToken: input.NextToken,
      MaxResults: input.MaxResults,
    };
    const { TableList, NextToken } = await fromGlue(
      store.cloud.call("glue", "GetTables", request, call.caller),
    );
    return { TableMetadataList: (TableList ?? []).map(metadata), ...(NextToken && { NextToken }) };
  },
});
