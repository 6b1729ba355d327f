import { text } from "node:stream/consumers";
import type { Command } from "../tools/kit/command";
import { connect } from "../tools/kit/connect";
import { UsageError } from "../tools/kit/errors";
import { interruptible } from "../tools/kit/interrupt";
import { outputOf } from "../tools/kit/output";
import { subcommandNames } from "./commands/find-report";
import type { Context } from "./context";

export const report: Command = {
  summary: "saved analytics on the lake: list, show, run",
  help: (args) => (require("./commands/help") as typeof import("./commands/help")).help(args),
  run: (args) =>
    interruptible((signal) =>
      reportCommand(args, {
        connect,
        stdout: outputOf(process.stdout),
        stderr: outputOf(process.stderr),
        stdin: () => text(process.stdin),
        console: {
          input: process.stdin,
          output: process.stdout,
          isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
        },
        now: Date.now,
        signal,
      }),
    ),
};

type SubcommandName = (typeof subcommandNames)[number];
type Subcommand = (args: readonly string[], context: Context) => Promise<number>;

const subcommands: Readonly<Record<SubcommandName, () => Subcommand>> = {
  list: () => (require("./commands/list") as typeof import("./commands/list")).list,
  show: () => (require("./commands/show") as typeof import("./commands/show")).show,
  sql: () => (require("./commands/sql") as typeof import("./commands/sql")).sql,
  shell: () => (require("./commands/shell") as typeof import("./commands/shell")).shell,
  history: () => (require("./commands/history") as typeof import("./commands/history")).history,
  new: () => (require("./commands/new") as typeof import("./commands/new")).newReport,
  site: () => (require("./commands/site") as typeof import("./commands/site")).site,
  completion: () => (require("./commands/completion") as typeof import("./commands/completion")).completion,
};

/** Runs a subcommand, or the saved reports that the first words name. Resolves to the exit code. */
export async function reportCommand(args: readonly string[], context: Context): Promise<number> {
  const [first] = args;
  if (first === undefined || first.startsWith("-"))
    throw new UsageError('name a report: "list" shows all, "<name> --help" its parameters');
  const name = subcommandNames.find((each) => each === first);
  if (name) return subcommands[name]()(args.slice(1), context);
  const { runReports } = require("./commands/reports") as typeof import("./commands/reports");
  return runReports(args, context);
}
