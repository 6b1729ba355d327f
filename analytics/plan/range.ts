import { dtText, hourText } from "../../sql/library/times";

/** Partitions between two hours, both included; absent ends are open. */
export interface PartitionRange {
  readonly from?: PartitionHour;
  readonly to?: PartitionHour;
}

export interface PartitionHour {
  readonly dt: string;
  readonly hour: string;
}

const hourMs = 3_600_000;

export const partitionAt = (ms: number): PartitionHour => ({ dt: dtText(ms), hour: hourText(ms) });
export const order = (at: PartitionHour): string => `${at.dt} ${at.hour}`;

/** Every hour a feed with a cadence should have; the one under way is not counted as missing. */
export function hoursBetween(fromMs: number, untilMs: number): PartitionHour[] {
  const hours: PartitionHour[] = [];
  for (let at = fromMs - (fromMs % hourMs); at < untilMs; at += hourMs) hours.push(partitionAt(at));
  return hours;
}

/** "2026-03-01 04 to 2026-03-01 06 (3 h)" for runs of hours. */
export function runsOf(
  hours: readonly PartitionHour[],
): { first: PartitionHour; last: PartitionHour; hours: number }[] {
  const runs: { first: PartitionHour; last: PartitionHour; hours: number }[] = [];
  for (const hour of hours) {
    const run = runs.at(-1);
    if (run && instantOf(hour) - instantOf(run.last) === hourMs)
      runs[runs.length - 1] = { first: run.first, last: hour, hours: run.hours + 1 };
    else runs.push({ first: hour, last: hour, hours: 1 });
  }
  return runs;
}

const instantOf = ({ dt, hour }: PartitionHour): number => Date.parse(`${dt}T${hour}:00:00Z`);
