import { Failure } from "../../../kit/errors";
import { get } from "../../net/http";
import { messagesOf } from "../../net/websocket";
import { ConnectionLost, QuotaExceeded } from "../../source";
import type { Exchange, Message, Trade } from "./trade";

export const KRAKEN_FEED = "ws.kraken.com";
export const KRAKEN_API = "api.kraken.com";
/** A heartbeat comes every second once subscribed. */
const IDLE_MS = 15_000;

interface Answer {
  readonly channel?: unknown;
  readonly method?: unknown;
  readonly success?: unknown;
  readonly error?: unknown;
  readonly data?: readonly LiveTrade[];
}

interface LiveTrade {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly qty: number;
  readonly trade_id: number;
  readonly timestamp: string;
}

/** Price, quantity, time in seconds, b or s, m or l, miscellaneous, id. */
type PastTrade = readonly [string, string, number, string, string, string, number];

/**
 * Kraken: the channel trade of its websocket v2, without a key. The snapshot has the last fifty trades.
 * https://docs.kraken.com/api/docs/websocket-v2/trade
 */
export const kraken = (feed: URL, api: URL): Exchange => ({
  name: "kraken",
  origin: feed.host,
  productOf: (symbol) => `${symbol.toUpperCase()}/USD`,
  async *live(products, signal) {
    const params = { channel: "trade", symbol: products, snapshot: true };
    const hello = [JSON.stringify({ method: "subscribe", params })];
    for await (const texts of messagesOf(new URL("/v2", feed), { signal, idleMillis: IDLE_MS, hello }))
      yield texts.flatMap((text) => read(text, feed.host));
  },
  async *past(product, after, before, signal) {
    // Pages go from old to new, from a time in nanoseconds on. A second earlier, because times are rounded.
    let since = `${Math.floor(after.at) - 1000}000000`;
    for (let last = after.id; last < before - 1; ) {
      const url = new URL("/0/public/Trades", api);
      url.searchParams.set("pair", pairOf(product));
      url.searchParams.set("since", since);
      const { error, result } = (await (await get({ url, signal, keyHint: "" })).json()) as {
        error: readonly string[];
        result?: Readonly<Record<string, readonly PastTrade[]>> & { readonly last?: string };
      };
      if (error[0] !== undefined) throw failure(api.host, error[0]);
      const { last: next = since, ...byPair } = result ?? {};
      const page = (Object.values(byPair)[0] ?? []) as readonly PastTrade[];
      const trades = page
        .map((each) => pastTrade(product, each))
        .filter(({ id }) => id > last && id < before);
      if (trades.length > 0) yield trades;
      if (next === since || page.length === 0) return;
      last = trades.at(-1)?.id ?? last;
      since = String(next);
    }
  },
});

/** REST has its old names of two coins: https://support.kraken.com/articles/360001206766 */
const pairOf = (product: string): string =>
  product.replace("/", "").replace(/^BTC/, "XBT").replace(/^DOGE/, "XDG");

function read(text: string, host: string): Message[] {
  const { channel, method, success, error, data = [] } = JSON.parse(text) as Answer;
  if (method === "subscribe" && success === false) throw failure(host, String(error));
  if (channel !== "trade") return [{ kind: "other" }];
  return data.map(({ symbol, side, price, qty, trade_id, timestamp }) => ({
    kind: "trade",
    trade: { product: symbol, id: trade_id, price, quantity: qty, side, at: Date.parse(timestamp) },
  }));
}

const pastTrade = (product: string, [price, quantity, seconds, side, , , id]: PastTrade): Trade => ({
  product,
  id,
  price: Number(price),
  quantity: Number(quantity),
  side: side === "b" ? "buy" : "sell",
  at: Math.floor(seconds * 1000),
});

/** Errors of the API come with status 200: https://docs.kraken.com/api/docs/guides/spot-errors */
function failure(host: string, said: string): Error {
  if (/rate limit|too many|throttl/i.test(said))
    return new QuotaExceeded(`${host}: ${said}`, Date.now() + QUOTA_MS);
  return /pair|asset|argument/i.test(said)
    ? new Failure(`${host}: ${said}`)
    : new ConnectionLost(`${host}: ${said}`);
}

const QUOTA_MS = 15_000;
