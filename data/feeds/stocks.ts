import { defineFeed, type RowOf } from "./contract";

export const stocks = defineFeed({
  name: "stocks",
  title: "Stock ticks",
  description:
    "Ticks of shares, in the form of Firehose's own demo data. Sent to the feed's stream they reach csv/, the store and the reports; put straight into its direct delivery stream they reach raw/ alone, where the table stocks_raw has them.",
  columns: {
    ticker_symbol: {
      type: "string",
      maxLength: 16,
      aliases: ["ticker", "symbol"],
      doc: "The share's symbol",
    },
    sector: { type: "string", maxLength: 64, nullable: true, doc: "The company's line of business" },
    change: { type: "double", nullable: true, doc: "Against the tick before, in dollars" },
    price: { type: "double", min: 0, doc: "Dollars for a share" },
    event_time: {
      type: "timestamp",
      aliases: ["timestamp", "time"],
      whenMissing: "arrival",
      doc: "When it was traded; producers may leave it out",
    },
  },
  naturalKey: ["ticker_symbol", "event_time"],
  eventTime: "event_time",
  partitionKey: "ticker_symbol",
  prefer: [{ column: "price", order: "desc" }],
  store: { mode: "latest", hashKey: "ticker_symbol" },
  polled: false,
  watched: false,
});

export type StocksRow = RowOf<typeof stocks>;
