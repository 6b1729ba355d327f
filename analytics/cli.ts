import { UsageError } from "../tools/kit/errors";
import { list } from "./commands/list";
import { show } from "./commands/show";
import type { Surroundings } from "./surroundings";

type Subcommand = (args: readonly string[], surroundings: Surroundings) => Promise<number>;

/** Every other first word is a report's name. */
const subcommands: Readonly<Record<string, () => Promise<Subcommand>>> = {
  list: async () => list,
  show: async () => show,
  sql: async () => (await import("./commands/sql")).sql,
  history: async () => (await import("./commands/history")).history,
  new: async () => (await import("./commands/new")).newReport,
  completion: async () => (await import("./commands/completion")).completion,
};

/** Resolves to the exit code: 0 done, 1 failed, 2 wrong usage, 3 refused by a guard, 130 interrupted. */
export async function reportCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const [first] = args;
  if (first === undefined || first.startsWith("-"))
    throw new UsageError('which report? "list" shows all, "<name> --help" its parameters');
  const load = Object.hasOwn(subcommands, first) ? subcommands[first] : undefined;
  if (load) return (await load())(args.slice(1), surroundings);
  const { run } = await import("./commands/run");
  return run(args, surroundings);
}
