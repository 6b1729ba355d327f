import { findReport } from "../../sql/library/library";
import { formatNames } from "../render/formats";
import { describeReport } from "./show";

const overview = `npm run report -- <command>

  list [--format json]              every saved report
  show <name>                       its parameters, columns and query
  <name>… [--<param> <value>]…      runs it; several with --out-dir
  sql "<text>" | sql -              a query of your own, under the same guards
  history [--month 2026-03]         what queries cost; --budget <USD> sets a monthly limit
  new <feed>/<name>                 a report to start from
  completion bash|zsh|fish          a script for the shell

Where
  --env NAME            local (default), dev, staging, prod
  --dir PATH            state directory of the local cloud, and of the ledger of costs (.pricelake)

Output
  --format NAME         ${formatNames.join(", ")}; a table on a terminal, csv in a pipe
  --out FILE            into a file; its suffix chooses the format
  --out-dir FOLDER      a file per report
  --chart               draws the report's chart above a terminal's table
  --raw                 csv and tsv without the guard against formulas
  --quiet               no statistics on stderr

Times
  --since, --until      ends of a report's window, also --from and --to: 24h (ago), today, 2026-01-31T10:00Z

Guards
  --dry-run             shows the query and what it would scan, and runs nothing
  --max-scan SIZE       refuses to scan more (10GB)
  --allow-full-scan     lets a query run that nothing bounds
  --allow-over-budget   lets a query run beyond the month's budget
  --reuse AGE           takes a stored result of the same query up to this old (1m to 7d)

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by a guard, 130 interrupted.
More about one report: npm run report -- <name> --help
`;

const commands = new Set(["list", "show", "sql", "history", "new", "completion"]);

export function help(args: readonly string[]): string {
  const name = args.find((arg) => !arg.startsWith("-"));
  return name === undefined || commands.has(name) ? overview : describeReport(findReport(name));
}
