import { validateRow } from "../../data/feeds";
import { type CryptoRow, crypto } from "../../data/feeds/crypto";
import { type Pack, pack } from "../../data/records/pack";

export interface Poll {
  readonly packs: readonly Pack[];
  readonly events: number;
  /** Coins that are not valid rows. They are sent too, and write-csv quarantines them with the reason. */
  readonly refused: number;
  /** Coins whose figures have not changed at the source for three polls. They are stored and counted. */
  readonly stale: number;
  /** The newest source timestamp among the events, for the SourceAge metric. */
  readonly newest: string | undefined;
}

export interface PollOptions {
  readonly lanes: number;
  readonly pollSeconds: number;
  readonly origin: "poll" | "fallback";
}

/** Packs the source's list as rows of one slot. */
export function pollRows(
  coins: readonly unknown[],
  slot: string,
  { lanes, pollSeconds, origin }: PollOptions,
): Poll {
  const staleMs = 3 * pollSeconds * 1000;
  const rows = new Map<string, CryptoRow>();
  const refused: unknown[] = [];
  for (const coin of coins) {
    const given = rowOf(coin, slot, origin);
    const result = validateRow(crypto, given);
    if (!result.ok) refused.push(given);
    // Ranks can change between two pages, so a coin can be on both. The first one is used.
    else if (!rows.has(result.row.coin_id)) rows.set(result.row.coin_id, result.row);
  }
  const all = [...rows.values()];
  const { packs } = pack(
    [
      ...all.map((row) => ({ key: row.coin_id, line: JSON.stringify(row) })),
      ...refused.map((given) => ({ key: "", line: JSON.stringify(given) })),
    ],
    lanes,
  );
  const stale = all.filter(
    ({ last_updated }) => Date.parse(slot) - Date.parse(last_updated) > staleMs,
  ).length;
  const newest = all.reduce<string | undefined>(
    (latest, row) => (latest === undefined || row.last_updated > latest ? row.last_updated : latest),
    undefined,
  );
  return { packs, events: all.length, refused: refused.length, stale, newest };
}

/**
 * Maps a coin to the contract's column names. Anything that is no object is passed through for quarantine.
 */
export function rowOf(coin: unknown, slot: string, origin: CryptoRow["origin"]): unknown {
  if (typeof coin !== "object" || coin === null) return short(coin);
  const source = coin as Readonly<Record<string, unknown>>;
  return {
    event_time: slot,
    origin,
    coin_id: short(source.id),
    symbol: short(source.symbol),
    name: short(source.name),
    price_usd: short(source.current_price),
    market_cap_usd: short(source.market_cap),
    market_cap_rank: short(source.market_cap_rank),
    volume_24h_usd: short(source.total_volume),
    high_24h_usd: short(source.high_24h),
    low_24h_usd: short(source.low_24h),
    change_24h_pct: short(source.price_change_percentage_24h),
    circulating_supply: short(source.circulating_supply),
    last_updated: short(source.last_updated),
  } satisfies Record<keyof CryptoRow, unknown>;
}

/**
 * Longer than any column's limit, so a cut value stays invalid, and short enough that a row of such values
 * fits in a record.
 */
const LONGEST_VALUE = 2048;

/** Invalid values are kept for the quarantine report, cut to a maximum length. */
function short(value: unknown): unknown {
  if (typeof value === "number") return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text === undefined || text.length <= LONGEST_VALUE ? value : text.slice(0, LONGEST_VALUE);
}
