import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { runningCloud } from "../../packages/pocket-cloud";
import { Failure, UsageError } from "../kit/errors";
import { readIfThere } from "../kit/files";

/** All that a start writes to the state directory. */
const FILES = [
  "cloud",
  "stack.json",
  "stack.json.journal",
  "progress.json",
  "samples.json",
  "endpoint.json",
  "collect",
];

/** The cure for a damaged file, for the end of its error message. */
export const beginAnew = (dir: string): string =>
  `"npm start -- --fresh" deletes everything in ${dir} and begins anew`;

/** Reads a JSON file of the state directory. A damaged file is reported with what it held and the cure. */
export function readStateFile<T>(dir: string, name: string, held: string): T | undefined {
  const path = join(dir, name);
  const text = readIfThere(path)?.toString("utf8");
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Failure(
      `${path} is damaged: it held ${held}. Delete this file to continue, or ${beginAnew(dir)}`,
    );
  }
}

/** Deletes the state of earlier starts after a confirmation. */
export async function deleteState(dir: string, confirmed: boolean): Promise<void> {
  const path = resolve(dir);
  if (runningCloud(path)) throw new Failure(`a cloud runs in ${path}: stop it first`);
  const found = FILES.filter((name) => existsSync(join(path, name)));
  if (found.length === 0) return;
  if (!confirmed && !(await confirm(`delete ${found.join(", ")} of ${path}? All data in it is lost. [y/N] `)))
    throw new Failure("nothing was deleted");
  for (const name of found) rmSync(join(path, name), { recursive: true, force: true, maxRetries: 3 });
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError("--fresh deletes all data: add --yes where no terminal can be asked");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
