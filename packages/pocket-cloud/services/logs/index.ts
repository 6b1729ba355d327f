import type { Cancel } from "../../clock";
import type { ServiceFactory } from "../../service";
import { groupOperations } from "./operations/groups";
import { putLogEvents } from "./operations/put-log-events";
import { readOperations } from "./operations/read-events";
import { streamOperations } from "./operations/streams";
import { DAY_MS, LogStore } from "./store";

/** CloudWatch Logs: groups, streams and events on disk, kept as long as the groups' retention says. */
export const logs: ServiceFactory<"logs"> = (cloud) => {
  const store = new LogStore(cloud);
  let cancel: Cancel = () => {};
  const sweep = () => {
    store.sweep();
    cancel = cloud.clock.schedule(cloud.clock.now() + DAY_MS, sweep, "logs retention");
  };
  return {
    name: "logs",
    operations: {
      ...groupOperations(store),
      ...streamOperations(store),
      ...readOperations(store),
      PutLogEvents: putLogEvents(store),
    },
    start: async () => sweep(),
    stop: async () => cancel(),
  };
};
