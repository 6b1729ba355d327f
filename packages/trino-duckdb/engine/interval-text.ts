/** "1 02:03:04.567" */
export function dayTimeText(milliseconds: bigint): string {
  const size = milliseconds < 0n ? -milliseconds : milliseconds;
  const pad = (part: bigint, width: number) => String(part).padStart(width, "0");
  const clock = [size / 3_600_000n, size / 60_000n, size / 1000n].map((part, i) =>
    pad(part % (i === 0 ? 24n : 60n), 2),
  );
  return `${milliseconds < 0n ? "-" : ""}${size / 86_400_000n} ${clock.join(":")}.${pad(size % 1000n, 3)}`;
}

/** "1-2" */
export function yearMonthText(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? "-" : ""}${Math.floor(size / 12)}-${size % 12}`;
}
