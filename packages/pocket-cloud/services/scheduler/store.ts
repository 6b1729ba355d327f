import { join } from "node:path";
import type { GetScheduleGroupOutput, GetScheduleOutput } from "@aws-sdk/client-scheduler";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { Ledger } from "../../storage/ledger";
import type { Tags } from "../shared/tags";

export interface ScheduleRecord {
  definition: GetScheduleOutput;
  /** The last time it fired for; persisted in the ledger, not with the definition. */
  lastSlot?: number;
}

interface GroupRecord {
  description: GetScheduleGroupOutput;
  tags: Tags;
}

/** An invocation that its target has not accepted yet. */
export interface Delivery {
  readonly executionId: string;
  readonly scheduleArn: string;
  /** The scheduled time. */
  readonly slot: number;
  readonly target: NonNullable<GetScheduleOutput["Target"]>;
  attempts: number;
  dueAt: number;
}

export const DEFAULT_GROUP = "default";

interface ScheduleName {
  readonly Name?: string | undefined;
  readonly GroupName?: string | undefined;
}

export const keyOf = ({ GroupName = DEFAULT_GROUP, Name }: ScheduleName): string => `${GroupName}/${Name}`;

export class SchedulerStore {
  readonly schedules: Collection<ScheduleRecord>;
  readonly groups: Collection<GroupRecord>;
  /** The last time that each schedule fired for, by the schedule's key. */
  readonly slots: Ledger<{ readonly last: number }>;
  readonly deliveries: Collection<Delivery>;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "scheduler");
    this.schedules = new Collection(dir, "schedules");
    this.groups = new Collection(dir, "groups");
    this.deliveries = new Collection(dir, "deliveries");
    this.slots = new Ledger(join(dir, "slots.log"));
    for (const [key, { last }] of this.slots.entries()) {
      const record = this.schedules.get(key);
      if (record) record.lastSlot = last;
    }
    if (!this.groups.has(DEFAULT_GROUP)) this.createGroup(DEFAULT_GROUP, {});
  }

  scheduleArn({ GroupName = DEFAULT_GROUP, Name = "" }: ScheduleName): string {
    return `${this.#arnPrefix}:schedule/${GroupName}/${Name}`;
  }

  groupArn(name: string): string {
    return `${this.#arnPrefix}:schedule-group/${name}`;
  }

  get #arnPrefix(): string {
    return `arn:aws:scheduler:${this.cloud.region}:${this.cloud.accountId}`;
  }

  find(name: ScheduleName): ScheduleRecord {
    const found = this.schedules.get(keyOf(name));
    if (!found) throw notFound(`Schedule ${name.Name} does not exist.`);
    return found;
  }

  findGroup(name: string | undefined): GroupRecord {
    const found = this.groups.get(name ?? "");
    if (!found) throw notFound(`Schedule group ${name} does not exist.`);
    return found;
  }

  createGroup(name: string, tags: Tags): string {
    const now = new Date(this.cloud.clock.now());
    const Arn = this.groupArn(name);
    const description = {
      Arn,
      Name: name,
      State: "ACTIVE",
      CreationDate: now,
      LastModificationDate: now,
    } as const;
    this.groups.set(name, { description, tags });
    return Arn;
  }

  deleteSchedule(key: string): void {
    this.schedules.delete(key);
    this.slots.delete(key);
  }
}

export const notFound = (message: string): AwsError =>
  new AwsError("ResourceNotFoundException", message, 404);
export const conflict = (message: string): AwsError => new AwsError("ConflictException", message, 409);
