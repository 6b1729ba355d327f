import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./errors";
import { readIfThere } from "./files";

/** The region of a stack, from its Pulumi.<stack>.yaml in the project's folder. Refuses a stack without that file. */
export function regionOfStack(stack: string, dir = process.cwd()): string | undefined {
  const stacks = readdirSync(dir)
    .map((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
  // Commands that are run outside of the project know no stacks.
  if (stacks.length === 0) return undefined;
  if (!stacks.includes(stack))
    throw new UsageError(`--env: there is no environment "${stack}"; there are ${stacks.join(", ")}`);
  const text = readIfThere(join(dir, `Pulumi.${stack}.yaml`))?.toString("utf8") ?? "";
  return /^\s+["']?aws:region["']?:\s*["']?([a-z0-9-]+)/m.exec(text)?.[1];
}
