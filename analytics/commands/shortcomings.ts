import type { FeedDefinition } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import type { Clients } from "../athena/connection";
import type { Estimate } from "../plan/estimate";
import { type ThinHour, thinHours } from "../plan/polls";
import { countQuarantined } from "../plan/quarantine";
import { hoursBetween, order, type PartitionHour, runsOf } from "../plan/range";

/** The window whose completeness the figures depend on. */
export interface Coverage {
  readonly from: number;
  readonly until: number;
  readonly feeds: readonly FeedDefinition[];
}

/** What the figures of a window lack, a line each: hours and polls that are missing, rows that were refused. */
export async function shortcomings(
  clients: Clients,
  planned: Estimate,
  coverage: Coverage,
  now: number,
): Promise<string[]> {
  const lines: string[] = [];
  for (const feed of coverage.feeds) {
    const held = planned.held.get(tablesOf(feed).csv);
    const missing = held ? missingHours(feed, coverage, held, now) : [];
    if (missing.length > 0) lines.push(`incomplete: ${feed.name} has no rows for ${gapText(missing)}`);
    const writes = planned.writes.get(tablesOf(feed).csv);
    const thin =
      writes && feed.cadenceSeconds ? thinHours(writes, coverage.from, settledAt(feed, coverage, now)) : [];
    if (thin.length > 0) lines.push(thinText(feed, thin));
    if (!planned.bucket) continue;
    const quarantined = await countQuarantined(
      clients,
      planned.bucket,
      feed.name,
      coverage.from,
      coverage.until,
    );
    if (quarantined.rows > 0)
      lines.push(
        `${quarantined.exact ? "" : "at least "}${quarantined.rows} rows of ${feed.name} are in quarantine in this window`,
      );
  }
  return lines;
}

/** The hour under way is missing only once two polls of it should have come. */
function missingHours(
  feed: FeedDefinition,
  coverage: Coverage,
  held: readonly PartitionHour[],
  now: number,
): PartitionHour[] {
  if (feed.cadenceSeconds === undefined) return [];
  const present = new Set(held.map(order));
  return hoursBetween(coverage.from, settledAt(feed, coverage, now)).filter(
    (hour) => !present.has(order(hour)),
  );
}

const settledAt = (feed: FeedDefinition, { until }: Coverage, now: number): number =>
  Math.min(until, now - 2_000 * (feed.cadenceSeconds ?? 0));

function thinText(feed: FeedDefinition, thin: readonly ThinHour[]): string {
  const shown = thin
    .slice(0, 3)
    .map(({ hour, polls, usual }) => `${hour.dt} ${hour.hour}h (${polls} instead of ${usual})`);
  const more = thin.length > 3 ? ` and ${thin.length - 3} more hours` : "";
  return `perhaps incomplete: ${feed.name} has fewer polls than usual in ${shown.join(", ")}${more} UTC; price-gaps lists them`;
}

function gapText(missing: readonly PartitionHour[]): string {
  const runs = runsOf(missing);
  const shown = runs
    .slice(0, 3)
    .map(({ first, last, hours }) =>
      hours === 1
        ? `${first.dt} ${first.hour}h`
        : `${first.dt} ${first.hour}h to ${last.dt} ${last.hour}h (${hours} h)`,
    );
  return `${shown.join(", ")}${runs.length > 3 ? ` and ${runs.length - 3} more stretches` : ""} UTC`;
}
