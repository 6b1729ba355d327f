import type { QueryExecution } from "@aws-sdk/client-athena";
import type { Estimate } from "../plan/estimate";
import { billedBytes, costOf, inRegion } from "../plan/prices";
import { bytesText, costText, secondsText } from "../plan/units";

export interface Ran {
  readonly planned: Estimate;
  readonly execution: QueryExecution;
  readonly rows: number;
  readonly now: number;
}

/** One line for stderr: how much it is, what it cost and how fresh it is. */
export function statistics(ran: Ran): string {
  const { Statistics } = ran.execution;
  const reused = Statistics?.ResultReuseInformation?.ReusedPreviousResult === true;
  const scanned = Statistics?.DataScannedInBytes ?? 0;
  const { region } = ran.planned;
  const cost = `billed ${bytesText(billedBytes(scanned))}, ${costText(costOf(scanned, region))} ${inRegion(region)}`;
  const newest = ran.planned.newest;
  const facts = [
    `${ran.rows} ${ran.rows === 1 ? "row" : "rows"}`,
    secondsText(Statistics?.TotalExecutionTimeInMillis ?? 0),
    reused ? `result reused${ageOf(ran)}, nothing billed` : `scanned ${bytesText(scanned)} (${cost})`,
    ...(newest ? [`newest partition ${newest.dt}${newest.hour && ` ${newest.hour}h`} UTC`] : []),
  ];
  return facts.join(" · ");
}

/** A reused result is as old as the query that made it ended. */
function ageOf({ execution, now }: Ran): string {
  const made = execution.Status?.CompletionDateTime?.getTime();
  return made === undefined ? "" : ` (${Math.max(0, Math.round((now - made) / 60_000))} min old)`;
}
