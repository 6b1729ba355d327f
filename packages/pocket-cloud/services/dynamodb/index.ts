import type { ServiceFactory } from "../../service";
import { Expiry } from "./expiry";
import type { DynamoDb } from "./operation";
import * as batch from "./operations/batch";
import * as items from "./operations/items";
import * as readMany from "./operations/read-many";
import * as settings from "./operations/table-settings";
import * as tables from "./operations/tables";
import * as transactions from "./operations/transactions";
import { TableStore } from "./store";

export const dynamodb: ServiceFactory<"dynamodb"> = (cloud) => {
  const store = new TableStore(cloud);
  const expiry = new Expiry(cloud, store);
  const room: DynamoDb = { cloud, store, watchExpiry: () => expiry.watch() };
  return {
    name: "dynamodb",
    operations: {
      BatchGetItem: batch.batchGetItem(room),
      BatchWriteItem: batch.batchWriteItem(room),
      CreateTable: tables.createTable(room),
      DeleteItem: items.deleteItem(room),
      DeleteTable: tables.deleteTable(room),
      DescribeContinuousBackups: settings.describeContinuousBackups(room),
      DescribeContributorInsights: settings.describeContributorInsights(room),
      DescribeKinesisStreamingDestination: settings.describeKinesisStreamingDestination(room),
      DescribeLimits: settings.describeLimits(),
      DescribeTable: tables.describeTable(room),
      DescribeTimeToLive: settings.describeTimeToLive(room),
      GetItem: items.getItem(room),
      GetResourcePolicy: settings.getResourcePolicy(room),
      ListTables: tables.listTables(room),
      ListTagsOfResource: settings.listTagsOfResource(room),
      PutItem: items.putItem(room),
      Query: readMany.query(room),
      Scan: readMany.scan(room),
      TagResource: settings.tagResource(room),
      TransactGetItems: transactions.transactGetItems(room),
      TransactWriteItems: transactions.transactWriteItems(room),
      UntagResource: settings.untagResource(room),
      UpdateContinuousBackups: settings.updateContinuousBackups(room),
      UpdateItem: items.updateItem(room),
      UpdateTable: tables.updateTable(room),
      UpdateTimeToLive: settings.updateTimeToLive(room),
    },
    start: async () => expiry.watch(),
    stop: async () => store.close(),
  };
};
