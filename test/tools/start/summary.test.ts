import { strict as assert } from "node:assert";
import { feedLine } from "../../../tools/start/summary";

describe("a feed's line of the summary", () => {
  const feed = {
    events: 162,
    csv: { objects: 72, rows: 162 },
    raw: { objects: 1, rows: 162 },
    athena: { rows: 160 },
    store: { items: 158 },
    quarantined: 0,
  };

  it("says how many duplicates the rows lack", () => {
    assert.equal(
      feedLine("posts", feed),
      "posts: 162 events → 160 rows, 2 duplicates removed; 162 in 72 csv objects, 162 in 1 raw objects, " +
        "158 items in DynamoDB, 0 quarantined",
    );
  });

  it("says nothing of duplicates when there are none", () => {
    assert.match(
      feedLine("posts", { ...feed, athena: { rows: 162 } }),
      /^posts: 162 events → 162 rows; 162 in/,
    );
  });
});
