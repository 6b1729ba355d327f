import type { FeedDefinition } from "../../data/feeds";
import { countRunSql } from "../../data/history/sql";
import { failed } from "./day-writer";
import type { Lease } from "./lease";
import type { DayResult, Lake } from "./model";
import { digestOf, hoursOf } from "./step";

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
