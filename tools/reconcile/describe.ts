import type { HourCounts } from "./compare";
import type { Reconciliation } from "./reconcile";

/** For people: each hour where something is off, the totals, and a verdict. */
export function describe({ feed, range, hours, totals, findings }: Reconciliation): string {
  const sum = (count: (hour: HourCounts) => number) => hours.reduce((total, hour) => total + count(hour), 0);
  const expired = hours.filter((hour) => hour.stream === undefined).length;
  const lines = [
    `${feed}, ${range.from} to ${range.to} UTC, ${hours.length} hours with events`,
    `  stream     ${sum((hour) => hour.stream?.rows ?? 0)} rows, ${sum((hour) => hour.stream?.distinct ?? 0)} distinct` +
      (expired > 0 ? ` (${expired} hours are past its retention; csv/ is held against the view there)` : ""),
    `  raw        ${sum((hour) => hour.raw.rows)} rows, ${sum((hour) => hour.raw.distinct)} distinct`,
    `  csv        ${sum((hour) => hour.csv.rows)} rows, ${sum((hour) => hour.csv.distinct)} distinct`,
    `  view       ${sum((hour) => hour.view)} rows`,
    `  store      ${totals.storeItems} items`,
    `  quarantine ${totals.quarantined} rows, ${totals.failedDeliveries} under errors/`,
    ...findings.map((finding) => `  ! ${finding.message}`),
    findings.length === 0 ? "  the numbers agree" : `  ${findings.length} places where the numbers part`,
  ];
  return `${lines.join("\n")}\n`;
}
