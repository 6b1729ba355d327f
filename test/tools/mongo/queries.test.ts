import { strict as assert } from "node:assert";
import { feeds } from "../../../data/feeds";
import { documentOf } from "../../../tools/consume/sinks/mongodb/documents";
import { parseOptions } from "../../../tools/kit/options";
import { bind, parameterOptions, type Query, savedQueries, type Value } from "../../../tools/mongo/queries";

const NOW = Date.UTC(2026, 2, 2, 12);

const bound = (query: Query, ...args: string[]) => {
  const { values } = parseOptions(args, parameterOptions(query, NOW));
  return bind(query, values as unknown as Readonly<Record<string, Value>>);
};
const query = (name: string): Query => {
  const found = savedQueries().get(name);
  if (!found) throw new Error(`there is no query ${name}`);
  return found;
};

describe("Saved queries of MongoDB", () => {
  it("are five, each with all that a listing and a result need", () => {
    assert.deepEqual([...savedQueries().keys()].sort(), [
      "languages",
      "most-active-authors",
      "posts-per-hour",
      "search",
      "top-hashtags",
    ]);
    for (const { title, description, feed, params, columns } of savedQueries().values()) {
      assert.ok(title && description.endsWith(".") && Object.hasOwn(feeds, feed));
      for (const { doc } of [...Object.values(params), ...Object.values(columns)]) assert.ok(doc);
    }
  });

  it("bind times as dates and numbers as numbers, and leave out what is empty", () => {
    assert.deepEqual(bound(query("top-hashtags"), "--since", "2h").slice(0, 1), [
      { $match: { posted_at: { $gte: new Date(NOW - 7_200_000) } } },
    ]);
    const [match, , , , limit] = bound(query("top-hashtags"), "--language", "de", "--limit", "3");
    assert.deepEqual(match, { $match: { posted_at: { $gte: new Date(NOW - 86_400_000) }, language: "de" } });
    assert.deepEqual(limit, { $limit: 3 });
  });

  it("take a searched text literally", () => {
    const [match] = bound(query("search"), "--text", "$btc (a+)+");
    assert.equal(
      JSON.stringify(match),
      '{"$match":{"posted_at":{"$gte":"2026-03-01T12:00:00.000Z"},"text":{"$regex":"\\\\$btc \\\\(a\\\\+\\\\)\\\\+","$options":"i"}}}',
    );
  });

  it("refuse missing, wrong, unknown and unused parameters", () => {
    assert.throws(() => bound(query("search")), { exitCode: 2, message: /--text STRING is missing/ });
    assert.throws(
      () => bound(query("search"), "--text", "a", "--limit", "0"),
      /--limit takes a whole number/,
    );
    assert.throws(() => bound(query("languages"), "--since", "soon"), /--since takes a time/);
    const wrong = { ...query("languages"), pipeline: [{ $limit: { $param: "rows" } }] };
    assert.throws(() => bound(wrong), /has no parameter rows/);
    assert.throws(() => bound({ ...wrong, pipeline: [] }), /does not use its parameter since/);
  });

  it("use only fields that documents of the feed have", () => {
    const posts = feeds.posts as NonNullable<(typeof feeds)["posts"]>;
    const row = Object.fromEntries(Object.keys(posts.columns).map((name) => [name, null]));
    const document = documentOf(posts, { ...row, text: "a #B", posted_at: "2026-03-01T12:34:56.000Z" });
    for (const { name, pipeline } of savedQueries().values()) {
      const text = JSON.stringify(pipeline);
      const used = [...text.matchAll(/"\$([a-z_]+)"(?!:)/g)].map(([, field = ""]) => field);
      for (const field of used) assert.ok(field in document, `${name}: ${field}`);
    }
  });
});

describe("documentOf", () => {
  it("has the natural key as id, dates, the hour, and hashtags in lower case, each once", () => {
    const posts = feeds.posts as NonNullable<(typeof feeds)["posts"]>;
    const row = {
      post_id: "p1",
      author: "ana",
      text: "Up! #BTC #btc #Börse (#仮想通貨) a#b https://x.test/#top &#39;",
      language: "de",
      topic: null,
      likes: 3,
      reposts: null,
      sensitive: false,
      posted_at: "2026-03-01T12:34:56.789Z",
      seen_at: "2026-03-01T12:35:00.000Z",
    };
    assert.deepEqual(documentOf(posts, row), {
      _id: "p1",
      ...row,
      posted_at: new Date("2026-03-01T12:34:56.789Z"),
      seen_at: new Date("2026-03-01T12:35:00.000Z"),
      hour: new Date("2026-03-01T12:00:00.000Z"),
      hashtags: ["btc", "börse", "仮想通貨"],
    });
  });
});
