import { join } from "node:path";
import type { GetScheduleGroupOutput, GetScheduleOutput } from "@aws-sdk/client-scheduler";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { Ledger } from "../../storage/ledger";

export interface ScheduleRecord {
  definition: GetScheduleOutput;
  /** The last slot it fired for; the ledger of slots keeps it. */
  lastSlot?: number;
}

export interface GroupRecord {
  description: GetScheduleGroupOutput;
  tags: Record<string, string>;
}

export interface SchedulerStore {
  readonly schedules: Collection<ScheduleRecord>;
  readonly groups: Collection<GroupRecord>;
  /** The last slot each schedule fired for, by its key. */
  readonly slots: Ledger<{ readonly last: number }>;
  readonly deliveries: Collection<Delivery>;
  scheduleArn(group: string, name: string): string;
  groupArn(group: string): string;
  find(name: string | undefined, group: string | undefined): ScheduleRecord;
  findGroup(name: string | undefined): GroupRecord;
}

/** A firing whose target has not accepted it yet. */
export interface Delivery {
  readonly executionId: string;
  readonly scheduleArn: string;
  readonly slot: number;
  readonly target: NonNullable<GetScheduleOutput["Target"]>;
  attempts: number;
  dueAt: number;
}

export const DEFAULT_GROUP = "default";
export const keyOf = (group: string | undefined, name: string | undefined): string =>
  `${group ?? DEFAULT_GROUP}/${name}`;

export function openStore(cloud: CloudContext): SchedulerStore {
  const dir = join(cloud.dir, "scheduler");
  const schedules = new Collection<ScheduleRecord>(dir, "schedules");
  const groups = new Collection<GroupRecord>(dir, "groups");
  const slots = new Ledger<{ readonly last: number }>(join(dir, "slots.log"));
  for (const [key, { last }] of slots.entries()) {
    const record = schedules.get(key);
    if (record) record.lastSlot = last;
  }
  const prefix = `arn:aws:scheduler:${cloud.region}:${cloud.accountId}`;
  const groupArn = (group: string) => `${prefix}:schedule-group/${group}`;
  if (!groups.has(DEFAULT_GROUP))
    groups.set(DEFAULT_GROUP, newGroup(DEFAULT_GROUP, groupArn(DEFAULT_GROUP), cloud.clock.now()));
  return {
    schedules,
    groups,
    slots,
    deliveries: new Collection<Delivery>(dir, "deliveries"),
    scheduleArn: (group, name) => `${prefix}:schedule/${group}/${name}`,
    groupArn,
    find(name, group) {
      const found = schedules.get(keyOf(group, name));
      if (!found) throw notFound(`Schedule ${name} does not exist.`);
      return found;
    },
    findGroup(name) {
      const found = groups.get(name ?? "");
      if (!found) throw notFound(`Schedule group ${name} does not exist.`);
      return found;
    },
  };
}

export const newGroup = (
  name: string,
  arn: string,
  now: number,
  tags: Record<string, string> = {},
): GroupRecord => ({
  description: {
    Arn: arn,
    Name: name,
    State: "ACTIVE",
    CreationDate: new Date(now),
    LastModificationDate: new Date(now),
  },
  tags,
});

export const notFound = (message: string): AwsError =>
  new AwsError("ResourceNotFoundException", message, 404);
export const conflict = (message: string): AwsError => new AwsError("ConflictException", message, 409);
