import { randomUUID } from "node:crypto";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { storedPart } from "./queue";
import type { Queue, QueueStore } from "./store";

export interface MoveTask {
  readonly id: string;
  readonly sourceArn: string;
  readonly destinationArn?: string | undefined;
  readonly perSecond?: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  failure?: string;
}

/** AWS lists the ten newest tasks of a queue. */
const MAX_LISTED = 10;

/** Moves messages out of dead-letter queues: at once, or so many each second of the cloud's clock. */
export class MoveTasks {
  readonly #tasks: Collection<MoveTask>;
  readonly #cloud: CloudContext;

  constructor(
    readonly store: QueueStore,
    dir: string,
  ) {
    this.#cloud = store.cloud;
    this.#tasks = new Collection(dir, "move-tasks");
  }

  /** Continues the tasks that were running when the cloud stopped. */
  start(): void {
    for (const task of this.#tasks.values()) if (task.status === "RUNNING") this.#continue(task.id);
  }

  begin(source: Queue, settings: Pick<MoveTask, "destinationArn" | "perSecond">): MoveTask {
    const sourceArn = source.record.arn;
    if (this.of(sourceArn).some(({ status }) => status === "RUNNING"))
      throw new AwsError(
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    const startedAt = this.#cloud.clock.now();
    const toMove = source.data.size;
    const task: MoveTask = {
      ...settings,
      id: randomUUID(),
      sourceArn,
      startedAt,
      toMove,
      moved: 0,
      status: "RUNNING",
    };
    this.#tasks.set(task.id, task);
    this.#continue(task.id);
    for (const { id } of this.of(sourceArn).slice(MAX_LISTED)) this.#tasks.delete(id);
    return task;
  }

  /** The tasks of a queue, newest first. */
  of(sourceArn: string): MoveTask[] {
    return this.#tasks
      .values()
      .filter((task) => task.sourceArn === sourceArn)
      .sort((a, b) => b.startedAt - a.startedAt);
  }

  cancel(id: string): MoveTask | undefined {
    return this.#tasks.update(id, (task) => {
      if (task.status === "RUNNING") task.status = "CANCELLED";
    });
  }

  /** Moves what may move now. A task that moves at once moves what arrives in the meantime too. */
  #continue(id: string): void {
    const task = this.#tasks.get(id);
    const source = task && this.store.byArn(task.sourceArn);
    if (task?.status !== "RUNNING") return;
    let { moved } = task;
    let failure = source ? undefined : "AWS.SimpleQueueService.NonExistentQueue";
    const now = this.#cloud.clock.now();
    const visible = source ? [...source.data.all()].filter(({ visibleAt }) => visibleAt <= now) : [];
    for (const message of visible.slice(0, task.perSecond ?? visible.length)) {
      const { source: from, ...stored } = storedPart(message);
      const target = this.store.byArn(task.destinationArn ?? from ?? "");
      if (!target) {
        failure =
          (task.destinationArn ?? from)
            ? "AWS.SimpleQueueService.NonExistentQueue"
            : "CouldNotDetermineMessageSource";
        break;
      }
      target.data.adopt({ ...stored, visibleFrom: now });
      source?.data.remove([message.id]);
      this.store.announce(target, now);
      moved++;
    }
    const left = visible.length - (moved - task.moved);
    this.#tasks.update(id, (stored) => {
      stored.moved = moved;
      if (failure) stored.failure = failure;
      stored.status = failure ? "FAILED" : left > 0 ? "RUNNING" : "COMPLETED";
    });
    if (!failure && left > 0)
      this.#cloud.clock.schedule(now + 1000, () => this.#continue(id), "message move task");
  }
}
