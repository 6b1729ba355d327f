import { optionsHelp } from "../../tools/kit/options";
import { queryOptions } from "../run/options";
import { findReport, subcommandNames } from "./find-report";
import { describeReport } from "./show";

const overview = `npm run report -- <command>

  list [--format json]              lists the saved reports
  show <name>                       prints a report's parameters, columns and query
  <name>… [--<param> <value>]…      runs reports; several need --out-dir
  sql "<text>" | sql -              runs your own query, with the same guards
  shell                             runs statements and reports as you type them; \\? lists its commands
  history [--month 2026-03]         shows the cost of past queries; --budget <USD> sets a monthly limit
  new <feed>/<name>                 writes a new report to start from
  site --out <folder>               writes the reports of sql/site.yaml as web pages
  site --new-password               prints a random password for a private site, and its hash
  completion bash|zsh|fish          prints a completion script for the shell

Options of <name> and sql
${optionsHelp(queryOptions)}
The window of a report: --since and --until, also named --from and --to.
Times: 24h (ago), today, 2026-01-31, 2026-01-31T10:00Z.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by a guard, 130 interrupted.
More about one report: npm run report -- <name> --help
`;

export function help(args: readonly string[]): string {
  const name = args.find((arg) => !arg.startsWith("-"));
  return name === undefined || subcommandNames.some((each) => each === name)
    ? overview
    : describeReport(findReport(name));
}
