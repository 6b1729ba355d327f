import type { ImportOutcome, ImportResult } from "../../functions/compact/import";

/** What was read of the files. */
export interface Counts {
  readonly files: number;
  /** Rows that the files give, invalid ones not included. */
  readonly rows: number;
  readonly invalid: number;
  /** Rows of a key that another row of the files has. */
  readonly repeated: number;
}

export interface Imported extends Counts {
  readonly days: readonly ImportResult[];
  readonly dryRun: boolean;
}

export const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");

const counted = (value: number, one: string, many = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : many}`;

const sentences: Readonly<Record<ImportOutcome, readonly [done: string, planned: string]>> = {
  new: ["imported, days that had no rows", "would be imported, days that have no rows"],
  merged: ["imported into days that had rows", "would be imported into days that have rows"],
  unchanged: ["imported before, nothing changed", "imported before"],
  open: ["left out: these days are not over", "left out: these days are not over"],
  postponed: ["not imported: rows arrive while the day is merged", ""],
  failed: ["failed", ""],
};

/** The result as text: what was read, and per outcome the rows, days and their range. */
export function describe({ days, dryRun, files, rows, invalid, repeated }: Imported): string {
  const lines = [
    `${counted(rows, "row")} in ${counted(files, "file")}` +
      (repeated > 0 ? `, ${grouped(repeated)} of them repeated` : "") +
      (invalid > 0 ? `; ${counted(invalid, "invalid line")} left out` : ""),
  ];
  for (const [outcome, [done, planned]] of Object.entries(sentences)) {
    const of = days.filter((each) => each.outcome === outcome);
    const [first] = of;
    const last = of.at(-1);
    if (!first || !last) continue;
    const sum = of.reduce((total, each) => total + each.rows, 0);
    const range = of.length === 1 ? first.day : `${first.day} to ${last.day}`;
    lines.push(`${counted(of.length, "day")} (${range}), ${counted(sum, "row")}: ${dryRun ? planned : done}`);
    if (outcome === "failed" || outcome === "postponed")
      for (const { day, reason } of of) lines.push(`  ! ${day}: ${reason}`);
  }
  return `${lines.join("\n")}\n`;
}
