import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PostsRow, posts } from "../../data/feeds/posts";
import { assertRows, startLake, type TestLake } from "./support/lake";
import { by, groupBy, sum } from "./support/statistics";

const seen = readFileSync(join(__dirname, "../../data/samples/posts.ndjson"), "utf8")
  .trim()
  .split("\n")
  .map((line): PostsRow => JSON.parse(line));
/** Of two rows of a post, the later one counts. */
const rows = [...new Map([...seen].sort(by((row) => row.seen_at)).map((row) => [row.post_id, row])).values()];
const window = ["--since", "2026-02-26", "--until", "2026-03-01T01:00Z"];
const distinct = (own: readonly PostsRow[]): number => new Set(own.map((row) => row.author)).size;

describe("Post reports", () => {
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    await lake.store(posts, seen);
  });
  after(() => lake.stop());

  it("trending-hashtags: the last half hour against the time before", async () => {
    const [start, end] = [Date.parse("2026-02-26T00:00:00Z"), Date.parse("2026-02-28T14:00:00Z")];
    const within = rows.filter((row) => Date.parse(row.posted_at) < end);
    const tags = within.flatMap((row) =>
      [
        ...new Set((row.text.match(/#[\p{L}\p{N}_]+|\$[A-Za-z]\w*/gu) ?? []).map((tag) => tag.toLowerCase())),
      ].map((tag) => ({
        tag,
        row,
      })),
    );
    const expected = [...groupBy(tags, ({ tag }) => tag)]
      .map(([tag, own]) => {
        const tagged = own.map(({ row }) => row);
        const recent = tagged.filter((row) => Date.parse(row.posted_at) >= end - 1_800_000).length;
        const earlier = (tagged.length - recent) / ((end - start) / 1000 - 1800);
        return {
          tag,
          recent_posts: recent,
          posts: tagged.length,
          authors: distinct(tagged),
          likes: sum(tagged.map((row) => row.likes ?? 0)),
          growth: recent / 1800 / earlier,
        };
      })
      .sort(
        by(
          (row) => -row.recent_posts,
          (row) => -row.posts,
          (row) => row.tag,
        ),
      );
    const answer = await lake.ask([
      "trending-hashtags",
      "--since",
      "2026-02-26",
      "--until",
      "2026-02-28T14:00Z",
      "--recent",
      "30m",
    ]);
    assertRows(
      answer,
      expected.map((row, place) => ({ place: place + 1, ...row })),
    );
  });

  it("trending-hashtags: letters of any script, and no tag of digits alone", async () => {
    const [first = assert.fail()] = seen;
    const text = "#niño, #Año2026: #日本語 #ni #2026 #1st $BTC a#b #naïve_1";
    await lake.store(posts, [{ ...first, post_id: "letters", text, posted_at: "2026-03-05T10:00:00.000Z" }]);
    const answer = await lake.ask(["trending-hashtags", "--since", "2026-03-05", "--until", "2026-03-06"]);
    assert.deepEqual(answer.map(({ tag }) => tag).sort(), [
      "#1st",
      "#año2026",
      "#b",
      "#naïve_1",
      "#ni",
      "#niño",
      "#日本語",
      "$btc",
    ]);
  });

  it("posts-per-hour: per topic", async () => {
    const expected = [
      ...groupBy(rows, (row) => `${row.posted_at.slice(0, 13)}:00:00.000Z ${row.topic ?? "none"}`),
    ]
      .map(([key, own]) => ({
        hour_start: key.split(" ")[0] ?? "",
        topic: key.split(" ")[1] ?? "",
        posts: own.length,
        authors: distinct(own),
        likes: sum(own.map((row) => row.likes ?? 0)),
        reposts: sum(own.map((row) => row.reposts ?? 0)),
        sensitive_posts: own.filter((row) => row.sensitive).length,
      }))
      .sort(
        by(
          (row) => row.hour_start,
          (row) => row.topic,
        ),
      );
    assertRows(await lake.ask(["posts-per-hour", ...window]), expected);
    const some = expected.filter((row) => ["bitcoin", "NFLX"].includes(row.topic));
    assertRows(await lake.ask(["posts-per-hour", "--topics", "bitcoin,NFLX", ...window]), some);
  });
});
