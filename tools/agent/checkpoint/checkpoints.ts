import { Failure, messageOf } from "../../kit/errors";
import { readIfThere, writeAtomic } from "../../kit/files";
import type { Checkpoint } from "../files/tracked-file";

/** Positions by flow. A flow that has an entry, even an empty one, has run before. */
export type Checkpoints = Readonly<Record<string, readonly Checkpoint[]>>;

const VERSION = 1;

export function readCheckpoints(path: string): Checkpoints {
  const text = readIfThere(path)?.toString("utf8");
  if (text === undefined) return {};
  let content: { version?: unknown; flows?: unknown } | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch (error) {
    throw unreadable(path, messageOf(error));
  }
  if (content?.version !== VERSION)
    throw unreadable(path, `its version is ${content?.version}, not ${VERSION}`);
  const { flows } = content;
  if (typeof flows !== "object" || flows === null || !Object.values(flows).every(isCheckpointList))
    throw unreadable(path, "its flows are not lists of positions");
  return flows as Checkpoints;
}

const unreadable = (path: string, reason: string): Failure =>
  new Failure(
    `${path} is not a checkpoint file (${reason}); move it away to start again at each flow's initialPosition`,
  );

const isCheckpointList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    (each: Partial<Checkpoint> | null) =>
      typeof each?.path === "string" &&
      Number.isSafeInteger(each.offset) &&
      typeof each.fingerprint === "string" &&
      Number.isFinite(Date.parse(String(each.seen))),
  );

/** Replaces the file atomically and syncs it: after a kill or a power cut it has the old or the new content. */
export const writeCheckpoints = (path: string, flows: Checkpoints): void =>
  writeAtomic(path, `${JSON.stringify({ version: VERSION, flows })}\n`, { sync: true });

/** Minimum time between two writes. After a kill, lines acknowledged within it are sent again. */
const WRITE_INTERVAL_MS = 100;

/** Writes checkpoints soon after they change, at a limited rate. */
export class CheckpointSaver {
  #timer: NodeJS.Timeout | undefined;
  #lastWrite = Number.NEGATIVE_INFINITY;
  #problem: string | undefined;

  constructor(
    private readonly path: string,
    private readonly current: () => Checkpoints,
    private readonly log: (line: string) => void,
  ) {}

  /** Schedules a write. */
  changed(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#lastWrite + WRITE_INTERVAL_MS - performance.now();
    if (wait <= 0) this.#save();
    else this.#timer = setTimeout(() => this.#save(), wait);
  }

  /** Writes a last time. Throws when that fails. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    writeCheckpoints(this.path, this.current());
  }

  /** A failed write, such as on a full disk, is logged once and retried; sending goes on. */
  #save(): void {
    this.#timer = undefined;
    this.#lastWrite = performance.now();
    try {
      writeCheckpoints(this.path, this.current());
      this.#problem = undefined;
    } catch (error) {
      const problem = `checkpoints cannot be saved: ${messageOf(error)}`;
      if (problem !== this.#problem) this.log(problem);
      this.#problem = problem;
      this.#timer = setTimeout(() => this.#save(), 10 * WRITE_INTERVAL_MS);
    }
  }
}
