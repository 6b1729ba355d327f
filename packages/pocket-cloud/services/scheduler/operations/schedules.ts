import type { CreateScheduleInput, Target, UpdateScheduleInput } from "@aws-sdk/client-scheduler";
import { validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import type { Engine } from "../engine";
import { parseExpression } from "../expression";
import { conflict, DEFAULT_GROUP, keyOf, type ScheduleRecord, type SchedulerStore } from "../store";
import { checkTarget } from "../target";

export function scheduleOperations(engine: Engine) {
  const { store, cloud } = engine;
  const { schedules } = store;
  const resources = (input: { Name?: string | undefined; GroupName?: string | undefined }) => [
    store.scheduleArn(input),
  ];
  // EventBridge Scheduler user guide, "Using identity-based policies": the caller passes the execution role.
  const writes = {
    resources,
    passes: ({ Target }: { readonly Target?: Target | undefined }) => [Target?.RoleArn],
  };
  return {
    CreateSchedule: {
      ...writes,
      run: (input) => {
        const key = keyOf(input);
        if (schedules.has(key)) throw conflict(`Schedule ${input.Name} already exists.`);
        store.findGroup(input.GroupName ?? DEFAULT_GROUP);
        const record = schedules.set(key, recordOf(store, input, new Date(cloud.clock.now())));
        engine.arm(record);
        return { ScheduleArn: record.definition.Arn };
      },
    },
    UpdateSchedule: {
      ...writes,
      run: (input) => {
        const key = keyOf(input);
        const { definition: before, lastSlot } = store.find(input);
        const changed = recordOf(store, input, before.CreationDate ?? new Date(cloud.clock.now()));
        const sameTimes = changed.definition.ScheduleExpression === before.ScheduleExpression;
        if (sameTimes && lastSlot !== undefined) changed.lastSlot = lastSlot;
        else store.slots.delete(key);
        schedules.set(key, changed);
        engine.arm(changed);
        return { ScheduleArn: changed.definition.Arn };
      },
    },
    GetSchedule: {
      resources,
      run: (input) => store.find(input).definition,
    },
    DeleteSchedule: {
      resources,
      run: (input) => {
        store.find(input);
        engine.disarm(keyOf(input));
        store.deleteSchedule(keyOf(input));
        return {};
      },
    },
    ListSchedules: {
      resources: ({ GroupName = "*" }) => [store.scheduleArn({ GroupName, Name: "*" })],
      run: ({ GroupName, NamePrefix = "", State, NextToken, MaxResults = 100 }) => {
        const found = schedules
          .values()
          .map(({ definition }) => definition)
          .filter((schedule) => !GroupName || schedule.GroupName === GroupName)
          .filter((schedule) => schedule.Name?.startsWith(NamePrefix))
          .filter((schedule) => !State || schedule.State === State);
        const { items, next } = pageOf(found, NextToken, MaxResults);
        return {
          Schedules: items.map(({ Target, ...schedule }) => ({
            Arn: schedule.Arn,
            Name: schedule.Name,
            GroupName: schedule.GroupName,
            State: schedule.State,
            CreationDate: schedule.CreationDate,
            LastModificationDate: schedule.LastModificationDate,
            Target: { Arn: Target?.Arn },
          })),
          ...next,
        };
      },
    },
  } satisfies Operations<"scheduler">;
}

/** Validates an input and completes it with AWS's defaults. */
function recordOf(
  store: SchedulerStore,
  input: CreateScheduleInput | UpdateScheduleInput,
  created: Date,
): ScheduleRecord {
  const { ClientToken: _token, ScheduleExpressionTimezone: zone = "UTC", ...definition } = input;
  parseExpression(input.ScheduleExpression ?? "", zone);
  if (!input.Target || !input.FlexibleTimeWindow)
    throw validationError("Target and FlexibleTimeWindow are required.");
  const { Mode, MaximumWindowInMinutes } = input.FlexibleTimeWindow;
  if (Mode === "FLEXIBLE" && MaximumWindowInMinutes === undefined)
    throw validationError("A FlexibleTimeWindow with Mode FLEXIBLE must specify MaximumWindowInMinutes.");
  const { GroupName = DEFAULT_GROUP, Target } = input;
  checkTarget(Target);
  checkRole(store, Target.RoleArn ?? "", GroupName);
  return {
    definition: {
      ...definition,
      GroupName,
      Arn: store.scheduleArn(input),
      ScheduleExpressionTimezone: zone,
      State: input.State ?? "ENABLED",
      ActionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
      Target: {
        ...Target,
        RetryPolicy: {
          MaximumEventAgeInSeconds: Target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
          MaximumRetryAttempts: Target.RetryPolicy?.MaximumRetryAttempts ?? 185,
        },
      },
      CreationDate: created,
      LastModificationDate: new Date(store.cloud.clock.now()),
    },
  };
}

function checkRole(store: SchedulerStore, role: string, group: string): void {
  try {
    store.cloud.identities().assume(role, "scheduler", "scheduler.amazonaws.com", store.groupArn(group));
  } catch {
    throw validationError(
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    );
  }
}
