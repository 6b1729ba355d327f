import type { FeedDefinition } from "../../data/feeds";
import { countRunSql, unloadSql, verifySql } from "../../data/history/sql";
import { type Lease, LeaseHeld } from "./lease";
import type { DayResult, Lake, Options, PlannedDay } from "./model";
import { digestOf, hoursOf, type Step } from "./plan";

export const RESTORED = "its partition was lost; the run is still there";

/** Gives a verified run its partition again. */
export async function restore(
  feed: FeedDefinition,
  lake: Lake,
  lease: Lease,
  day: string,
  run: string,
): Promise<DayResult> {
  try {
    const inputs = await lake.inputsOf(day, run);
    const [[rows] = []] = await lake.query(countRunSql(feed, lake.database, day, run));
    await lease.renew();
    await lake.switchPartition(day, {
      run,
      inputs: digestOf(inputs),
      rows: Number(rows),
      hours: hoursOf(inputs),
    });
    return { day, outcome: "restored", rows: Number(rows), reason: RESTORED };
  } catch (error) {
    return failed(day, error);
  }
}

export function failed(day: string, error: unknown): DayResult {
  if (error instanceof LeaseHeld) throw error;
  return { day, outcome: "failed", rows: 0, reason: error instanceof Error ? error.message : String(error) };
}

export type DayToWrite = Omit<Extract<Step, { kind: "write" }>, "kind"> &
  Pick<PlannedDay, "day" | "history"> & {
    /** Keys at which its run is split into files. */
    readonly boundaries: readonly string[];
    /** Hours of rows that are neither in csv/ nor in history. */
    readonly hours?: string;
  };

/** A day whose csv/ changes while it is read is tried again once; else the next run takes it. */
const ATTEMPTS = 2;

/** Writes a day, verifies it and switches its partition. The view is not changed. */
export async function tryDay(
  feed: FeedDefinition,
  lake: Lake,
  options: Options,
  lease: Lease,
  planned: DayToWrite,
): Promise<DayResult> {
  const { day, fresh } = planned;
  try {
    // A run that was killed may have tagged an object that was overwritten meanwhile.
    await lake.expiry.untag(fresh);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await lease.keep();
      const rows = await compactDay(feed, lake, options, lease, planned);
      if (rows !== undefined) return { day, outcome: "compacted", rows, reason: "" };
    }
    return { day, outcome: "postponed", rows: 0, reason: "rows arrive while it is compacted" };
  } catch (error) {
    return failed(day, error);
  }
}

/** Returns the day's rows; undefined when its objects changed meanwhile. The last step makes the run visible. */
async function compactDay(
  feed: FeedDefinition,
  lake: Lake,
  { newRun }: Options,
  lease: Lease,
  { day, source, history, gone, boundaries, hours: added = "" }: DayToWrite,
): Promise<number | undefined> {
  const run = newRun();
  const inputs = await lake.csvObjects(day);
  await lake.query(unloadSql(feed, lake.database, day, source, lake.locationOf(day, run), boundaries));
  await lease.keep();
  const compared = await lake.query(verifySql(feed, lake.database, day, source, run));
  const after = await lake.csvObjects(day);
  const digest = digestOf(inputs);
  // Both statements have read the same objects only if the objects are the same before and after.
  if (digestOf(after) !== digest) return undefined;
  const rows = verified(compared);
  // The run has the rows of objects that are gone too. Only history has them, so every later run must read history.
  await lake.saveInputs(day, run, [...gone, ...inputs]);
  await lease.keep();
  const hours = hoursOf(inputs, `${source.history ? (history?.hours ?? "") : ""} ${added}`);
  await lake.switchPartition(day, { run, inputs: digest, rows, hours });
  return rows;
}

export class NotVerified extends Error {
  override readonly name = "NotVerified";
}

/** The number of rows, when source and run agree. */
function verified(result: readonly (readonly string[])[]): number {
  const [sourceRows, runRows, different, runKeys] = (result[0] ?? []).map(Number);
  const agree = result.length === 1 && different === 0 && sourceRows === runRows && runRows === runKeys;
  // A join of two rows of csv/ with the two that the run made of them gives four.
  if (different === 0 && Number(runKeys) < Number(runRows) && Number(sourceRows) > Number(runRows))
    throw new NotVerified(
      `the run has ${runRows} rows with ${runKeys} keys: some rows of csv/ have keys that differ as text only, such as 2.5 ` +
        "and 2.50; the day stays as it was",
    );
  if (!agree)
    throw new NotVerified(
      `the run is not what it was made of: ${runRows} rows with ${runKeys} keys for ${sourceRows} rows, ` +
        `${different} rows differ; the day stays as it was`,
    );
  return Number(runRows);
}
