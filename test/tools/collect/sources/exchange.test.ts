import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { naturalKeyOf } from "../../../../data/feeds";
import { realTime } from "../../../../tools/collect/clock";
import { collect, noneCollected } from "../../../../tools/collect/runner";
import { QuotaExceeded, type Source } from "../../../../tools/collect/source";
import { Candles } from "../../../../tools/collect/sources/exchange/candles";
import { coinbase } from "../../../../tools/collect/sources/exchange/coinbase";
import { kraken } from "../../../../tools/collect/sources/exchange/kraken";
import { exchangeSource } from "../../../../tools/collect/sources/exchange/source";
import type { Exchange } from "../../../../tools/collect/sources/exchange/trade";
import { firstOf } from "../at";
import { sendJson } from "../servers";

const TIME = Date.UTC(2026, 0, 15, 12);
/** Trade n happens n seconds after noon, at a price of 100 + n. */
const timeOf = (n: number) => new Date(TIME + 1000 * n);

/** Messages as the documentation of Coinbase Exchange shows them. */
const match = (n: number, type = "match", product_id = "BTC-USD") => ({
  ...{ type, trade_id: n, sequence: 50 + n, product_id, size: "0.50000000", price: `${100 + n}.00` },
  maker_order_id: "ac928c66-ca53-498f-9c13-a110027a60e8",
  taker_order_id: "132fb6ae-456b-4654-b4e0-d681ac05cea1",
  time: timeOf(n).toISOString().replace("Z", "123Z"),
  side: "sell",
});
const heartbeat = (last_trade_id: number) => ({
  ...{ type: "heartbeat", sequence: 90, last_trade_id, product_id: "BTC-USD" },
  time: "2026-01-15T12:00:00.464459Z",
});
const subscriptions = { type: "subscriptions", channels: [{ name: "matches", product_ids: ["BTC-USD"] }] };
const pastMatch = (n: number) => ({
  ...{ trade_id: n, side: "sell", size: "0.50000000", price: `${100 + n}.00000000` },
  time: timeOf(n).toISOString(),
});

/** Messages as the documentation of Kraken's websocket v2 shows them. */
const krakenTrade = (type: string, ...ns: readonly number[]) => ({
  channel: "trade",
  type,
  data: ns.map((n) => ({
    ...{ symbol: "BTC/USD", side: "buy", price: 100 + n, qty: 0.5, ord_type: "limit", trade_id: n },
    timestamp: timeOf(n).toISOString().replace("Z", "123Z"),
  })),
});
const pastKraken = (n: number) => [
  `${100 + n}.00000`,
  "0.50000000",
  timeOf(n).getTime() / 1000,
  "b",
  "l",
  "",
  n,
];

describe("source of an exchange", () => {
  let http: Server;
  let server: WebSocketServer;
  let feed: URL;
  let api: URL;
  let script: ((socket: WebSocket) => void)[] = [];
  /** What the clients have sent, and the URLs that they have asked for. */
  const said: unknown[] = [];
  const asked: string[] = [];
  const logged: string[] = [];
  /** Answers REST requests. */
  let past: (url: URL) => unknown = () => [];
  beforeEach(async () => {
    for (const list of [said, asked, logged]) list.length = 0;
    http = createServer((request, response) => {
      asked.push(request.url ?? "");
      sendJson(response, past(new URL(request.url ?? "", "http://localhost")));
    });
    server = new WebSocketServer({ server: http });
    server.on("connection", (socket) => {
      socket.on("message", (data) => {
        said.push(JSON.parse(String(data)));
        script.shift()?.(socket);
      });
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const { port } = http.address() as AddressInfo;
    feed = new URL(`ws://127.0.0.1:${port}`);
    api = new URL(`http://127.0.0.1:${port}`);
  });
  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  const sends =
    (...messages: unknown[]) =>
    (socket: WebSocket) => {
      for (const message of messages) socket.send(JSON.stringify(message));
    };
  const sourceOf = (exchange: Exchange, candleSeconds?: number): Source =>
    exchangeSource(exchange, {
      coins: "bitcoin",
      candleSeconds,
      clock: realTime,
      log: (text) => logged.push(text.replace(/127.0.0.1:\d+/, "host")),
    });
  const idsOf = (found: readonly { readonly kind: string }[]) =>
    found.map((each) => ("value" in each ? Object(each.value).trade_id : each.kind));
  /** Trades before one, newest first, as many as asked for. */
  const coinbasePast = (url: URL) => {
    const [after, limit] = ["after", "limit"].map((name) => Number(url.searchParams.get(name)));
    return Array.from({ length: Math.min(limit ?? 0, 3) }, (_, i) => pastMatch((after ?? 0) - 1 - i));
  };

  it("coinbase: subscribes, gives each trade once, and fills a gap in pages before the trade that shows it", async () => {
    past = coinbasePast;
    script = [
      sends(subscriptions, match(1, "last_match"), match(2), match(2), heartbeat(2), match(8), match(9)),
    ];
    const source = sourceOf(coinbase(feed, api));
    const found = await firstOf(source, 9);
    assert.deepEqual(idsOf(found), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(said, [
      { type: "subscribe", product_ids: ["BTC-USD"], channels: ["matches", "heartbeat"] },
    ]);
    assert.deepEqual(asked, [
      "/products/BTC-USD/trades?after=8&limit=5",
      "/products/BTC-USD/trades?after=5&limit=2",
    ]);
    assert.deepEqual(logged, ["host: BTC-USD had a gap of 5 trades; filled"]);
    const values = found.map((each) => each.kind === "object" && each.value);
    assert.deepEqual(values[2], {
      ...{ exchange: "coinbase", coin_id: "bitcoin", product: "BTC-USD", trade_id: 3, price_usd: 103 },
      // The maker sold, so the taker bought.
      ...{ quantity: 0.5, side: "buy", traded_at: "2026-01-15T12:00:03.000Z" },
    });
    assert.equal(naturalKeyOf(source.feed, values[2] as never), '["coinbase","BTC-USD",3]');
  });

  it("coinbase: a heartbeat shows trades that the stream has dropped", async () => {
    past = coinbasePast;
    script = [sends(match(1, "last_match"), heartbeat(3))];
    assert.deepEqual(idsOf(await firstOf(sourceOf(coinbase(feed, api)), 3)), [1, 2, 3]);
    assert.deepEqual(logged, ["host: BTC-USD had a gap of 2 trades; filled"]);
  });

  it("reconnects after the server closes, and fetches what was traded in between", async () => {
    past = coinbasePast;
    script = [
      (socket) => {
        sends(match(1, "last_match"), match(2))(socket);
        setTimeout(() => socket.close(1012), 30);
      },
      sends(match(5, "last_match"), match(6)),
    ];
    const ids: unknown[] = [];
    const saved: string[] = [];
    const counts = await collect(
      {
        source: sourceOf(coinbase(feed, api)),
        destination: {
          name: "memory",
          send: async (events) =>
            void ids.push(...events.map((each) => each.kind === "row" && each.row.trade_id)),
          close: async () => {},
        },
        cursor: { path: "", read: () => undefined, write: (at) => saved.push(at), forget: () => {} },
        ...{ clock: realTime, follow: true, limit: 6, signal: new AbortController().signal },
        log: () => {},
        random: () => 0,
        flushMillis: 20,
      },
      noneCollected(),
    );
    assert.deepEqual(ids, [1, 2, 3, 4, 5, 6]);
    assert.equal(counts.reconnects, 1);
    assert.equal(saved.at(-1), `[["BTC-USD",{"id":6,"at":${TIME + 6000}}]]`);
  });

  it("leaves out a gap that is too large, and says so", async () => {
    script = [sends(match(1, "last_match"), match(30_000))];
    assert.deepEqual(idsOf(await firstOf(sourceOf(coinbase(feed, api)), 2)), [1, 30_000]);
    assert.deepEqual(logged, [
      "host: BTC-USD misses 29998 trades, which is too many to fetch; they are left out",
    ]);
  });

  it("kraken: reads the snapshot and updates, and fills a gap in pages by time", async () => {
    const pages = [
      { error: [], result: { XXBTZUSD: [2, 3, 4].map(pastKraken), last: "111" } },
      { error: [], result: { XXBTZUSD: [4, 5, 6, 7].map(pastKraken), last: "222" } },
    ];
    past = () => pages.shift();
    script = [
      sends(
        { channel: "status", type: "update", data: [{ system: "online", api_version: "v2" }] },
        {
          method: "subscribe",
          result: { channel: "trade", snapshot: true, symbol: "BTC/USD" },
          success: true,
        },
        krakenTrade("snapshot", 1, 2),
        { channel: "heartbeat" },
        krakenTrade("update", 7, 8),
      ),
    ];
    const found = await firstOf(sourceOf(kraken(feed, api)), 8);
    assert.deepEqual(idsOf(found), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(said, [
      { method: "subscribe", params: { channel: "trade", symbol: ["BTC/USD"], snapshot: true } },
    ]);
    assert.deepEqual(asked, [
      `/0/public/Trades?pair=XBTUSD&since=${TIME + 1000}000000`,
      "/0/public/Trades?pair=XBTUSD&since=111",
    ]);
    assert.deepEqual(found[3]?.kind === "object" && found[3].value, {
      ...{ exchange: "kraken", coin_id: "bitcoin", product: "BTC/USD", trade_id: 4, price_usd: 104 },
      ...{ quantity: 0.5, side: "buy", traded_at: "2026-01-15T12:00:04.000Z" },
    });
  });

  it("kraken: tells a pair that is not traded from a used-up quota", async () => {
    script = [
      sends({ method: "subscribe", error: "Currency pair not supported BTC/USD", success: false }),
      sends(krakenTrade("snapshot", 1), krakenTrade("update", 9)),
    ];
    await assert.rejects(firstOf(sourceOf(kraken(feed, api)), 1), {
      exitCode: 1,
      message: /: Currency pair not supported BTC\/USD$/,
    });
    past = () => ({ error: ["EGeneral:Too many requests"] });
    await assert.rejects(firstOf(sourceOf(kraken(feed, api)), 2), QuotaExceeded);
  });

  it("makes candles whose cursor is their last trade, and gives the last one when its time is over", async () => {
    past = coinbasePast;
    // Trades 1 to 4 and 5 to 6 of intervals of five seconds; the clock is far later.
    script = [sends(match(1, "last_match"), match(2), match(4), match(5), match(6))];
    const found = await firstOf(sourceOf(coinbase(feed, api), 5), 2);
    const values = found.map((each) => each.kind === "object" && each.value);
    const place = { exchange: "coinbase", coin_id: "bitcoin", product: "BTC-USD", seconds: 5 };
    assert.deepEqual(values, [
      {
        ...place,
        ...{ open_usd: 101, high_usd: 104, low_usd: 101, close_usd: 104, volume: 2, trades: 4 },
        begins_at: "2026-01-15T12:00:00.000Z",
      },
      {
        ...place,
        ...{ open_usd: 105, high_usd: 106, low_usd: 105, close_usd: 106, volume: 1, trades: 2 },
        begins_at: "2026-01-15T12:00:05.000Z",
      },
    ]);
    assert.deepEqual(
      found.map(({ cursor }) => cursor),
      [4, 6].map((id) => `[["BTC-USD",{"id":${id},"at":${TIME + 1000 * id}}]]`),
    );
  });

  it("makes a candle again from its first trade when a run was ended within it", async () => {
    past = coinbasePast;
    script = [sends(match(8, "last_match"), match(10))];
    const cursor = `[["BTC-USD",{"id":4,"at":${TIME + 4000}}]]`;
    const [candle] = await firstOf(sourceOf(coinbase(feed, api), 5), 1, cursor);
    const { open_usd, trades, begins_at } = Object(candle?.kind === "object" && candle.value);
    assert.deepEqual([open_usd, trades, begins_at], [105, 5, "2026-01-15T12:00:05.000Z"]);
  });

  it("refuses coins that it does not know", () => {
    assert.throws(
      () =>
        exchangeSource(coinbase(feed, api), {
          ...{ coins: "bitcoin,moon", candleSeconds: undefined, clock: realTime, log: () => {} },
        }),
      { exitCode: 2, message: /^--coins takes ids of bitcoin, ethereum, .*, not "moon"$/ },
    );
  });
});

describe("Candles", () => {
  const trade = (id: number, at: number, price: number) =>
    ({ product: "p", id, at, price, quantity: 1, side: "buy" }) as const;

  it("give nothing for intervals without trades, and wait two seconds after an interval's end", () => {
    const candles = new Candles(10_000);
    assert.equal(candles.nextEnd, undefined);
    assert.equal(candles.add(trade(1, 1000, 5)), undefined);
    assert.equal(candles.nextEnd, 12_000);
    assert.deepEqual(candles.ended(11_999), []);
    assert.deepEqual(
      [candles.add(trade(2, 45_000, 6))?.from, candles.ended(52_000).map(({ from }) => from)],
      [0, [40_000]],
    );
    assert.equal(candles.nextEnd, undefined);
  });

  it("put a trade with an earlier time than the one before into the same candle", () => {
    const candles = new Candles(10_000);
    candles.add(trade(1, 20_000, 5));
    assert.equal(candles.add(trade(2, 19_999, 7)), undefined);
    const [candle] = candles.ended(99_000);
    assert.deepEqual(
      [candle?.from, candle?.trades, candle?.high, candle?.last],
      [20_000, 2, 7, { id: 2, at: 20_000 }],
    );
  });
});
