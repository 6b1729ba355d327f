import { counted } from "../kit/counted";
import type { Collected } from "./runner";

/** "1204 rows (5.0/s), 12 deletions, 3 malformed; last 2 s ago". */
export function describe(counts: Collected, began: number, now: number): string {
  const { rows, malformed, deletions, skipped, reconnects, last, state } = counts;
  const seconds = Math.max(0.001, (now - began) / 1000);
  const parts = [
    `${counted(rows, "row")} (${(rows / seconds).toFixed(1)}/s)`,
    ...(deletions > 0 ? [counted(deletions, "deletion")] : []),
    ...(malformed > 0 ? [`${malformed} malformed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(reconnects > 0 ? [counted(reconnects, "reconnect")] : []),
  ];
  const age = last === undefined ? "" : `; last ${Math.round((now - last) / 1000)} s ago`;
  return `${parts.join(", ")}${state === "" ? age : `; ${state}`}`;
}
