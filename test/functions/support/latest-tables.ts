import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type FeedDefinition, storeKeyTypes } from "../../../data/feeds";
import { fromItem } from "../../../functions/store-latest/attributes";
import { candidatesOf } from "../../../functions/store-latest/core";
import { type Sink, store } from "../../../functions/store-latest/store";
import { Table } from "../../../functions/store-latest/table";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { temporaryDirectory } from "../../support/temporary";
import { batch } from "./events";

/** A cloud for the tests of a file, and feeds' tables in it. */
export function latestTables() {
  const dir = temporaryDirectory();
  let cloud: Cloud;
  let client: DynamoDBClient;
  let tables = 0;

  before(async () => {
    cloud = await startCloud({ dir: dir.path });
    client = new DynamoDBClient({
      endpoint: cloud.endpoint,
      region: cloud.region,
      credentials: cloud.credentials,
    });
  });

  afterEach(() => cloud.faults.set([]));

  after(async () => {
    client.destroy();
    await cloud.stop();
    dir.remove();
  });

  return {
    cloud: () => cloud,
    newTable: async (feed: FeedDefinition) => {
      const TableName = `latest-${++tables}`;
      const keys = storeKeyTypes(feed);
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
          KeySchema: keys.map(({ name }, i) => ({
            AttributeName: name,
            KeyType: i === 0 ? "HASH" : "RANGE",
          })),
        }),
      );
      const rows = async () => {
        const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
        return Items.map((item) => fromItem(feed, item));
      };
      return { TableName, table: new Table(client, TableName, feed), rows };
    },
  };
}

export const storeLines = (table: Sink, feed: FeedDefinition, ...data: readonly string[]) =>
  store(feed, table, candidatesOf(feed, batch(...data).Records).candidates, AbortSignal.timeout(10_000));
