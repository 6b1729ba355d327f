import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { feeds } from "../../../../data/feeds";
import { realTime } from "../../../../tools/collect/clock";
import { convert } from "../../../../tools/collect/convert";
import { messagesOf } from "../../../../tools/collect/net/websocket";
import { collect, noneCollected } from "../../../../tools/collect/runner";
import { ConnectionLost, KeyRefused, QuotaExceeded } from "../../../../tools/collect/source";
import { bluesky } from "../../../../tools/collect/sources/bluesky";
import { matching } from "../../../../tools/collect/sources/matching";
import { firstOf } from "../at";

const DID = "did:plc:eygmaihciaxprqvxpfvl6flk";
const TIME = 1_725_911_162_329_308;
const posts = feeds.posts as NonNullable<(typeof feeds)["posts"]>;

/** The events of Jetstream, as its documentation shows them. */
const commit = (
  time_us: number,
  operation: string,
  rkey: string,
  record?: object,
  collection = "app.bsky.feed.post",
) => ({
  did: DID,
  time_us,
  kind: "commit",
  commit: {
    ...{ rev: "3l3qo2vutsw2b", operation, collection, rkey },
    ...(record && { record, cid: "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi" }),
  },
});
const post = (text: string) => ({
  $type: "app.bsky.feed.post",
  createdAt: "2024-09-09T19:46:02.102Z",
  langs: ["en"],
  text,
});
const account = {
  did: DID,
  time_us: TIME + 3,
  kind: "account",
  account: { active: true, did: DID, seq: 1409753013, time: "2024-09-05T06:11:04.870Z" },
};

describe("source bluesky", () => {
  let http: Server;
  let server: WebSocketServer;
  let url: URL;
  /** What the next connections do. */
  let script: ((socket: WebSocket, asked: URL) => void)[] = [];
  const asked: URL[] = [];
  beforeEach(async () => {
    asked.length = 0;
    http = createServer();
    server = new WebSocketServer({ server: http });
    server.on("connection", (socket, request) => {
      const target = new URL(request.url ?? "", "ws://localhost");
      asked.push(target);
      script.shift()?.(socket, target);
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    url = new URL(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  const sends =
    (...events: unknown[]) =>
    (socket: WebSocket) => {
      for (const event of events) socket.send(typeof event === "string" ? event : JSON.stringify(event));
    };

  it("reads posts and deletions, and skips accounts and other collections", async () => {
    script = [
      sends(
        commit(TIME, "create", "3l3qo2vuowo2b", post("bitcoin is up")),
        commit(TIME + 1, "create", "3l3qo2vuowo2c", { subject: {} }, "app.bsky.feed.like"),
        commit(TIME + 2, "delete", "3l3qo2vuowo2a"),
        account,
        commit(TIME + 4, "create", "3l3qo2vuowo2d", { $type: "app.bsky.feed.post" }),
        '{"did":',
      ),
    ];
    const found = await firstOf(bluesky(url), 6);
    assert.deepEqual(
      found.map(({ kind, cursor }) => [kind, cursor]),
      [
        ["object", "1725911162329308"],
        ["other", "1725911162329309"],
        ["deletion", "1725911162329310"],
        ["other", "1725911162329311"],
        ["object", "1725911162329312"],
        ["object", undefined],
      ],
    );
    assert.equal(asked[0]?.search, "?wantedCollections=app.bsky.feed.post");
    const sent = found.map((each) => convert(posts, each, Date.UTC(2026, 0, 2)));
    assert.deepEqual(sent[0]?.kind === "row" && sent[0].row, {
      post_id: `at://${DID}/app.bsky.feed.post/3l3qo2vuowo2b`,
      author: DID,
      text: "bitcoin is up",
      language: "en",
      topic: null,
      likes: null,
      reposts: null,
      sensitive: null,
      posted_at: "2024-09-09T19:46:02.102Z",
      seen_at: "2026-01-02T00:00:00.000Z",
    });
    assert.deepEqual(sent[2], {
      kind: "deletion",
      naturalKey: `at://${DID}/app.bsky.feed.post/3l3qo2vuowo2a`,
    });
    assert.deepEqual(
      [sent[4], sent[5]].map((each) => each?.kind === "malformed" && each.reason),
      ["text missing", "the object not a JSON object"],
    );
  });

  it("reconnects at its cursor after the server closes, and leaves out the event that is replayed", async () => {
    script = [
      (socket) => {
        sends(commit(TIME, "create", "a", post("one")), commit(TIME + 1, "create", "b", post("two")))(socket);
        setTimeout(() => socket.close(1012, "restart"), 50);
      },
      sends(commit(TIME + 1, "create", "b", post("two")), commit(TIME + 2, "create", "c", post("three"))),
    ];
    const texts: unknown[] = [];
    const saved: string[] = [];
    const logged: string[] = [];
    const counts = await collect(
      {
        source: bluesky(url),
        destination: {
          name: "memory",
          send: async (events) =>
            void texts.push(...events.map((each) => each.kind === "row" && each.row.text)),
          close: async () => {},
        },
        cursor: { path: "", read: () => undefined, write: (at) => saved.push(at), forget: () => {} },
        ...{ clock: realTime, follow: true, limit: 3, signal: new AbortController().signal },
        log: (text) => logged.push(text),
        random: () => 0,
      },
      noneCollected(),
    );
    assert.deepEqual(texts, ["one", "two", "three"]);
    assert.equal(saved.at(-1), String(TIME + 2));
    assert.equal(asked[1]?.searchParams.get("cursor"), String(TIME + 1));
    assert.equal(counts.reconnects, 1);
    assert.match(logged[0] ?? "", /closed the connection \(1012 restart\); next try at /);
  });

  it("finds posts with a word in any case, as tag too, which becomes the topic", async () => {
    script = [
      sends(
        commit(TIME, "create", "a", post("Buying #BitCoin!")),
        commit(TIME + 1, "create", "b", post("bitcoiners of the world")),
        commit(TIME + 2, "create", "c", post("$ETH and more")),
      ),
    ];
    const found = await firstOf(matching(bluesky(url), ["bitcoin", "eth"]), 3);
    assert.deepEqual(
      found.map((each) => (each.kind === "object" ? Object(each.value).topic : each.kind)),
      ["bitcoin", "other", "eth"],
    );
  });

  it("takes a silent connection for dead, and pings for life", async () => {
    script = [() => {}];
    const silent = messagesOf(url, { signal: new AbortController().signal, idleMillis: 100 });
    await assert.rejects(
      silent.next(),
      (error) => error instanceof ConnectionLost && /sent nothing/.test(error.message),
    );
    script = [
      (socket) => {
        const pings = setInterval(() => socket.ping(), 100);
        setTimeout(() => socket.send("late"), 2500);
        socket.on("close", () => clearInterval(pings));
      },
    ];
    const slow = messagesOf(url, { signal: new AbortController().signal, idleMillis: 1200 });
    assert.deepEqual((await slow.next()).value, ["late"]);
    await slow.return(undefined);
  });

  it("tells a refused key, a used-up quota and a server that is not there apart", async () => {
    let status = 401;
    http.on("upgrade", () => {});
    server.options.verifyClient = (_info: unknown, done: (ok: boolean, code: number) => void) =>
      done(false, status);
    const connect = () => messagesOf(url, { signal: new AbortController().signal, idleMillis: 1000 }).next();
    await assert.rejects(connect(), KeyRefused);
    status = 429;
    await assert.rejects(connect(), QuotaExceeded);
    status = 503;
    await assert.rejects(
      connect(),
      (error) => error instanceof ConnectionLost && /answered 503/.test(error.message),
    );
    const nobody = messagesOf(new URL("ws://127.0.0.1:9"), {
      signal: new AbortController().signal,
      idleMillis: 1000,
    });
    await assert.rejects(nobody.next(), { message: "cannot reach 127.0.0.1:9: ECONNREFUSED" });
  });
});
