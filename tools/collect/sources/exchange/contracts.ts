import { defineFeed } from "../../../../data/feeds";

const place = {
  exchange: { type: "string", maxLength: 32, doc: "Exchange, such as coinbase" },
  coin_id: { type: "string", maxLength: 128, doc: "Id of the coin at CoinGecko, e.g. bitcoin" },
  product: { type: "string", maxLength: 32, doc: "The exchange's name of the pair, e.g. BTC-USD" },
} as const;

const price = (doc: string) => ({ type: "double", min: 0, doc }) as const;

/** Trades of exchanges. They have no tables of their own: they go to streams and topics outside the program. */
export const trades = defineFeed({
  name: "trades",
  title: "Trades",
  description: "Trades on cryptocurrency exchanges.",
  columns: {
    ...place,
    trade_id: {
      type: "bigint",
      min: 0,
      doc: "The exchange's number of the trade; consecutive within a product",
    },
    price_usd: price("Price of one coin in US dollars"),
    quantity: { type: "double", min: 0, doc: "Coins traded" },
    side: { type: "string", oneOf: ["buy", "sell"], doc: "Side of the order that took the price" },
    traded_at: { type: "timestamp", doc: "Time of the trade" },
  },
  naturalKey: ["exchange", "product", "trade_id"],
  eventTime: "traded_at",
  partitionKey: "coin_id",
  prefer: [{ column: "traded_at", order: "desc" }],
  store: { mode: "append", hashKey: "product", rangeKey: "trade_id" },
  polled: false,
  watched: false,
});

/** Candles made of an exchange's trades. */
export const candles = defineFeed({
  name: "candles",
  title: "Candles",
  description: "Prices of an interval on a cryptocurrency exchange, made of its trades.",
  columns: {
    ...place,
    seconds: { type: "bigint", min: 1, doc: "Length of the interval" },
    open_usd: price("First price"),
    high_usd: price("Highest price"),
    low_usd: price("Lowest price"),
    close_usd: price("Last price"),
    volume: { type: "double", min: 0, doc: "Coins traded" },
    trades: { type: "bigint", min: 1, doc: "Number of trades" },
    begins_at: { type: "timestamp", doc: "Begin of the interval" },
  },
  naturalKey: ["exchange", "product", "seconds", "begins_at"],
  eventTime: "begins_at",
  partitionKey: "coin_id",
  // A candle that was made again after a gap was filled has more trades.
  prefer: [{ column: "trades", order: "desc" }],
  store: { mode: "append", hashKey: "product", rangeKey: "begins_at" },
  polled: false,
  watched: false,
});
