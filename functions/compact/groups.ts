import type { Source } from "../../data/history/source";

/** More days save little: each has its own UNLOAD. */
const MOST_DAYS = 4;
/** A verification holds its rows in memory. More bytes of CSV save nothing on the embedded cloud, and take more memory. */
const MOST_BYTES = 24 << 20;

/** Days that are verified together, in their order. */
export interface DayGroup<Day> {
  readonly source: Source;
  readonly days: Day[];
}

export function groupsOf<Day extends { readonly source: Source; readonly bytes: number }>(
  days: readonly Day[],
): DayGroup<Day>[] {
  const groups: DayGroup<Day>[] = [];
  let bytes = 0;
  for (const each of days) {
    const group = groups.at(-1);
    const fits = group && group.days.length < MOST_DAYS && bytes + each.bytes <= MOST_BYTES;
    if (fits && group.source.history === each.source.history) {
      group.days.push(each);
      bytes += each.bytes;
    } else {
      groups.push({ source: each.source, days: [each] });
      bytes = each.bytes;
    }
  }
  return groups;
}
