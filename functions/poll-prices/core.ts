import { canonicalInstant, encodeJson, validateRow } from "../../data/feeds";
import { type CryptoRow, crypto } from "../../data/feeds/crypto";
import { type Pack, pack } from "../shared/pack";
import { type Quarantined, refusedBytes, refusedRow } from "../shared/quarantine";

export interface Poll {
  readonly packs: readonly Pack[];
  readonly quarantined: readonly Quarantined[];
  readonly events: number;
  /** Coins whose figures the source has not renewed for long: they are kept, and counted. */
  readonly stale: number;
  /** The newest source time among the events; how stale the source is follows from it. */
  readonly newest: string | undefined;
}

/** Three polls. */
const STALE_MS = 3 * (crypto.cadenceSeconds ?? 300) * 1000;

/** What the source calls the columns of a row. */
const sourceNames: Readonly<Record<Exclude<keyof CryptoRow, "event_time" | "origin">, string>> = {
  coin_id: "id",
  symbol: "symbol",
  name: "name",
  price_usd: "current_price",
  market_cap_usd: "market_cap",
  market_cap_rank: "market_cap_rank",
  volume_24h_usd: "total_volume",
  high_24h_usd: "high_24h",
  low_24h_usd: "low_24h",
  change_24h_pct: "price_change_percentage_24h",
  circulating_supply: "circulating_supply",
  last_updated: "last_updated",
};

/** The source's list as packs of rows of one slot; a coin that makes no row is set aside, the others go on. */
export function pollRows(coins: readonly unknown[], slot: string, lanes: number): Poll {
  const rows = new Map<string, CryptoRow>();
  const quarantined: Quarantined[] = [];
  for (const coin of coins) {
    const result = validateRow(crypto, rowOf(coin, slot));
    if (!result.ok) quarantined.push(refusedRow("poll-prices", result, coin));
    // Ranks move between two pages: a coin can be on both. The first counts.
    else if (!rows.has(result.row.coin_id)) rows.set(result.row.coin_id, result.row);
  }
  const all = [...rows.values()];
  const { packs, tooLarge } = pack(
    all.map((row) => ({ key: row.coin_id, line: encodeJson(row) })),
    lanes,
  );
  for (const line of tooLarge)
    quarantined.push(refusedBytes("poll-prices", Buffer.from(line), "larger than a record can be"));
  const stale = all.filter(
    ({ last_updated }) => Date.parse(slot) - Date.parse(last_updated) > STALE_MS,
  ).length;
  const newest = all.reduce<string | undefined>(
    (latest, row) => (latest === undefined || row.last_updated > latest ? row.last_updated : latest),
    undefined,
  );
  return { packs, quarantined, events: all.length - tooLarge.length, stale, newest };
}

function rowOf(coin: unknown, slot: string): unknown {
  if (typeof coin !== "object" || coin === null) return coin;
  const source = coin as Record<string, unknown>;
  const row: Record<string, unknown> = { event_time: slot, origin: "poll" };
  for (const [column, name] of Object.entries(sourceNames)) row[column] = source[name];
  return row;
}

/** The schedule's time: the same however late or often the schedule fires. */
export function slotOf(event: unknown): string {
  const time = (event as { scheduledTime?: unknown } | null)?.scheduledTime;
  const slot = typeof time === "string" ? canonicalInstant(time) : undefined;
  if (slot === undefined)
    throw new Error(`the event's scheduledTime is ${JSON.stringify(time ?? null)}; it must be an instant`);
  return slot;
}
