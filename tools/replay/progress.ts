import type { Replayed } from "./replay";

const WIDTH = 20;

export interface Progress {
  readonly rows: number;
  readonly of: number;
  readonly seconds: number;
  /** What the sender waits for at present. */
  readonly limit: string | undefined;
  /** Why the stream does not take records at present. They are sent again. */
  readonly refusal?: string;
}

/** "[█████░░░] 45 %, 135,000 of 300,000 rows, 5,300 rows/s, 31 s left; the limit is …". */
export function describeProgress({ rows, of, seconds, limit, refusal }: Progress): string {
  const share = of === 0 ? 1 : rows / of;
  const bar = "█".repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, "░");
  const perSecond = rows / Math.max(0.001, seconds);
  const left = rows === 0 ? "" : `, ${grouped((of - rows) / perSecond)} s left`;
  return (
    `[${bar}] ${Math.floor(share * 100)} %, ${grouped(rows)} of ${grouped(of)} rows, ` +
    `${grouped(perSecond)} rows/s${left}${limit === undefined ? "" : `; the limit is ${limit}`}` +
    (refusal === undefined ? "" : `; the stream refuses records, which are sent again: ${refusal}`)
  );
}

/** What was sent, how fast, and what was invalid. */
export function describeSent({ rows, records, seconds, bytes, refused }: Replayed): string {
  const perSecond = bytes / 2 ** 20 / Math.max(0.001, seconds);
  return (
    `${grouped(rows)} rows sent in ${grouped(records)} records, ${Math.round(seconds)} s, ` +
    `${perSecond.toFixed(2)} MiB/s; ${grouped(refused)} invalid lines go to quarantine/`
  );
}

/** "1,234,568". */
export const grouped = (value: number): string =>
  String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ",");
