import { defineFeed, type RowOf } from "./contract";

/**
 * The price is a part of a tick's key: a share is traded more than once in a millisecond, and ticks without a time get that
 * of their record.
 */
export const stocks = defineFeed({
  name: "stocks",
  title: "Stock ticks",
  description:
    "Stock ticks in the form of Firehose's demo data. Ticks sent to the feed's stream reach csv/, DynamoDB and the reports. Ticks put directly into its Firehose delivery stream reach only raw/ and the table stocks_raw.",
  columns: {
    ticker_symbol: {
      type: "string",
      maxLength: 16,
      aliases: ["ticker", "symbol"],
      doc: "Ticker symbol of the share",
    },
    sector: { type: "string", maxLength: 64, nullable: true, doc: "Business sector of the company" },
    change: { type: "double", nullable: true, doc: "Price change since the previous tick, in US dollars" },
    price: { type: "double", min: 0, doc: "Price of one share in US dollars" },
    event_time: {
      type: "timestamp",
      aliases: ["timestamp", "time"],
      whenMissing: "arrival",
      doc: "Time of the trade. Producers may omit it; then it is the arrival time",
    },
  },
  naturalKey: ["ticker_symbol", "event_time", "price"],
  eventTime: "event_time",
  partitionKey: "ticker_symbol",
  prefer: [{ column: "change", order: "desc" }],
  store: { mode: "latest", hashKey: "ticker_symbol" },
  polled: false,
  watched: false,
});

export type StocksRow = RowOf<typeof stocks>;
