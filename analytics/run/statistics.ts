import type { QueryExecution } from "@aws-sdk/client-athena";
import type { Output } from "../../tools/kit/output";
import { progressLine } from "../../tools/kit/progress";
import type { Estimate } from "../plan/estimate";
import { billedBytes, costOf, priceNote } from "../plan/prices";
import { bytesText, costText, secondsText } from "../plan/units";

/** State, duration and scanned bytes of a running query. */
export function queryProgress(stderr: Output, now: () => number) {
  const started = now();
  const line = progressLine(stderr, { lines: true, now });
  return {
    clear: line.clear,
    show({ Status, Statistics }: QueryExecution): void {
      const state = (Status?.State ?? "QUEUED").toLowerCase();
      const bytes = bytesText(Statistics?.DataScannedInBytes ?? 0);
      line.show(`${state} · ${secondsText(now() - started)} · ${bytes}`);
    },
  };
}

/** One line for stderr: rows, duration, scanned bytes, cost, newest partition. */
export function statistics(
  { region, newest }: Estimate,
  execution: QueryExecution,
  rows: number | undefined,
  now: number,
): string {
  const { Statistics } = execution;
  const reused = Statistics?.ResultReuseInformation?.ReusedPreviousResult === true;
  const scanned = Statistics?.DataScannedInBytes ?? 0;
  const cost = `billed ${bytesText(billedBytes(scanned))}, ${costText(costOf(scanned, region))} ${priceNote(region)}`;
  const facts = [
    ...(rows === undefined ? [] : [`${rows} ${rows === 1 ? "row" : "rows"}`]),
    secondsText(Statistics?.TotalExecutionTimeInMillis ?? 0),
    reused
      ? `result reused${ageText(execution, now)}, nothing billed`
      : `scanned ${bytesText(scanned)} (${cost})`,
    ...(newest ? [`newest partition ${newest.dt}${newest.hour && ` ${newest.hour}h`} UTC`] : []),
  ];
  return facts.join(" · ");
}

/** Of a reused result, the completion time is that of the query that produced it. */
function ageText({ Status }: QueryExecution, now: number): string {
  const completed = Status?.CompletionDateTime?.getTime();
  return completed === undefined ? "" : ` (${Math.max(0, Math.round((now - completed) / 60_000))} min old)`;
}
