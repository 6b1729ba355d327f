/** Response times: from an event's arrival at the stream until it is stored or printed. */
export function latencies() {
  const seen: number[] = [];
  let count = 0;
  return {
    add(millis: number): void {
      count++;
      // A reservoir keeps an even choice of all values.
      if (seen.length < KEPT) seen.push(millis);
      else {
        const at = Math.floor(Math.random() * count);
        if (at < KEPT) seen[at] = millis;
      }
    },
    /** "response time 50 % within 12 ms, 95 % within 40 ms, 99 % within 90 ms"; empty without events. */
    describe(): string {
      if (seen.length === 0) return "";
      const parts = [50, 95, 99].map(
        (percent) => `${percent} % within ${inWords(percentile(seen, percent))}`,
      );
      return `response time ${parts.join(", ")}`;
    },
  };
}

const KEPT = 10_000;

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

function inWords(millis: number): string {
  const value = Math.max(0, millis);
  if (value < 1000) return `${Math.round(value)} ms`;
  return value < 120_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value / 60_000)} min`;
}
