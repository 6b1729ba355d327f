import { Failure } from "../../../kit/errors";
import { get } from "../../net/http";
import { messagesOf } from "../../net/websocket";
import { ConnectionLost } from "../../source";
import type { Exchange, Message, Trade } from "./trade";

export const COINBASE_FEED = "ws-feed.exchange.coinbase.com";
export const COINBASE_API = "api.exchange.coinbase.com";
/** A heartbeat comes every second. */
const IDLE_MS = 15_000;
const PAGE = 1000;

interface Match {
  readonly type?: unknown;
  readonly product_id?: unknown;
  readonly trade_id?: unknown;
  readonly last_trade_id?: unknown;
  readonly price?: unknown;
  readonly size?: unknown;
  readonly side?: unknown;
  readonly time?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
}

/**
 * Coinbase Exchange: the channels matches and heartbeat, without a key.
 * https://docs.cdp.coinbase.com/exchange/websocket-feed/channels
 */
export const coinbase = (feed: URL, api: URL): Exchange => ({
  name: "coinbase",
  origin: feed.host,
  productOf: (symbol) => `${symbol.toUpperCase()}-USD`,
  async *live(products, signal) {
    const subscribe = { type: "subscribe", product_ids: products, channels: ["matches", "heartbeat"] };
    const hello = [JSON.stringify(subscribe)];
    for await (const texts of messagesOf(feed, { signal, idleMillis: IDLE_MS, hello }))
      yield texts.map((text) => read(text, feed.host));
  },
  async *past(product, { id }, before, signal) {
    // Pages go from new to old, and `after` names the trade before which a page ends. They are gathered to be given in order.
    const pages: Trade[][] = [];
    for (let end = before; end > id + 1; ) {
      const url = new URL(`/products/${product}/trades`, api);
      url.searchParams.set("after", String(end));
      url.searchParams.set("limit", String(Math.min(PAGE, end - id - 1)));
      const answer = (await (await get({ url, signal, keyHint: "" })).json()) as readonly Match[];
      const page = answer.map((match) => tradeOf({ ...match, product_id: product })).reverse();
      const first = page[0];
      if (!first) break;
      pages.unshift(page.filter((trade) => trade.id > id));
      end = first.id;
    }
    yield* pages;
  },
});

function read(text: string, host: string): Message {
  const match = JSON.parse(text) as Match;
  if (match.type === "match" || match.type === "last_match") return { kind: "trade", trade: tradeOf(match) };
  if (match.type === "heartbeat")
    return { kind: "last", product: String(match.product_id), id: Number(match.last_trade_id) };
  if (match.type === "error") {
    const said = [match.message, match.reason].filter(Boolean).join(": ");
    // A product that is not traded here does not appear by trying again.
    throw /product|subscri/i.test(said)
      ? new Failure(`${host}: ${said}`)
      : new ConnectionLost(`${host}: ${said}`);
  }
  return { kind: "other" };
}

/** `side` is the maker's: https://docs.cdp.coinbase.com/exchange/websocket-feed/channels#matches-channel */
const tradeOf = ({ product_id, trade_id, price, size, side, time }: Match): Trade => ({
  product: String(product_id),
  id: Number(trade_id),
  price: Number(price),
  quantity: Number(size),
  side: side === "sell" ? "buy" : "sell",
  at: Date.parse(String(time)),
});
