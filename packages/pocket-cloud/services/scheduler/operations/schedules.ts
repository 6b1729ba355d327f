import type { CreateScheduleInput, UpdateScheduleInput } from "@aws-sdk/client-scheduler";
import { validationError } from "../../../errors";
import type { Rules } from "../../../rules";
import { parseExpression } from "../expression";
import type { Scheduler, SchedulerOperation } from "../operation";
import { conflict, DEFAULT_GROUP, keyOf, type ScheduleRecord } from "../store";
import { checkTarget } from "../target";
import { pageOf } from "./page";

const rules: Rules = {
  Name: { length: [1, 64], pattern: /[0-9a-zA-Z-_.]+/ },
  GroupName: { length: [1, 64], pattern: /[0-9a-zA-Z-_.]+/ },
  ScheduleExpression: { length: [1, 256] },
  Description: { length: [0, 512] },
  State: { oneOf: ["ENABLED", "DISABLED"] },
  FlexibleTimeWindow: {
    each: { Mode: { oneOf: ["OFF", "FLEXIBLE"] }, MaximumWindowInMinutes: { range: [1, 1440] } },
  },
};

interface Named {
  readonly Name?: string | undefined;
  readonly GroupName?: string | undefined;
}

const ofSchedule = (scheduler: Scheduler) => (input: Named) => [
  scheduler.store.scheduleArn(input.GroupName ?? DEFAULT_GROUP, input.Name ?? ""),
];

function define(
  scheduler: Scheduler,
  input: CreateScheduleInput | UpdateScheduleInput,
  created: Date,
): ScheduleRecord {
  const { cloud, store } = scheduler;
  const zone = input.ScheduleExpressionTimezone ?? "UTC";
  parseExpression(input.ScheduleExpression ?? "", zone);
  if (!input.Target || !input.FlexibleTimeWindow)
    throw validationError("Target and FlexibleTimeWindow are required.");
  const { Mode, MaximumWindowInMinutes } = input.FlexibleTimeWindow;
  if (Mode === "FLEXIBLE" && MaximumWindowInMinutes === undefined)
    throw validationError("A FlexibleTimeWindow with Mode FLEXIBLE must specify MaximumWindowInMinutes.");
  checkTarget(input.Target);
  checkRole(scheduler, input.Target.RoleArn ?? "", input.GroupName ?? DEFAULT_GROUP);
  const { RetryPolicy } = input.Target;
  const group = input.GroupName ?? DEFAULT_GROUP;
  const { ClientToken: _token, ...given } = input;
  return {
    definition: {
      ...given,
      GroupName: group,
      Arn: store.scheduleArn(group, input.Name ?? ""),
      ScheduleExpressionTimezone: zone,
      State: input.State ?? "ENABLED",
      ActionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
      Target: {
        ...input.Target,
        RetryPolicy: {
          MaximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
          MaximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts ?? 185,
        },
      },
      CreationDate: created,
      LastModificationDate: new Date(cloud.clock.now()),
    },
  };
}

function checkRole(scheduler: Scheduler, role: string, group: string): void {
  try {
    scheduler.cloud
      .identities()
      .assume(role, "scheduler", "scheduler.amazonaws.com", scheduler.store.groupArn(group));
  } catch {
    throw validationError(
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    );
  }
}

export const createSchedule = (scheduler: Scheduler): SchedulerOperation<"CreateSchedule"> => ({
  rules,
  resources: ofSchedule(scheduler),
  run: (input) => {
    const { store, engine, cloud } = scheduler;
    const key = keyOf(input.GroupName, input.Name);
    if (store.schedules.has(key)) throw conflict(`Schedule ${input.Name} already exists.`);
    store.findGroup(input.GroupName ?? DEFAULT_GROUP);
    const now = cloud.clock.now();
    const record = store.schedules.set(key, define(scheduler, input, new Date(now)));
    engine.arm(record, now - 1);
    return { ScheduleArn: record.definition.Arn };
  },
});

export const updateSchedule = (scheduler: Scheduler): SchedulerOperation<"UpdateSchedule"> => ({
  rules,
  resources: ofSchedule(scheduler),
  run: (input) => {
    const { store, engine, cloud } = scheduler;
    const before = store.find(input.Name, input.GroupName);
    const changed = define(scheduler, input, before.definition.CreationDate ?? new Date(cloud.clock.now()));
    const same = changed.definition.ScheduleExpression === before.definition.ScheduleExpression;
    const key = keyOf(input.GroupName, input.Name);
    if (same && before.lastSlot !== undefined) changed.lastSlot = before.lastSlot;
    else store.slots.delete(key);
    const record = store.schedules.set(key, changed);
    engine.arm(record, cloud.clock.now() - 1);
    return { ScheduleArn: record.definition.Arn };
  },
});

export const getSchedule = (scheduler: Scheduler): SchedulerOperation<"GetSchedule"> => ({
  resources: ofSchedule(scheduler),
  run: (input) => scheduler.store.find(input.Name, input.GroupName).definition,
});

export const deleteSchedule = (scheduler: Scheduler): SchedulerOperation<"DeleteSchedule"> => ({
  resources: ofSchedule(scheduler),
  run: (input) => {
    const { store, engine } = scheduler;
    store.find(input.Name, input.GroupName);
    const key = keyOf(input.GroupName, input.Name);
    engine.disarm(key);
    store.schedules.delete(key);
    store.slots.delete(key);
    return {};
  },
});

export const listSchedules = (scheduler: Scheduler): SchedulerOperation<"ListSchedules"> => ({
  resources: (input) => [scheduler.store.scheduleArn(input.GroupName ?? "*", "*")],
  run: (input) => {
    const all = scheduler.store.schedules
      .values()
      .map((record) => record.definition)
      .filter((schedule) => !input.GroupName || schedule.GroupName === input.GroupName)
      .filter((schedule) => !input.NamePrefix || schedule.Name?.startsWith(input.NamePrefix))
      .filter((schedule) => !input.State || schedule.State === input.State)
      .map(({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }) => ({
        Arn,
        Name,
        GroupName,
        State,
        CreationDate,
        LastModificationDate,
        Target: { Arn: Target?.Arn },
      }));
    const { items, NextToken } = pageOf(all, input);
    return { Schedules: items, ...(NextToken && { NextToken }) };
  },
});
