/** "; did you mean x?" when one candidate is close to the word, else nothing. Ignores case. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const closest = closestTo(word, candidates);
  return closest === undefined ? "" : `; did you mean ${closest}?`;
}

/** Longer lists would hide the message. */
const MAX_LISTED = 30;

/** A suggestion, or the candidates when none is close. */
export function closestOrAll(word: string, candidates: readonly string[], what: string): string {
  const suggestion = didYouMean(word, candidates);
  if (suggestion !== "") return suggestion;
  if (candidates.length === 0) return "";
  const more = candidates.length > MAX_LISTED ? ", …" : "";
  return `; ${what}: ${candidates.slice(0, MAX_LISTED).join(", ")}${more}`;
}

/** The candidate with the smallest edit distance, if that is at most a third of its length. */
function closestTo(word: string, candidates: readonly string[]): string | undefined {
  const [closest] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return closest && closest.distance <= Math.max(1, Math.floor(closest.candidate.length / 3))
    ? closest.candidate
    : undefined;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          substituted,
          swapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
