import { strict as assert } from "node:assert";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchMarkets } from "../../functions/poll-prices/fetch-markets";
import { priceSource } from "../../functions/poll-prices/source";
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
