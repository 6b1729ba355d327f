import { validationError } from "../../../errors";
import type { Scheduler, SchedulerOperation } from "../operation";
import { conflict, DEFAULT_GROUP, keyOf, newGroup, notFound } from "../store";
import { pageOf } from "./page";

const ofGroup = (scheduler: Scheduler) => (input: { Name?: string | undefined }) => [
  scheduler.store.groupArn(input.Name ?? ""),
];

export const createScheduleGroup = (scheduler: Scheduler): SchedulerOperation<"CreateScheduleGroup"> => ({
  rules: { Name: { length: [1, 64], pattern: /[0-9a-zA-Z-_.]+/ } },
  resources: ofGroup(scheduler),
  run: (input) => {
    const { store, cloud } = scheduler;
    const name = input.Name ?? "";
    if (store.groups.has(name)) throw conflict(`Schedule group ${name} already exists.`);
    const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
    store.groups.set(name, newGroup(name, store.groupArn(name), cloud.clock.now(), tags));
    return { ScheduleGroupArn: store.groupArn(name) };
  },
});

export const getScheduleGroup = (scheduler: Scheduler): SchedulerOperation<"GetScheduleGroup"> => ({
  resources: ofGroup(scheduler),
  run: (input) => scheduler.store.findGroup(input.Name).description,
});

export const deleteScheduleGroup = (scheduler: Scheduler): SchedulerOperation<"DeleteScheduleGroup"> => ({
  resources: ofGroup(scheduler),
  run: (input) => {
    const { store, engine } = scheduler;
    if (input.Name === DEFAULT_GROUP) throw validationError("The default schedule group cannot be deleted.");
    store.findGroup(input.Name);
    for (const { definition } of store.schedules.values()) {
      if (definition.GroupName !== input.Name) continue;
      const key = keyOf(definition.GroupName, definition.Name);
      engine.disarm(key);
      store.schedules.delete(key);
      store.slots.delete(key);
    }
    store.groups.delete(input.Name ?? "");
    return {};
  },
});

export const listScheduleGroups = (scheduler: Scheduler): SchedulerOperation<"ListScheduleGroups"> => ({
  run: (input) => {
    const all = scheduler.store.groups
      .values()
      .map((group) => group.description)
      .filter((group) => !input.NamePrefix || group.Name?.startsWith(input.NamePrefix));
    const { items, NextToken } = pageOf(all, input);
    return { ScheduleGroups: items, ...(NextToken && { NextToken }) };
  },
});

/** Only groups carry tags. */
function groupOf(scheduler: Scheduler, arn: string | undefined) {
  const [, name = ""] = (arn ?? "").split(":schedule-group/");
  const group = scheduler.store.groups.get(name);
  if (!group) throw notFound(`Resource ${arn} does not exist.`);
  return { name, group };
}

const ofResource = (input: { ResourceArn?: string | undefined }) => [input.ResourceArn ?? ""];

export const listTagsForResource = (scheduler: Scheduler): SchedulerOperation<"ListTagsForResource"> => ({
  resources: ofResource,
  run: (input) => ({
    Tags: Object.entries(groupOf(scheduler, input.ResourceArn).group.tags).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  }),
});

export const tagResource = (scheduler: Scheduler): SchedulerOperation<"TagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const { name, group } = groupOf(scheduler, input.ResourceArn);
    for (const tag of input.Tags ?? []) group.tags[tag.Key ?? ""] = tag.Value ?? "";
    scheduler.store.groups.set(name, group);
    return {};
  },
});

export const untagResource = (scheduler: Scheduler): SchedulerOperation<"UntagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const { name, group } = groupOf(scheduler, input.ResourceArn);
    for (const key of input.TagKeys ?? []) delete group.tags[key];
    scheduler.store.groups.set(name, group);
    return {};
  },
});
