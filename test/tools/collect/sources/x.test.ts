import { strict as assert } from "node:assert";
import type { ServerResponse } from "node:http";
import { feeds } from "../../../../data/feeds";
import { convert } from "../../../../tools/collect/convert";
import { ConnectionLost, KeyRefused, QuotaExceeded } from "../../../../tools/collect/source";
import { x } from "../../../../tools/collect/sources/x";
import { firstOf } from "../at";
import { type LocalServer, localServer, sendJson } from "../servers";

const feed = feeds.posts as NonNullable<(typeof feeds)["posts"]>;

/** A post of API v2 with the requested fields. */
const post = (id: string, text = "Bitcoin über 90k\n#btc") => ({
  id,
  text,
  author_id: "2244994945",
  created_at: "2026-03-01T12:00:00.000Z",
  lang: "de",
  possibly_sensitive: false,
  edit_history_tweet_ids: [id],
  public_metrics: { retweet_count: 3, reply_count: 0, like_count: 7, quote_count: 0 },
});
const includes = {
  users: [
    { id: "2244994945", name: "Ana", username: "ana" },
    { id: "7", username: "other" },
  ],
};

describe("source x", () => {
  let server: LocalServer;
  let answer: (response: ServerResponse, url: URL) => void = () => {};
  before(async () => {
    server = await localServer((_request, response, url) => answer(response, url));
  });
  after(() => server.stop());
  const logged: string[] = [];
  const source = (query?: string) => x(new URL(server.url), "secret", query, (text) => logged.push(text));

  it("searches: pages from new to old become posts from old to new, after the last post's id", async () => {
    const asked: URL[] = [];
    answer = (response, url) => {
      asked.push(url);
      const next = url.searchParams.get("next_token");
      if (next === null)
        return sendJson(response, {
          data: [post("104"), post("103")],
          includes,
          meta: { newest_id: "104", oldest_id: "103", result_count: 2, next_token: "b26v89c19zqg8o3f" },
        });
      return sendJson(response, { data: [post("102")], includes, meta: { result_count: 1 } });
    };
    const found = await firstOf(source("bitcoin lang:de"), 3, "101");
    assert.deepEqual(
      found.map(({ cursor }) => cursor),
      ["102", "103", "104"],
    );
    assert.deepEqual(
      asked.map(({ pathname, searchParams }) => [
        pathname,
        searchParams.get("since_id"),
        searchParams.get("query"),
      ]),
      Array(2).fill(["/2/tweets/search/recent", "101", "bitcoin lang:de"]),
    );
    assert.equal(server.requests.at(-1)?.headers.authorization, "Bearer secret");
    const sent = convert(feed, found[0] ?? { kind: "other" }, Date.UTC(2026, 2, 1, 12, 1));
    assert.deepEqual(sent?.kind === "row" && sent.row, {
      post_id: "102",
      author: "ana",
      text: "Bitcoin über 90k\n#btc",
      language: "de",
      topic: "bitcoin lang:de",
      likes: 7,
      reposts: 3,
      sensitive: false,
      posted_at: "2026-03-01T12:00:00.000Z",
      seen_at: "2026-03-01T12:01:00.000Z",
    });
  });

  it("takes one page of a search that was not run before, and ends without posts", async () => {
    let requests = 0;
    answer = (response) => {
      requests++;
      sendJson(response, { data: [post("104")], includes, meta: { result_count: 1, next_token: "more" } });
    };
    assert.equal((await firstOf(source("bitcoin"), 5)).length, 1);
    assert.equal(requests, 1);
    answer = (response) => sendJson(response, { meta: { result_count: 0 } });
    assert.deepEqual(await firstOf(source("bitcoin"), 5, "104"), []);
  });

  it("reads the filtered stream with its rules' tags as topics, among empty lines, until X disconnects", async () => {
    const line = (value: unknown) => `${JSON.stringify(value)}\r\n`;
    answer = (response, url) => {
      assert.equal(url.pathname, "/2/tweets/search/stream");
      response.write("\r\n");
      response.write(
        line({ data: post("1"), includes, matching_rules: [{ id: "120897978112909812", tag: "btc" }] }),
      );
      response.write(line({ data: { id: "2" }, errors: [{ title: "Not Found Error" }], matching_rules: [] }));
      response.write("\r\n");
      setTimeout(
        () =>
          response.end(
            line({
              errors: [
                {
                  title: "operational-disconnect",
                  disconnect_type: "UpstreamOperationalDisconnect",
                  detail: "This stream has been disconnected upstream for operational reasons.",
                  type: "https://api.twitter.com/2/problems/operational-disconnect",
                },
              ],
            }),
          ),
        50,
      );
    };
    const found = await firstOf(source(), 2);
    const sent = found.map((each) => convert(feed, each, Date.now()));
    assert.deepEqual(
      sent.map((each) => (each?.kind === "row" ? each.row.topic : each?.kind)),
      ["btc", "malformed"],
    );
    await assert.rejects(firstOf(source(), 3), (error) => {
      assert.ok(error instanceof ConnectionLost);
      assert.match(
        error.message,
        /^the stream ends: operational-disconnect: This stream has been disconnected/,
      );
      return true;
    });
  });

  it("resumes the filtered stream: searches what its rules match since the last post, and gives each post once", async () => {
    const line = (value: unknown) => `${JSON.stringify(value)}\r\n`;
    const asked: string[] = [];
    answer = (response, url) => {
      asked.push(url.pathname + (url.searchParams.get("query") ?? ""));
      if (url.pathname.endsWith("/rules"))
        return sendJson(response, {
          data: [
            { id: "1", value: "bitcoin lang:de", tag: "btc" },
            { id: "2", value: "ethereum", tag: "eth" },
          ],
        });
      if (url.pathname.endsWith("/recent")) {
        assert.equal(url.searchParams.get("since_id"), "99");
        const ids = url.searchParams.get("query") === "ethereum" ? ["101"] : ["102", "100"];
        return sendJson(response, { data: ids.map((id) => post(id)), includes, meta: {} });
      }
      for (const id of ["102", "103"])
        response.write(line({ data: post(id), includes, matching_rules: [{ tag: "btc" }] }));
    };
    const found = await firstOf(source(), 5, "99");
    assert.deepEqual(
      found.map((each) => [each.kind, each.cursor]),
      [
        ["object", "100"],
        ["object", "101"],
        ["object", "102"],
        ["other", "102"],
        ["object", "103"],
      ],
    );
    assert.deepEqual(asked, [
      "/2/tweets/search/stream",
      "/2/tweets/search/stream/rules",
      "/2/tweets/search/recentbitcoin lang:de",
      "/2/tweets/search/recentethereum",
    ]);
    const topics = found.map((each) => convert(feed, each, Date.now()));
    assert.deepEqual(
      topics.map((each) => (each?.kind === "row" ? each.row.topic : undefined)),
      ["btc", "eth", "btc", undefined, "btc"],
    );
  });

  it("goes on with the stream when its plan may not search, and says what is left out", async () => {
    answer = (response, url) => {
      if (!url.pathname.endsWith("/stream")) return sendJson(response, { title: "Forbidden" }, 403);
      response.write(`${JSON.stringify({ data: post("7"), includes, matching_rules: [] })}\r\n`);
    };
    logged.length = 0;
    const [found] = await firstOf(source(), 1, "5");
    assert.equal(found?.cursor, "7");
    assert.match(logged[0] ?? "", /^posts since 5 are left out: .* answered 403: Forbidden; /);
  });

  it("names what is wrong: no token, a refused one, a quota with its reset time, the monthly cap, a bad query", async () => {
    assert.throws(() => x(new URL(server.url), undefined, "a", () => {}), {
      exitCode: 1,
      message: /set X_BEARER_TOKEN/,
    });
    answer = (response) =>
      sendJson(response, { title: "Unauthorized", status: 401, detail: "Unauthorized" }, 401);
    await assert.rejects(firstOf(source("a"), 1), (error) => {
      assert.ok(error instanceof KeyRefused);
      assert.match(
        error.message,
        /answered 401: Unauthorized: Unauthorized; it does not take the bearer token/,
      );
      return true;
    });
    answer = (response) =>
      sendJson(response, { title: "Too Many Requests", detail: "Too Many Requests", status: 429 }, 429, {
        "x-rate-limit-limit": "450",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": "1772366700",
      });
    await assert.rejects(firstOf(source("a"), 1), (error) => {
      assert.ok(error instanceof QuotaExceeded);
      assert.equal(error.resetsAt, 1_772_366_700_000);
      return true;
    });
    answer = (response) =>
      sendJson(
        response,
        { title: "UsageCapExceeded", detail: "Usage cap exceeded: Monthly product cap", period: "Monthly" },
        429,
        { "x-rate-limit-reset": "1772366700" },
      );
    await assert.rejects(firstOf(source("a"), 1), (error) => {
      assert.ok(error instanceof QuotaExceeded);
      assert.equal(error.resetsAt, undefined);
      assert.match(error.message, /Monthly product cap$/);
      return true;
    });
    answer = (response) =>
      sendJson(
        response,
        { errors: [{ message: "missing operator at 'AND'" }], title: "Invalid Request" },
        400,
      );
    await assert.rejects(firstOf(source("AND"), 1), {
      exitCode: 1,
      message: /Invalid Request: missing operator/,
    });
    answer = (response) => void response.writeHead(502).end("<html>");
    await assert.rejects(firstOf(source("a"), 1), ConnectionLost);
  });
});
