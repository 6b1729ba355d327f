import { fillQuestionMarks } from "../../sql/library/tokens";
import { Refusal } from "../../tools/kit/errors";
import type { Estimate } from "../plan/estimate";
import { describe, guard, type Limits } from "../plan/guard";
import type { Surroundings } from "../surroundings";
import type { Job } from "./query";

/** What would run and what it would read; the guard's word comes last, as it would in a real run. */
export async function dryRun(
  { stdout, stderr }: Surroundings,
  job: Job,
  planned: Estimate,
  limits: Limits,
): Promise<void> {
  await stdout.write(`${shownSql(job)}\n`);
  await stderr.write(`would scan ${describe(planned)}\n`);
  try {
    guard(planned, limits);
  } catch (error) {
    if (error instanceof Refusal) await stderr.write(`would be ${error.message}\n`);
    throw error;
  }
}

/** The literals in their places: what a person can paste into the console. */
function shownSql({ bound }: Job): string {
  return fillQuestionMarks(bound.query, bound.parameters);
}
