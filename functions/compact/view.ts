import { daysIn, rangesOf } from "../../data/history/days";
import type { Lease } from "./lease";
import type { Lake } from "./model";

/** Lets the view read days from history, and others from csv/ again. */
export async function changeView(
  lake: Lake,
  lease: Lease,
  show: readonly string[],
  hide: readonly string[],
): Promise<void> {
  if (show.length === 0 && hide.length === 0) return;
  await lease.renew();
  const hidden = new Set(hide);
  await lake.showDays((shown) => rangesOf([...daysIn(shown).filter((day) => !hidden.has(day)), ...show]));
}
