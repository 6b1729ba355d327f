import { type FileRow, sentByName } from "../../../tools/replay/file-row";

export const COINS = 250;

/** Crypto rows of this moment: each of the coins in turn, and no natural key twice. */
export async function* soakRows(until: () => boolean): AsyncGenerator<FileRow> {
  let instant = 0;
  for (let number = 1; !until(); ) {
    instant = Math.max(Date.now(), instant + 1);
    const time = new Date(instant).toISOString();
    for (let coin = 0; coin < COINS; coin++, number++)
      yield { number, result: rowOf(coin, time), ...sentByName(() => ({})) };
  }
}

function rowOf(coin: number, time: string): FileRow["result"] {
  const price = 100 + coin + Math.sin(Date.parse(time) / 60_000 + coin);
  return {
    ok: true,
    row: {
      coin_id: `soak-${coin}`,
      symbol: `s${coin}`,
      name: `Soak coin ${coin}`,
      price_usd: price,
      market_cap_usd: price * 1e7,
      market_cap_rank: coin + 1,
      volume_24h_usd: price * 1e5,
      high_24h_usd: price + 1,
      low_24h_usd: price - 1,
      change_24h_pct: 0.5,
      circulating_supply: 1e7,
      last_updated: time,
      event_time: time,
      origin: "poll",
    },
  };
}
