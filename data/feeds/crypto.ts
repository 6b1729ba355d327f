import { defineFeed, type RowOf } from "./contract";

export const crypto = defineFeed({
  name: "crypto",
  title: "Crypto prices",
  description: "Prices and market figures per coin, polled from CoinGecko's markets list at a fixed cadence.",
  columns: {
    coin_id: { type: "string", maxLength: 128, doc: "Id of the coin at CoinGecko, e.g. bitcoin" },
    symbol: { type: "string", maxLength: 64, doc: "Ticker symbol, lower case" },
    name: { type: "string", maxLength: 256, doc: "Name of the coin" },
    price_usd: { type: "double", min: 0, doc: "Price of one coin in US dollars" },
    market_cap_usd: { type: "double", min: 0, nullable: true, doc: "Circulating supply times price" },
    market_cap_rank: {
      type: "bigint",
      min: 1,
      nullable: true,
      doc: "Rank by market capitalisation; 1 is the largest",
    },
    volume_24h_usd: {
      type: "double",
      min: 0,
      nullable: true,
      doc: "Volume traded in the last 24 hours, in US dollars",
    },
    high_24h_usd: { type: "double", min: 0, nullable: true, doc: "Highest price of the last 24 hours" },
    low_24h_usd: { type: "double", min: 0, nullable: true, doc: "Lowest price of the last 24 hours" },
    change_24h_pct: { type: "double", nullable: true, doc: "Price change over 24 hours in percent" },
    circulating_supply: { type: "double", min: 0, nullable: true, doc: "Coins in circulation" },
    last_updated: {
      type: "timestamp",
      doc: "Time of the source's last update. It stops advancing when the source is stale",
    },
    event_time: {
      type: "timestamp",
      doc: "Scheduled time of the poll, the same for all its coins",
    },
    origin: {
      type: "string",
      oneOf: ["poll", "fallback", "collect", "backfill"],
      doc: "poll: polled live; fallback: polled live from the second source; collect: collected between two polls; backfill: filled in later",
    },
  },
  naturalKey: ["coin_id", "event_time"],
  eventTime: "event_time",
  partitionKey: "coin_id",
  cadenceSeconds: 300,
  // A live poll wins over one of the second source, that over a collected price, and all over a backfill, because the names
  // sort in this order.
  // Of two polls of one slot, the one with newer figures wins.
  prefer: [
    { column: "origin", order: "desc" },
    { column: "last_updated", order: "desc" },
    { column: "price_usd", order: "desc" },
  ],
  store: { mode: "latest", hashKey: "coin_id" },
  polled: true,
  watched: true,
});

export type CryptoRow = RowOf<typeof crypto>;
