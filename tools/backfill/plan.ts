import type { AthenaClient } from "@aws-sdk/client-athena";
import { crypto } from "../../data/feeds/crypto";
import { dayPredicate, type HourRange, hourAt, inRange } from "../../data/hours";
import { type Names, tablesOf } from "../../data/names";
import { queryRows } from "../kit/athena-results";
import type { Coin } from "./rows";

/** The source has five-minute data for requests of up to a day, and hourly data beyond. */
const SOURCE_STEP = 5 * 60_000;
const LONGEST_REQUEST = 24 * 3_600_000;

/** Slots that one request per coin covers. */
export interface Span {
  readonly slots: readonly number[];
  readonly coins: readonly Coin[];
}

/** The gaps of a range and the requests that fill them. */
export interface BackfillPlan {
  readonly gaps: readonly Gap[];
  readonly spans: readonly Span[];
  readonly requests: number;
  /** A price may fill slots up to this long after it, in milliseconds. */
  readonly maxAge: number;
}

/** Finds the feed's gaps in the view, and the coins polled just before and after each gap. */
export async function planBackfill(
  athena: AthenaClient,
  names: Names,
  range: HourRange,
  cadenceMillis: number,
  signal?: AbortSignal,
): Promise<BackfillPlan> {
  const select = (sql: string) => queryRows(athena, names, sql, signal);
  const polled = await select(slotsSql(range));
  const slots = polled.map(([text]) => instantOf(text)).filter((slot) => inRange(hourAt(slot), range));
  const gaps = gapsIn(slots, cadenceMillis);
  const maxAge = 2 * Math.max(cadenceMillis, SOURCE_STEP);
  if (gaps.length === 0) return { gaps, spans: [], requests: 0, maxAge };
  const sorted = [...slots].sort((a, b) => a - b);
  const neighbouringSlots = [...new Set(gaps.flatMap((gap) => neighbours(sorted, gap)))];
  const rows = await select(coinsSql(range, neighbouringSlots));
  const coins = new Map<number, Coin[]>();
  for (const [time, coin_id = "", symbol = "", name = ""] of rows) {
    const slot = instantOf(time);
    coins.set(slot, [...(coins.get(slot) ?? []), { coin_id, symbol, name }]);
  }
  const spans = spansOf(gaps, LONGEST_REQUEST - maxAge).map(
    (together): Span => ({
      slots: together.flatMap((gap) => gap.slots),
      coins: distinct(
        together.flatMap((gap) => neighbours(sorted, gap)).flatMap((slot) => coins.get(slot) ?? []),
      ),
    }),
  );
  return { gaps, spans, requests: spans.reduce((sum, span) => sum + span.coins.length, 0), maxAge };
}

export const slotsSql = (range: HourRange): string =>
  `SELECT DISTINCT CAST(event_time AS varchar) FROM ${tablesOf(crypto).view} WHERE ${dayPredicate(range)}`;

export const coinsSql = (range: HourRange, slots: readonly number[]): string =>
  `SELECT CAST(event_time AS varchar), coin_id, symbol, name FROM ${tablesOf(crypto).view} ` +
  `WHERE ${dayPredicate(range)} AND CAST(event_time AS varchar) IN ` +
  `(${slots.map((slot) => `'${textOf(slot)}'`).join(", ")})`;

/**
 * Groups gaps that one request covers, and splits gaps that are longer. A request also covers the time before the
 * first slot in which a price may count, so its slots span at most `reach`.
 */
function spansOf(gaps: readonly Gap[], reach: number): Gap[][] {
  const spans: Gap[][] = [];
  for (const gap of gaps.flatMap((gap) => parts(gap, reach))) {
    const last = spans.at(-1);
    const start = last?.[0]?.from;
    if (last && start !== undefined && gap.to - start <= reach) last.push(gap);
    else spans.push([gap]);
  }
  return spans;
}

function parts(gap: Gap, reach: number): Gap[] {
  const split: Gap[] = [];
  let slots: number[] = [];
  for (const slot of gap.slots) {
    if (slot - (slots[0] ?? slot) > reach) {
      split.push(gapOf(slots));
      slots = [];
    }
    slots.push(slot);
  }
  return [...split, gapOf(slots)];
}

const gapOf = (slots: readonly number[]): Gap => ({ from: slots[0] ?? 0, to: slots.at(-1) ?? 0, slots });

function neighbours(sorted: readonly number[], { from, to }: Gap): number[] {
  return [sorted.findLast((slot) => slot < from), sorted.find((slot) => slot > to)].filter(
    (slot) => slot !== undefined,
  );
}

const distinct = (coins: readonly Coin[]): Coin[] => [
  ...new Map(coins.map((coin) => [coin.coin_id, coin])).values(),
];

const instantOf = (text = ""): number => Date.parse(`${text.replace(" ", "T")}Z`);
const textOf = (instant: number): string =>
  new Date(instant).toISOString().replace("T", " ").replace("Z", "");

/** Consecutive poll slots without rows, between two slots with rows. Instants in milliseconds, both ends included. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly slots: readonly number[];
}

/** Gaps within a series of slots. Before its first and after its last slot, nothing is known to be missing. */
export function gapsIn(slots: readonly number[], cadenceMillis: number): Gap[] {
  const seen = [...new Set(slots)].sort((a, b) => a - b);
  const gaps: Gap[] = [];
  for (let i = 1; i < seen.length; i++) {
    const before = seen[i - 1] ?? 0;
    const after = seen[i] ?? 0;
    const missing: number[] = [];
    // A slot may be late by half a cadence.
    for (let slot = before + cadenceMillis; slot < after - cadenceMillis / 2; slot += cadenceMillis)
      missing.push(slot);
    const [first] = missing;
    const last = missing.at(-1);
    if (first !== undefined && last !== undefined) gaps.push({ from: first, to: last, slots: missing });
  }
  return gaps;
}
