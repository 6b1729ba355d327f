/** A run of poll slots that left no row, between two that did. Instants in milliseconds, both ends included. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly slots: readonly number[];
}

/** The interior holes of a series of slots: before its first and after its last nothing is known to be missing. */
export function gapsIn(slots: readonly number[], cadenceMillis: number): Gap[] {
  const seen = [...new Set(slots)].sort((a, b) => a - b);
  const gaps: Gap[] = [];
  for (let i = 1; i < seen.length; i++) {
    const before = seen[i - 1] ?? 0;
    const after = seen[i] ?? 0;
    const missing: number[] = [];
    // Half a cadence of tolerance: a slot that was a little late is there.
    for (let slot = before + cadenceMillis; slot < after - cadenceMillis / 2; slot += cadenceMillis)
      missing.push(slot);
    const [first] = missing;
    const last = missing.at(-1);
    if (first !== undefined && last !== undefined) gaps.push({ from: first, to: last, slots: missing });
  }
  return gaps;
}
