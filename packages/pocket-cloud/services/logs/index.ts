import type { Cancel } from "../../clock";
import type { ServiceFactory } from "../../service";
import { DAY_MS } from "./events";
import { filterOperations } from "./operations/filters";
import { groupOperations } from "./operations/groups";
import { readOperations } from "./operations/read-events";
import { streamOperations } from "./operations/streams";
import { groupTagOperations } from "./operations/tags";
import { LogStore } from "./store";

export const logs: ServiceFactory<"logs"> = (cloud) => {
  const store = new LogStore(cloud);
  let cancel: Cancel = () => {};
  const deleteExpired = () => {
    store.deleteExpired();
    cancel = cloud.clock.schedule(cloud.clock.now() + DAY_MS, deleteExpired, "logs retention");
  };
  return {
    name: "logs",
    operations: {
      ...groupOperations(store),
      ...groupTagOperations(store),
      ...streamOperations(store),
      ...readOperations(store),
      ...filterOperations(store),
    },
    start: async () => {
      deleteExpired();
      cloud.bus.on("logs:events", (stored) => store.filters.apply(stored));
    },
    flush: async () => {
      await store.filters.flush();
    },
    stop: async () => {
      cancel();
      await store.filters.flush();
    },
  };
};
