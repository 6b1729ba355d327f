/** A trade on an exchange. */
export interface Trade {
  /** The exchange's name of the pair: "BTC-USD", "BTC/USD". */
  readonly product: string;
  /** Increases by one with each trade of the product. */
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  /** What the order did that was not in the book before. */
  readonly side: "buy" | "sell";
  /** Instant in milliseconds. */
  readonly at: number;
}

/** A message of an exchange's stream. */
export type Message =
  | { readonly kind: "trade"; readonly trade: Trade }
  /** The last trade of a product, as its heartbeat says: trades up to it must have come. */
  | { readonly kind: "last"; readonly product: string; readonly id: number }
  | { readonly kind: "other" };

/** Where a product's trades were read up to. */
export type Place = Pick<Trade, "id" | "at">;

export interface Exchange {
  readonly name: string;
  readonly origin: string;
  /** The exchange's name of a coin's pair with the US dollar, from the coin's ticker symbol. */
  readonly productOf: (symbol: string) => string;
  /** The trades as they happen, from subscribing on. Throws a ConnectionLost when the connection breaks. */
  readonly live: (products: readonly string[], signal: AbortSignal) => AsyncIterable<readonly Message[]>;
  /** Trades of a product after a place and before a trade's id, by REST: pages of the range, oldest first. */
  readonly past: (
    product: string,
    after: Place,
    before: number,
    signal: AbortSignal,
  ) => AsyncIterable<readonly Trade[]>;
}
