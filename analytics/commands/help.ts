import { formatNames } from "../render/formats";
import { findReport } from "../report/library";
import { describeReport } from "./show";

const overview = `npm run report -- <command>

  list                              every saved report
  show <name>                       its parameters, columns and query
  <name> [--<param> <value>]…       runs it

Options
  --env <name>                      local (default), dev, staging, prod
  --dir <folder>                    state directory of the local cloud (.pricelake)
  --format <name>                   ${formatNames.join(", ")}; a table on a terminal, csv in a pipe
  --raw                             csv and tsv without the guard against formulas

More about one report: npm run report -- <name> --help
`;

export function help(args: readonly string[]): string {
  const name = args.find((arg) => !arg.startsWith("-"));
  return name === undefined || name === "list" || name === "show"
    ? overview
    : describeReport(findReport(name));
}
