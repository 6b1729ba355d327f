import type { CryptoRow } from "../../../data/feeds/crypto";
import { present } from "./lake";

const minute = 60_000;
export const slotMs = 5 * minute;
/** 48 hours of five-minute polls before the present. */
export const slots = 576;
export const start = present - slots * slotMs;

/** Polls 300 to 310 never came. */
export const missing = { from: 300, to: 310 };
export const coins = ["alpha", "beta", "gamma", "delta", "epsilon", "omega"];
/** Its price jumps by half in one poll. */
export const jump = { coin: "gamma", slot: 400 };
/** Its volume trebles for half an hour. */
export const surge = { coin: "delta", from: 500, to: 505 };
/** Its source stands still from this poll on. */
export const frozen = { coin: "epsilon", slot: 540 };

/** Coins that swing each in its own time, with the oddities above: rows as the feed has them, oldest first. */
export function cryptoRows(): CryptoRow[] {
  const rows: CryptoRow[] = [];
  for (let slot = 0; slot < slots; slot++) {
    if (slot >= missing.from && slot <= missing.to) continue;
    rows.push(...coins.map((coin, at) => rowOf(coin, at, slot)));
  }
  return rows;
}

function rowOf(coin: string, at: number, slot: number): CryptoRow {
  const time = new Date(start + slot * slotMs).toJSON();
  const swing = 1 + 0.02 * Math.sin(slot * 0.05 * (at + 1)) + 0.003 * Math.sin(slot * 1.7 + at);
  const jumped = coin === jump.coin && slot === jump.slot ? 1.5 : 1;
  const price = Number((10 ** (at - 2) * swing * jumped).toPrecision(8));
  const surging = coin === surge.coin && slot >= surge.from && slot <= surge.to;
  const seen = coin === frozen.coin ? Math.min(slot, frozen.slot) : slot;
  return {
    coin_id: coin,
    symbol: coin.slice(0, 3),
    name: coin.toUpperCase(),
    price_usd: price,
    // The smallest coin has no known supply.
    market_cap_usd: coin === "omega" ? null : Math.round((6 - at) * 1e9 * swing),
    market_cap_rank: at + 1,
    volume_24h_usd: Math.round((6 - at) * 1e7 * (1 + 0.01 * Math.sin(slot + at)) * (surging ? 3 : 1)),
    high_24h_usd: price * 1.01,
    low_24h_usd: price * 0.99,
    change_24h_pct: Number((Math.sin(slot * 0.01 + at) * 5).toFixed(4)),
    circulating_supply: null,
    last_updated: new Date(start + seen * slotMs - 20_000).toJSON(),
    event_time: time,
    origin: slot < 20 ? "backfill" : "poll",
  };
}
