import { strict as assert } from "node:assert";
import { validateRow } from "../../data/feeds";
import { posts } from "../../data/feeds/posts";
import { plainText } from "../../data/feeds/social-posts";
import { readRows } from "../../data/records/rows";

const ARRIVAL = "2026-01-02T03:04:05.678Z";

const forms: Readonly<Record<string, readonly [value: unknown, row: unknown]>> = {
  "an X v1.1 post, with its id as text because numbers lose its last digits": [
    {
      created_at: "Wed Oct 10 20:19:24 +0000 2018",
      id: Number("1050118621198921728"),
      id_str: "1050118621198921728",
      full_text: "To make room for more expression…\n#bitcoin",
      user: { id: 6253282, id_str: "6253282", screen_name: "TwitterAPI" },
      entities: { hashtags: [{ text: "bitcoin", indices: [34, 42] }] },
      retweet_count: 161,
      favorite_count: 296,
      possibly_sensitive: false,
      lang: "en",
    },
    {
      post_id: "1050118621198921728",
      author: "TwitterAPI",
      text: "To make room for more expression…\n#bitcoin",
      language: "en",
      topic: null,
      likes: 296,
      reposts: 161,
      sensitive: false,
      posted_at: "2018-10-10T20:19:24.000Z",
      seen_at: ARRIVAL,
    },
  ],
  "an X v2 post of a filtered stream, with its author's name and its rule's tag": [
    {
      data: {
        id: "1212092628029698048",
        author_id: "2244994945",
        created_at: "2019-12-31T19:26:16.000Z",
        lang: "en",
        text: "We believe",
        possibly_sensitive: false,
        public_metrics: { retweet_count: 7, reply_count: 3, like_count: 38, quote_count: 1 },
      },
      includes: { users: [{ id: "2244994945", name: "X Dev", username: "XDevelopers" }] },
      matching_rules: [{ id: "1", tag: "bitcoin" }],
    },
    {
      post_id: "1212092628029698048",
      author: "XDevelopers",
      text: "We believe",
      language: "en",
      topic: "bitcoin",
      likes: 38,
      reposts: 7,
      sensitive: false,
      posted_at: "2019-12-31T19:26:16.000Z",
      seen_at: ARRIVAL,
    },
  ],
  "a Mastodon status, without its HTML": [
    {
      id: "103270115826048975",
      uri: "https://mastodon.social/users/Gargron/statuses/103270115826048975",
      created_at: "2019-12-08T03:48:33.901Z",
      account: { id: "1", username: "Gargron", acct: "Gargron@mastodon.social" },
      content: "<p>&quot;I lost &lt;b&gt;&quot;<br />to Tom &amp; Ana</p><p>#a&ntilde;o &#128640;</p>",
      language: "en",
      sensitive: false,
      reblogs_count: 6,
      favourites_count: 11,
      replies_count: 7,
      tags: [],
    },
    {
      post_id: "https://mastodon.social/users/Gargron/statuses/103270115826048975",
      author: "Gargron@mastodon.social",
      text: '"I lost <b>"\nto Tom & Ana\n\n#a&ntilde;o 🚀',
      language: "en",
      topic: null,
      likes: 11,
      reposts: 6,
      sensitive: false,
      posted_at: "2019-12-08T03:48:33.901Z",
      seen_at: ARRIVAL,
    },
  ],
  "a Bluesky commit of Jetstream": [
    {
      did: "did:plc:eygmaihciaxprqvxpfvl6flk",
      time_us: 1725911162329308,
      kind: "commit",
      commit: {
        rev: "3l3qo2vutsw2b",
        operation: "create",
        collection: "app.bsky.feed.post",
        rkey: "3l3qo2vuowo2b",
        record: {
          $type: "app.bsky.feed.post",
          createdAt: "2024-09-09T19:46:02.102Z",
          langs: ["es", "en"],
          text: "#niño",
        },
      },
    },
    {
      post_id: "at://did:plc:eygmaihciaxprqvxpfvl6flk/app.bsky.feed.post/3l3qo2vuowo2b",
      author: "did:plc:eygmaihciaxprqvxpfvl6flk",
      text: "#niño",
      language: "es",
      topic: null,
      likes: null,
      reposts: null,
      sensitive: null,
      posted_at: "2024-09-09T19:46:02.102Z",
      seen_at: ARRIVAL,
    },
  ],
  "a Bluesky post view, with its counts": [
    {
      uri: "at://did:plc:abc/app.bsky.feed.post/1",
      cid: "bafy",
      author: { did: "did:plc:abc", handle: "ana.bsky.social" },
      record: { text: "hola", createdAt: "2026-01-02T03:00:00Z", langs: ["es"] },
      likeCount: 2,
      repostCount: 1,
      indexedAt: "2026-01-02T03:00:01Z",
    },
    {
      post_id: "at://did:plc:abc/app.bsky.feed.post/1",
      author: "ana.bsky.social",
      text: "hola",
      language: "es",
      topic: null,
      likes: 2,
      reposts: 1,
      sensitive: null,
      posted_at: "2026-01-02T03:00:00.000Z",
      seen_at: ARRIVAL,
    },
  ],
};

/** An X v1.1 post without the texts of its ids, as some archives and proxies deliver it. */
const numbered = (id: string) =>
  `{"created_at":"Wed Oct 10 20:19:24 +0000 2018","id":${id},"text":"To make room","user":{"id":6253282}}`;

describe("Posts of social APIs", () => {
  it("take an X v1.1 post with a number as its only id, with all its digits", () => {
    for (const id of ["1050118621198921728", "20"]) {
      const [read] = readRows(posts, Buffer.from(numbered(id)), ARRIVAL, "s");
      assert.ok(read?.ok, JSON.stringify(read));
      const { post_id, author, text, posted_at } = read.row;
      assert.deepEqual(
        [post_id, author, text, posted_at, read.unknown],
        [id, "6253282", "To make room", "2018-10-10T20:19:24.000Z", undefined],
      );
    }
  });

  it("refuse an id that lost its last digits before it came here", () => {
    const { ok } = validateRow(posts, JSON.parse(numbered("1050118621198921728")), ARRIVAL);
    assert.equal(ok, false);
  });

  for (const [name, [value, row]] of Object.entries(forms))
    it(`take ${name}`, () => {
      assert.deepEqual(validateRow(posts, value, ARRIVAL), { ok: true, row });
    });

  for (const [name, value] of Object.entries({
    "a deletion of X": { delete: { status: { id_str: "1", user_id_str: "2" } } },
    "a deletion of Jetstream": {
      did: "did:plc:abc",
      kind: "commit",
      commit: { operation: "delete", collection: "app.bsky.feed.post", rkey: "1" },
    },
    "a like of Jetstream": {
      did: "did:plc:abc",
      kind: "commit",
      commit: { operation: "create", collection: "app.bsky.feed.like", rkey: "1", record: {} },
    },
  }))
    it(`refuse ${name}`, () => {
      assert.equal(validateRow(posts, value, ARRIVAL).ok, false);
    });

  it("never throw on objects that only look like a post", () => {
    for (const value of [
      { id_str: "1" },
      { id: 1, user: null, text: 3 },
      { id: 1, user: { id: 2 }, text: "t" },
      { id: {}, user: {}, text: "t", created_at: "Wed Oct 10 20:19:24 +0000 2018" },
      { id_str: "1", user: null, extended_tweet: [] },
      { data: [], includes: 1 },
      { data: { id: "1", author_id: "2" }, includes: { users: [null, 3] }, matching_rules: {} },
      { content: "", account: { acct: "" } },
      { did: "x", commit: { collection: "app.bsky.feed.post", record: [] } },
      { uri: "at://x", author: { did: "x" }, record: "text" },
    ])
      assert.equal(validateRow(posts, value, ARRIVAL).ok, false);
  });
});

describe("plainText", () => {
  it("keeps unknown entities and invalid code points as they are", () => {
    assert.equal(plainText("&unknown; &#0; &#9999999; &#x1F680;"), "&unknown; &#0; &#9999999; 🚀");
  });
});
