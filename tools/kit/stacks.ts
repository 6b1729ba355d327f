import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./errors";
import { readIfThere } from "./files";

/** Refuses a stack without a Pulumi.<stack>.yaml in the project's folder, and lists those that have one. */
export function refuseUnknownStack(stack: string, dir = process.cwd()): void {
  const stacks = stacksIn(dir);
  if (!stacks.includes(stack))
    throw new UsageError(`--env: there is no environment "${stack}"; there are ${stacks.join(", ")}`);
}

/** The region of a stack, from its Pulumi.<stack>.yaml in the project's folder. Refuses a stack without that file. */
export function regionOfStack(stack: string, dir = process.cwd()): string | undefined {
  // Commands that are run outside of the project know no stacks.
  if (stacksIn(dir).length === 0) return undefined;
  refuseUnknownStack(stack, dir);
  const text = readIfThere(join(dir, `Pulumi.${stack}.yaml`))?.toString("utf8") ?? "";
  return /^\s+["']?aws:region["']?:\s*["']?([a-z0-9-]+)/m.exec(text)?.[1];
}

const stacksIn = (dir: string): string[] =>
  readdirSync(dir)
    .map((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
