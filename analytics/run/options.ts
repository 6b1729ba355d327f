import { durationSeconds } from "../../sql/library/times";
import { environmentOptions } from "../../tools/kit/connect";
import { choice, flag, parsed, text, type Values } from "../../tools/kit/options";
import { readBytes } from "../plan/units";
import { formatNames } from "../render/formats";

/** Options of every command that uses an environment. */
export const sharedOptions = {
  env: environmentOptions.env,
  dir: text("PATH", "state directory of the local cloud and of the cost ledger (default .pricelake)"),
};

/** Options of every command that runs a query. */
export const queryOptions = {
  ...sharedOptions,
  format: choice("NAME", "output format (default: table on a terminal, else csv)", formatNames),
  out: text("FILE", "writes into a file; its suffix chooses the format"),
  "out-dir": text("FOLDER", "writes a file for each report"),
  raw: flag("writes csv and tsv without the protection against spreadsheet formulas"),
  chart: flag("draws the chart above the table; of a query, one that suits its columns"),
  "dry-run": flag("prints the query and how much it would scan, and runs nothing"),
  "max-scan": parsed(
    "SIZE",
    "refuses a query that would scan more",
    readBytes,
    "a size such as 500MB or 20GB",
    "10GB",
  ),
  "allow-full-scan": flag("runs a query even if no predicate bounds its partitions or it scans too much"),
  "allow-over-budget": flag("runs a query even if it exceeds the month's budget"),
  reuse: parsed(
    "AGE",
    "accepts a stored result of the same query up to this age (1m to 7d)",
    readReuseAge,
    "an age from 1m to 7d",
  ),
  quiet: flag("writes no statistics to stderr"),
};

export type QueryOptions = Values<typeof queryOptions>;

const MAX_REUSE_MINUTES = 7 * 24 * 60;

/** Minutes. Athena reuses results for up to seven days. */
function readReuseAge(age: string): number | undefined {
  const minutes = Math.floor((durationSeconds(age) ?? 0) / 60);
  return minutes >= 1 && minutes <= MAX_REUSE_MINUTES ? minutes : undefined;
}

/** With reuse, "now" is rounded down to the accepted age, so that repeated runs send the same query. */
export const nowFor = (now: number, reuseMinutes: number | undefined): number =>
  reuseMinutes === undefined ? now : now - (now % (reuseMinutes * 60_000));
