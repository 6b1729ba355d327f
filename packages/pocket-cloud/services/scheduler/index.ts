import type { ServiceFactory } from "../../service";
import { Engine } from "./engine";
import * as groups from "./operations/groups";
import * as schedules from "./operations/schedules";
import { openStore } from "./store";

export const scheduler: ServiceFactory<"scheduler"> = (cloud) => {
  const store = openStore(cloud);
  const engine = new Engine(cloud, store);
  const room = { cloud, store, engine };
  return {
    name: "scheduler",
    operations: {
      CreateSchedule: schedules.createSchedule(room),
      CreateScheduleGroup: groups.createScheduleGroup(room),
      DeleteSchedule: schedules.deleteSchedule(room),
      DeleteScheduleGroup: groups.deleteScheduleGroup(room),
      GetSchedule: schedules.getSchedule(room),
      GetScheduleGroup: groups.getScheduleGroup(room),
      ListScheduleGroups: groups.listScheduleGroups(room),
      ListSchedules: schedules.listSchedules(room),
      ListTagsForResource: groups.listTagsForResource(room),
      TagResource: groups.tagResource(room),
      UntagResource: groups.untagResource(room),
      UpdateSchedule: schedules.updateSchedule(room),
    },
    start: async () => engine.start(),
    stop: async () => store.slots.close(),
  };
};
