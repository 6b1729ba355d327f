import type { Source } from "../../data/history/source";

/** More days save little: each has its own UNLOAD. */
const MOST_DAYS = 4;
/** A verification holds its rows in memory. More bytes of CSV save nothing on the embedded cloud, and take more memory. */
const MOST_BYTES = 24 << 20;

/** Days that are verified together: of one source, in their order. */
export function groupsOf<T extends { readonly source: Source; readonly bytes: number }>(
  days: readonly T[],
): T[][] {
  const groups: T[][] = [];
  let bytes = 0;
  for (const each of days) {
    const group = groups.at(-1);
    const fits = group && group.length < MOST_DAYS && bytes + each.bytes <= MOST_BYTES;
    if (fits && group[0]?.source.history === each.source.history) {
      group.push(each);
      bytes += each.bytes;
    } else {
      groups.push([each]);
      bytes = each.bytes;
    }
  }
  return groups;
}
