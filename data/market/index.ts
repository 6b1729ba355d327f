import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Coin, makeCoins } from "./coins";
import { answerWrongly, type MarketFault, MarketFaults } from "./faults";
import { NextAnswer } from "./precompute";
import { ApiError, marketRoutes } from "./routes";

export { type Coin, makeCoins } from "./coins";
export type { MarketFault, MarketFaultKind } from "./faults";
export { lastTick, priceAt, volumeAt } from "./prices";
export { type MarketRow, marketRow } from "./rows";

export interface MarketOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The market's clock in milliseconds; default: the system clock. */
  readonly now?: () => number;
  /** Number of coins; default 500. */
  readonly coins?: number;
  readonly seed?: number;
  readonly faults?: readonly MarketFault[];
}

export interface Market {
  readonly url: string;
  readonly port: number;
  readonly coins: readonly Coin[];
  /** Requests received, including those that got no answer. */
  readonly requests: () => number;
  setFaults(faults: readonly MarketFault[]): void;
  stop(): Promise<void>;
}

export const DEFAULT_COINS = 500;
export const DEFAULT_SEED = 2026;

/**
 * Starts an HTTP server on loopback that answers like CoinGecko's API and CoinPaprika's tickers, with simulated prices for any instant.
 */
export async function startMarket(options: MarketOptions = {}): Promise<Market> {
  const coins = makeCoins(options.coins ?? DEFAULT_COINS, options.seed ?? DEFAULT_SEED);
  const routes = marketRoutes(coins);
  const faults = new MarketFaults(options.faults);
  const now = options.now ?? Date.now;
  const nextAnswer = new NextAnswer<Buffer>();
  const simulated = options.now !== undefined;
  let requests = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests++;
    const url = new URL(request.url ?? "/", "http://market");
    const path = url.pathname.replace(/^\/api\/v3(?=\/)/, "");
    const id = /^\/coins\/([^/]+)\/market_chart/.exec(path)?.[1];
    const route = routes[id === undefined ? path : path.replace(id, ":id")];
    const active = faults.take(path);
    try {
      if (!route || request.method !== "GET")
        throw new ApiError(404, "Incorrect path. Please check https://www.coingecko.com/api/");
      const page = (at: number) =>
        Buffer.from(JSON.stringify(route(url.searchParams, at, active, decodeURIComponent(id ?? ""))));
      const body = simulated && active.length === 0 ? nextAnswer.answer(url.href, now(), page) : page(now());
      if (!answerWrongly(response, body, active))
        response
          .writeHead(200, {
            "content-type": "application/json; charset=utf-8",
            "content-length": body.length,
          })
          .end(body);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify({ error: message }));
    }
  };

  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    coins,
    requests: () => requests,
    setFaults: (next) => faults.set(next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
