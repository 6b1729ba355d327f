import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { Failure, messageOf } from "../../kit/errors";
import type { Checkpoint } from "../files/tracked-file";

/** Positions by flow; a flow that has an entry, even an empty one, has been run before. */
export type Checkpoints = Readonly<Record<string, readonly Checkpoint[]>>;

const VERSION = 1;

const unreadable = (path: string, why: string): Failure =>
  new Failure(
    `${path} is not a checkpoint file (${why}); move it away to start again at each flow's initialPosition`,
  );

export function readCheckpoints(path: string): Checkpoints {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  let content: { version?: unknown; flows?: unknown };
  try {
    content = JSON.parse(text) as typeof content;
  } catch (error) {
    throw unreadable(path, messageOf(error));
  }
  if (content?.version !== VERSION) throw unreadable(path, `version ${content?.version}, not ${VERSION}`);
  const flows = content.flows;
  if (typeof flows !== "object" || flows === null || !Object.values(flows).every(isList))
    throw unreadable(path, "its flows are not lists of positions");
  return flows as Checkpoints;
}

const isList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    (each: Partial<Checkpoint> | null) =>
      typeof each?.path === "string" &&
      Number.isSafeInteger(each.offset) &&
      typeof each.fingerprint === "string" &&
      Number.isFinite(Date.parse(String(each.seen))),
  );

/** Replaces the file whole, and on the disk: after a kill or a power cut it is the old one or the new one. */
export function writeCheckpoints(path: string, flows: Checkpoints): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "w");
    try {
      writeFileSync(file, `${JSON.stringify({ version: VERSION, flows })}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
