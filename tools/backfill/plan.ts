import type { AthenaClient } from "@aws-sdk/client-athena";
import { crypto } from "../../data/feeds/crypto";
import { type Names, tablesOf } from "../../data/names";
import { queryRows } from "../kit/athena-results";
import { dayPredicate, type HourRange, hourAt, inRange } from "../kit/hours";
import { type Gap, gapsIn } from "./gaps";
import type { Coin } from "./rows";

export const CADENCE = (crypto.cadenceSeconds ?? 300) * 1000;
/** The source gives figures of every five minutes for up to a day at a time, and of every hour beyond. */
const LONGEST_REQUEST = 24 * 3_600_000;

/** Slots that one request per coin tells of. */
export interface Span {
  readonly slots: readonly number[];
  readonly coins: readonly Coin[];
}

/** What it takes to fill the holes of a range. */
export interface BackfillPlan {
  readonly gaps: readonly Gap[];
  readonly spans: readonly Span[];
  readonly requests: number;
}

/** Finds the feed's interior holes in the view, and the coins that were polled right before and after each. */
export async function planBackfill(
  athena: AthenaClient,
  names: Names,
  range: HourRange,
  signal?: AbortSignal,
): Promise<BackfillPlan> {
  const ask = (sql: string) => queryRows(athena, names, sql, signal);
  const { view } = tablesOf(crypto);
  const polled = await ask(
    `SELECT DISTINCT CAST(event_time AS varchar) FROM ${view} WHERE ${dayPredicate(range)}`,
  );
  const slots = polled.map(([text]) => instantOf(text)).filter((slot) => inRange(hourAt(slot), range));
  const gaps = gapsIn(slots, CADENCE);
  if (gaps.length === 0) return { gaps, spans: [], requests: 0 };
  const sorted = [...slots].sort((a, b) => a - b);
  const wanted = [...new Set(gaps.flatMap((gap) => neighbours(sorted, gap)))];
  const rows = await ask(
    `SELECT CAST(event_time AS varchar), coin_id, symbol, name FROM ${view} WHERE ${dayPredicate(range)} ` +
      `AND CAST(event_time AS varchar) IN (${wanted.map((slot) => `'${textOf(slot)}'`).join(", ")})`,
  );
  const coins = new Map<number, Coin[]>();
  for (const [time, coin_id = "", symbol = "", name = ""] of rows) {
    const slot = instantOf(time);
    coins.set(slot, [...(coins.get(slot) ?? []), { coin_id, symbol, name }]);
  }
  const spans = spansOf(gaps).map(
    (together): Span => ({
      slots: together.flatMap((gap) => gap.slots),
      coins: distinct(
        together.flatMap((gap) => neighbours(sorted, gap)).flatMap((slot) => coins.get(slot) ?? []),
      ),
    }),
  );
  return { gaps, spans, requests: spans.reduce((sum, span) => sum + span.coins.length, 0) };
}

/** Gaps that one request reaches, together; a gap longer than that in parts. */
export function spansOf(gaps: readonly Gap[]): Gap[][] {
  const spans: Gap[][] = [];
  for (const gap of gaps.flatMap(parts)) {
    const last = spans.at(-1);
    const start = last?.[0]?.from;
    if (last && start !== undefined && gap.to - start <= REACH) last.push(gap);
    else spans.push([gap]);
  }
  return spans;
}

/** The figures before the first slot are asked for too. */
const REACH = LONGEST_REQUEST - 2 * CADENCE;
const PART = Math.floor(REACH / CADENCE);

function parts(gap: Gap): Gap[] {
  if (gap.to - gap.from <= REACH) return [gap];
  const made: Gap[] = [];
  for (let at = 0; at < gap.slots.length; at += PART) {
    const slots = gap.slots.slice(at, at + PART);
    made.push({ from: slots[0] ?? gap.from, to: slots.at(-1) ?? gap.to, slots });
  }
  return made;
}

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
