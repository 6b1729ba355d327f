import { strict as assert } from "node:assert";
import { describe as describeFeed } from "../../../tools/reconcile/command";

describe("What reconcile prints of a feed", () => {
  const feed = {
    feed: "retail",
    range: { from: "2026-01-01T04", to: "2026-01-02T03" },
    hours: [],
    totals: {
      ...{
        invalid: 0,
        notQuarantined: 0,
        quarantined: 0,
        unknownFields: {},
        failedDeliveries: 0,
        pending: 0,
      },
      direct: { rows: 0, refusedLines: 0, failedRecords: 0 },
      undated: { rows: 0, missing: 0 },
      storeItems: 982,
    },
    objects: { csv: 0, raw: 0 },
    findings: [],
    daysFromHistory: 0,
    older: undefined,
  };

  it("says that days of csv/ are counted from history/", () => {
    assert.match(
      describeFeed({ ...feed, daysFromHistory: 2 }),
      /^ {2}csv .*, 2 days of them from history\/$/m,
    );
    assert.doesNotMatch(describeFeed(feed), /from history/);
  });

  it("names older rows of the stream, and the option that counts them", () => {
    const text = describeFeed({ ...feed, older: { rows: 991, since: "2010-12-01" } });
    assert.match(
      text,
      /\n {2}991 rows of the stream are older than these hours; --from 2010-12-01 counts them\n {2}all counts agree\n$/,
    );
    assert.doesNotMatch(describeFeed(feed), /older/);
  });
});
