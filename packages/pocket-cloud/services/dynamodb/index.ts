import type { ServiceFactory } from "../../service";
import { usingKeys } from "./encryption";
import { Expiry } from "./expiry";
import { loadingFirst } from "./loading";
import { dynamoObservers } from "./observers";
import { batchOperations } from "./operations/batch";
import { itemOperations } from "./operations/items";
import { queryOperations } from "./operations/query";
import { streamOperations } from "./operations/streams";
import { tableSettingOperations } from "./operations/table-settings";
import { tableOperations } from "./operations/tables";
import { transactionOperations } from "./operations/transactions";
import { TableStore } from "./store";

export const dynamodb: ServiceFactory<"dynamodb"> = (cloud) => {
  const store = new TableStore(cloud);
  const expiry = new Expiry(store);
  return {
    name: "dynamodb",
    operations: loadingFirst(store, {
      ...tableOperations(store),
      ...tableSettingOperations(store, expiry),
      ...usingKeys(store, {
        ...itemOperations(store),
        ...batchOperations(store),
        ...queryOperations(store),
        ...transactionOperations(store),
        ...streamOperations(store),
      }),
    }),
    observers: dynamoObservers(store),
    start: async () => expiry.watch(),
    stop: async () => store.close(),
  };
};
