import { crypto } from "../../data/feeds/crypto";
import type { HourRange } from "../../data/hours";
import type { Backfilled } from "./backfill";
import type { BackfillPlan } from "./plan";

export const summaryOf = ({ gaps, requests }: BackfillPlan) => ({
  gaps: gaps.map(({ from, to, slots }) => ({ from: isoOf(from), to: isoOf(to), slots: slots.length })),
  needed: requests,
});

/** The window, its gaps, and what was sent. The report price-gaps over the same window has the same gaps. */
export function describe(plan: BackfillPlan, range: HourRange, filled: Backfilled | undefined): string {
  const { gaps, needed } = summaryOf(plan);
  const end = new Date(Date.parse(`${range.to}:00:00Z`) + 3_600_000).toISOString().slice(0, 13);
  const window = `${crypto.name}, ${range.from}:00 to ${end}:00 UTC`;
  if (gaps.length === 0)
    return `${window}: no gaps between polls; price-gaps --since ${end}:00Z shows later ones\n`;
  return [
    `${window}: ${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}`,
    ...gaps.map(({ from, to, slots }) => `${from} to ${to}: ${slots} slots without a poll`),
    filled
      ? `${filled.rows} rows sent after ${filled.requests} requests`
      : `filling them takes ${needed} requests to the price source`,
    ...(filled && filled.unknown.length > 0 ? [`the source does not know ${filled.unknown.join(", ")}`] : []),
    "",
  ].join("\n");
}

/** To the minute; with seconds where the slot has some. */
const isoOf = (instant: number): string =>
  new Date(instant).toISOString().slice(0, instant % 60_000 === 0 ? 16 : 19);
