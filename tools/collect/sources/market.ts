import { crypto } from "../../../data/feeds/crypto";
import { DEFAULT_COINS, DEFAULT_SEED, makeCoins } from "../../../data/market";
import { marketRoutes } from "../../../data/market/routes";
import { rowOf } from "../../../functions/poll-prices/core";
import type { Clock, Source } from "../source";
import { generated } from "./generated";
import { steady } from "./rhythm";

/** The largest coins, each once in a round. */
const COINS = 10;

/**
 * Endless prices of the sample market that the local stack polls, between two polls. The rows of a round have one time, half
 * a round before its first event, so that they do not meet the poller's slots.
 */
export function market(rate: number, clock: Clock): Source {
  const rhythm = steady(rate);
  const markets = marketRoutes(makeCoins(DEFAULT_COINS, DEFAULT_SEED))["/coins/markets"];
  const query = new URLSearchParams({ vs_currency: "usd", per_page: String(COINS) });
  const halfRound = Math.floor((500 * COINS) / rate);
  let kept: { readonly round: number; readonly time: number; readonly coins: readonly unknown[] } | undefined;
  const roundOf = (round: number) => {
    if (kept?.round === round) return kept;
    const time = rhythm.instantOf(round * COINS) - halfRound;
    kept = { round, time, coins: (markets?.(query, time, [], "") ?? []) as readonly unknown[] };
    return kept;
  };
  const make = (n: number) => {
    const { time, coins } = roundOf(Math.floor(n / COINS));
    return {
      kind: "object",
      value: rowOf(coins[n % COINS], new Date(time).toISOString(), "collect"),
    } as const;
  };
  return generated({ feed: crypto, origin: `market, ${rate}/s`, rhythm, clock, make });
}
