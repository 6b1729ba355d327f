import { strict as assert } from "node:assert";
import type { ServerResponse } from "node:http";
import { feeds } from "../../../../data/feeds";
import { convert } from "../../../../tools/collect/convert";
import { ConnectionLost, KeyRefused, QuotaExceeded } from "../../../../tools/collect/source";
import { mastodon } from "../../../../tools/collect/sources/mastodon";
import { firstOf } from "../at";
import { type LocalServer, localServer, sendJson } from "../servers";

const posts = feeds.posts as NonNullable<(typeof feeds)["posts"]>;

/** A status as the API returns it, shortened to what a client reads. */
const status = (id: string, content = "<p>Kursziel für <a href='#'>#bitcoin</a><br />heute</p>") => ({
  id,
  created_at: "2026-03-01T12:00:00.000Z",
  in_reply_to_id: null,
  sensitive: false,
  spoiler_text: "",
  visibility: "public",
  language: "de",
  uri: `https://mastodon.example/users/ana/statuses/${id}`,
  url: `https://mastodon.example/@ana/${id}`,
  replies_count: 0,
  reblogs_count: 1,
  favourites_count: 2,
  content,
  account: { id: "1", username: "ana", acct: "ana", bot: false },
  tags: [{ name: "bitcoin", url: "https://mastodon.example/tags/bitcoin" }],
});

describe("source mastodon", () => {
  let server: LocalServer;
  let stream: (response: ServerResponse) => void = () => {};
  let timeline: Record<string, object[]> = {};
  let refuse: ((response: ServerResponse) => void) | undefined;
  before(async () => {
    server = await localServer((_request, response, url) => {
      if (refuse) return refuse(response);
      if (url.pathname === "/api/v2/instance") {
        const streaming = server.url.replace("http", "ws");
        return sendJson(response, { domain: "mastodon.example", configuration: { urls: { streaming } } });
      }
      if (url.pathname === "/api/v1/streaming/public") {
        response.writeHead(200, { "content-type": "text/event-stream" });
        return stream(response);
      }
      if (url.pathname === "/api/v1/timelines/public")
        return sendJson(response, timeline[url.searchParams.get("min_id") ?? ""] ?? []);
      return sendJson(response, { error: "Record not found" }, 404);
    });
  });
  beforeEach(() => {
    refuse = undefined;
    timeline = {};
    server.requests.length = 0;
  });
  after(() => server.stop());

  const source = (token?: string, log: (text: string) => void = () => {}) =>
    mastodon(new URL(server.url), token, log);
  const event = (name: string, data: unknown) =>
    `event: ${name}\ndata: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

  it("reads updates, edits and deletions among heartbeats, with the token in a header", async () => {
    stream = (response) => {
      response.write(":)\n");
      const text = event("update", status("109"));
      // A chunk may end anywhere, in the middle of a letter too.
      const bytes = Buffer.from(text);
      const cut = bytes.indexOf("ü") + 1;
      response.write(bytes.subarray(0, cut));
      setTimeout(() => {
        response.write(bytes.subarray(cut));
        response.write(":thump\n");
        response.write(event("update", "{broken"));
        response.write(event("status.update", status("109", "<p>edited</p>")));
        response.write(event("notification", { id: "5" }));
        response.write(event("delete", "109") + event("delete", "42"));
      }, 20);
    };
    const found = await firstOf(source("secret"), 6);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["object", "object", "object", "other", "deletion", "other"],
    );
    const sent = found.map((each) => convert(posts, each, Date.UTC(2026, 2, 1, 12, 1)));
    assert.deepEqual(sent[0]?.kind === "row" && sent[0].row, {
      post_id: "https://mastodon.example/users/ana/statuses/109",
      author: "ana",
      text: "Kursziel für #bitcoin\nheute",
      language: "de",
      topic: null,
      likes: 2,
      reposts: 1,
      sensitive: false,
      posted_at: "2026-03-01T12:00:00.000Z",
      seen_at: "2026-03-01T12:01:00.000Z",
    });
    assert.equal(sent[1]?.kind, "malformed");
    assert.equal(sent[2]?.kind === "row" && sent[2].row.text, "edited");
    assert.deepEqual(sent[4], {
      kind: "deletion",
      naturalKey: "https://mastodon.example/users/ana/statuses/109",
    });
    assert.equal(server.requests.at(-1)?.headers.authorization, "Bearer secret");
  });

  it("fills the gap of a resumed run from the timeline, oldest first, and takes no status twice", async () => {
    timeline = { "100": [status("102"), status("101")], "102": [status("103")] };
    stream = (response) => response.write(event("update", status("103")) + event("update", status("104")));
    const found = await firstOf(source(), 5, "100");
    assert.deepEqual(
      found.map((each) => (each.kind === "object" ? [Object(each.value).id, each.cursor] : each.kind)),
      [["101", "101"], ["102", "102"], ["103", "103"], "other", ["104", "104"]],
    );
  });

  it("keeps the newest id as cursor when a status arrives late", async () => {
    stream = (response) => response.write(event("update", status("1000")) + event("update", status("999")));
    const found = await firstOf(source(), 2);
    assert.deepEqual(
      found.map(({ cursor }) => cursor),
      ["1000", "1000"],
    );
  });

  it("says that a server wants a token, when a quota resets, and that the stream ended", async () => {
    refuse = (response) => sendJson(response, { error: "The access token is invalid" }, 401);
    await assert.rejects(firstOf(source(), 1), (error) => {
      assert.ok(error instanceof KeyRefused);
      assert.match(
        error.message,
        /answered 401: The access token is invalid; this server asks for an access token: /,
      );
      return true;
    });
    await assert.rejects(firstOf(source("x"), 1), /it does not take the token in MASTODON_ACCESS_TOKEN$/);
    refuse = (response) =>
      sendJson(response, { error: "Too many requests" }, 429, {
        "x-ratelimit-reset": "2026-03-01T12:05:00.000Z",
      });
    await assert.rejects(firstOf(source(), 1), (error) => {
      assert.ok(error instanceof QuotaExceeded);
      assert.equal(error.resetsAt, Date.UTC(2026, 2, 1, 12, 5));
      return true;
    });
    refuse = undefined;
    stream = (response) => response.end(event("update", status("1")));
    await assert.rejects(firstOf(source(), 2), ConnectionLost);
    stream = (response) => {
      response.write(event("update", status("1")));
      setTimeout(() => response.destroy(), 20);
    };
    await assert.rejects(
      firstOf(source(), 2),
      (error) => error instanceof ConnectionLost && /broke/.test(error.message),
    );
  });
});
