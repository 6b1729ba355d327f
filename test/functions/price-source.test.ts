import { strict as assert } from "node:assert";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchMarkets } from "../../functions/poll-prices/fetch-markets";
import { requestJson } from "../../functions/poll-prices/request";
import { fallbackSource, priceSource } from "../../functions/poll-prices/source";
import { readEnv } from "../../functions/shared/env";
import { logged } from "./support/bundle";

const sourceOf = (variables: Record<string, string>) => priceSource(readEnv(variables));

describe("Price sources", () => {
  it("have fixed hosts over TLS, each with its own key header and rate", () => {
    assert.deepEqual(sourceOf({ PRICE_SOURCE: "coingecko" }), {
      baseUrl: "https://api.coingecko.com",
      keyHeader: "x-cg-demo-api-key",
      requestsPerMinute: 10,
    });
    assert.deepEqual(sourceOf({ PRICE_SOURCE: "coingecko-pro", REQUESTS_PER_MINUTE: "500" }), {
      baseUrl: "https://pro-api.coingecko.com",
      keyHeader: "x-cg-pro-api-key",
      requestsPerMinute: 500,
    });
  });

  it("have CoinPaprika as a fallback, at its own fixed host", () => {
    const fallbackOf = (variables: Record<string, string>) => fallbackSource(readEnv(variables));
    assert.deepEqual(fallbackOf({ PRICE_SOURCE: "coingecko", FALLBACK_SOURCE: "coinpaprika" }), {
      baseUrl: "https://api.coinpaprika.com",
      keyHeader: undefined,
      requestsPerMinute: 60,
    });
    assert.equal(fallbackOf({ PRICE_SOURCE: "coingecko", FALLBACK_SOURCE: "none" }), undefined);
    assert.throws(
      () => fallbackOf({ PRICE_SOURCE: "coingecko", FALLBACK_SOURCE: "https://evil.example" }),
      /FALLBACK_SOURCE is "https:\/\/evil\.example"; it must be one of none, coinpaprika/,
    );
  });

  it("are refused by any other name", () => {
    assert.throws(
      () => sourceOf({ PRICE_SOURCE: "https://evil.example" }),
      /PRICE_SOURCE is "https:\/\/evil\.example"; it must be one of coingecko, coingecko-pro, sample/,
    );
  });
});

describe("fetchMarkets", () => {
  const seen: { url: string; headers: IncomingHttpHeaders; at: number }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers, at: performance.now() });
    const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page"));
    response.end(
      JSON.stringify(Array.from({ length: page < 3 ? 250 : 40 }, (_, i) => ({ id: `${page}-${i}` }))),
    );
  });
  const source = () => ({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keyHeader: "x-cg-demo-api-key",
    requestsPerMinute: 600,
  });
  const fetchAll = async (count: number, key?: string) =>
    (await logged(() => fetchMarkets(source(), key, count, AbortSignal.timeout(5000)))).result;

  before((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  beforeEach(() => {
    seen.length = 0;
  });
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  it("takes pages of 250 up to the coins asked for, within the rate", async () => {
    const { coins, requests } = await fetchAll(300);
    assert.deepEqual([coins.length, requests], [300, 2]);
    assert.deepEqual(
      seen.map(({ url }) => url),
      [1, 2].map(
        (page) => `/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=${page}`,
      ),
    );
    assert.ok((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0) >= 95, "600 requests a minute are one in 100 ms");
  });

  it("ends with the source's last page", async () => {
    const { coins, requests } = await fetchAll(5000);
    assert.deepEqual([coins.length, requests], [540, 3]);
    assert.equal(seen.length, 3);
  });

  it("sends the key in the source's header, and none without one", async () => {
    await fetchAll(1, "secret");
    await fetchAll(1);
    assert.deepEqual(
      seen.map(({ headers }) => headers["x-cg-demo-api-key"]),
      ["secret", undefined],
    );
  });
});

describe("requestJson", () => {
  type Replies = ((response: ServerResponse) => void)[];
  const replies: Replies = [];
  const server = createServer((_, response) => replies.shift()?.(response));
  const good = (response: ServerResponse) => response.end("[1]");

  before((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  /** What comes of these replies, one after another, and why it was asked again. */
  async function ask(...given: Replies | [{ until?: number }, ...Replies]) {
    const [options, all] =
      typeof given[0] === "object" ? [given[0], given.slice(1) as Replies] : [{}, given as Replies];
    replies.push(...all);
    const reasons: string[] = [];
    const { value, attempts } = await requestJson(
      {
        source: {
          baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          keyHeader: undefined,
          requestsPerMinute: 60_000,
        },
        apiKey: undefined,
        signal: AbortSignal.timeout(5000),
        onRetry: (_, reason) => reasons.push(reason),
        random: () => 0,
        timeoutMs: 200,
        ...(options.until !== undefined && { until: performance.now() + options.until }),
      },
      "/",
      (list): list is unknown[] => Array.isArray(list),
    );
    return { value, attempts, reasons };
  }

  it("retries when the source hangs, before or during its response", async () => {
    const { value, attempts, reasons } = await ask(
      () => {},
      (response) => response.write("[1,"),
      good,
    );
    assert.deepEqual([value, attempts], [[1], 3]);
    assert.match(reasons[0] ?? "", /^TryAgain: no answer: TimeoutError: /);
    assert.match(reasons[1] ?? "", /^TryAgain: incomplete response: TimeoutError: /);
  });

  it("retries when the connection breaks or the response is incomplete", async () => {
    const { value, attempts, reasons } = await ask(
      (response) => response.destroy(),
      (response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("[1,2]");
        setTimeout(() => response.destroy(), 10);
      },
      good,
    );
    assert.deepEqual([value, attempts], [[1], 3]);
    // The network's own error, not fetch's "fetch failed".
    assert.match(reasons[0] ?? "", /^TryAgain: no answer: SocketError: other side closed$/);
    assert.match(reasons[1] ?? "", /^TryAgain: incomplete response: SocketError: other side closed$/);
  });

  it("waits as long as the source says, in seconds or until a date", async () => {
    const later = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
    for (const wait of [() => "1", () => later().toUTCString()]) {
      const started = performance.now();
      const header = wait();
      const least = header === "1" ? 1000 : Date.parse(header) - Date.now();
      await ask((response) => response.writeHead(429, { "retry-after": header }).end(), good);
      assert.ok(performance.now() - started >= least - 5);
    }
  });

  it("says that the source is unavailable when no retry fits in the time, or it refuses this client", async () => {
    const started = performance.now();
    await assert.rejects(
      ask({ until: 10_000 }, (response) => response.writeHead(429, { "retry-after": "60" }).end()),
      /^SourceUnavailable: answered 429, after 1 requests$/,
    );
    await assert.rejects(
      ask({ until: 50 }, () => {}),
      /^SourceUnavailable: no answer: TimeoutError: .*, after 1 requests$/,
    );
    for (const status of [403, 451])
      await assert.rejects(
        ask({}, (response) => response.writeHead(status).end("no")),
        new RegExp(`^SourceUnavailable: price source answered ${status}: no$`),
      );
    assert.ok(performance.now() - started < 30_000);
  });

  it("gives up on what another try would not better", async () => {
    await assert.rejects(
      ask((response) => response.writeHead(401).end("no such key")),
      /answered 401: no such key/,
    );
  });
});
