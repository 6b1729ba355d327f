import type { ServiceFactory } from "../../service";
import { Engine } from "./engine";
import { groupOperations } from "./operations/groups";
import { scheduleOperations } from "./operations/schedules";
import { SchedulerStore } from "./store";

export const scheduler: ServiceFactory<"scheduler"> = (cloud) => {
  const store = new SchedulerStore(cloud);
  const engine = new Engine(store);
  return {
    name: "scheduler",
    operations: { ...scheduleOperations(engine), ...groupOperations(engine) },
    start: async () => engine.start(),
    stop: async () => store.slots.close(),
  };
};
