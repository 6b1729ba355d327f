import { durationSeconds } from "../../sql/library/times";
import { UsageError } from "../../tools/kit/errors";
import { type Given, textOption } from "../arguments";
import { defaultMaxScan, type Limits } from "../plan/guard";
import { readBytes } from "../plan/units";

/** Options of everything that runs a query. */
export const queryOptions = {
  env: { type: "string" },
  dir: { type: "string" },
  format: { type: "string" },
  out: { type: "string" },
  "out-dir": { type: "string" },
  raw: { type: "boolean" },
  chart: { type: "boolean" },
  "dry-run": { type: "boolean" },
  "max-scan": { type: "string" },
  "allow-full-scan": { type: "boolean" },
  "allow-over-budget": { type: "boolean" },
  reuse: { type: "string" },
  quiet: { type: "boolean" },
} as const;

export function limitsOf(given: Given): Limits {
  const text = textOption(given, "max-scan");
  const maxScan = text === undefined ? defaultMaxScan : readBytes(text);
  if (maxScan === undefined)
    throw new UsageError(`--max-scan takes a size such as 500MB or 20GB, not "${text}"`);
  return { maxScan, allowFullScan: given["allow-full-scan"] === true };
}

const longestReuse = 7 * 24 * 60;

/** Minutes; Athena keeps results for reuse up to seven days. */
export function reuseOf(given: Given): number | undefined {
  const text = textOption(given, "reuse");
  if (text === undefined) return undefined;
  const minutes = (durationSeconds(text) ?? 0) / 60;
  if (minutes < 1 || minutes > longestReuse)
    throw new UsageError(`--reuse takes an age from 1m to 7d, not "${text}"`);
  return Math.floor(minutes);
}

/** With reuse, "now" moves in steps of the accepted age: else no two runs would ask for the same. */
export const nowFor = (now: number, reuseMinutes: number | undefined): number =>
  reuseMinutes === undefined ? now : now - (now % (reuseMinutes * 60_000));

export function environmentOf(given: Given): string {
  const env = textOption(given, "env") ?? "local";
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(env))
    throw new UsageError(`--env takes a stack's name (lower-case letters, digits, dashes), not "${env}"`);
  return env;
}
