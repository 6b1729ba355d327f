import { strict as assert } from "node:assert";
import { ReportFileError } from "../../../../sql/library/errors";
import { loadReport } from "../../../../sql/library/library";
import { loadSite, readSite } from "../../../../sql/library/site/read";

const reports = ["crypto/top-movers", "crypto/ohlc", "ops/ingest-freshness"].map((id) => loadReport(id));
const read = (...pages: readonly string[]) =>
  readSite(
    "sql/site.yaml",
    ["title: Prices", "description: What coins cost.", "pages:", ...pages].join("\n"),
    reports,
  );

function problem(...pages: readonly string[]): string {
  try {
    read(...pages);
  } catch (error) {
    if (error instanceof ReportFileError) return error.message;
    throw error;
  }
  return "none";
}

describe("sql/site.yaml", () => {
  it("lists pages in order, with the defaults of their reports", () => {
    const { title, description, pages } = read("  - report: ohlc", "  - report: crypto/top-movers");
    assert.deepEqual([title, description], ["Prices", "What coins cost."]);
    assert.deepEqual(
      pages.map(({ path, title: heading, report, parameters }) => [path, heading, report.id, parameters]),
      [
        ["ohlc", "Open, high, low, close", "crypto/ohlc", {}],
        ["top-movers", "Top movers", "crypto/top-movers", {}],
      ],
    );
  });

  it("takes title, path, parameters, split, when and deliver", () => {
    const { pages } = read(
      "  - report: top-movers",
      "    title: Coins that jump",
      "    path: jumps",
      "    parameters: { since: 7d, limit: 5, min_volume: 0.5 }",
      "    split: coin_id",
      "    when: any change_pct >= 12.5",
      "    deliver: { to: [alerts, team], every: 6h }",
    );
    const [{ report, ...page } = { report: undefined }] = pages;
    assert.equal(report?.name, "top-movers");
    assert.deepEqual(page, {
      path: "jumps",
      title: "Coins that jump",
      parameters: { since: "7d", limit: "5", min_volume: "0.5" },
      split: "coin_id",
      when: { of: "any", column: "change_pct", operator: ">=", value: 12.5 },
      deliver: { to: ["alerts", "team"], everySeconds: 21_600 },
    });
  });

  it("sends a message at most once a day unless it says otherwise", () => {
    const { pages } = read("  - report: ohlc", "    when: rows = 0", "    deliver: { to: [alerts] }");
    assert.deepEqual(pages[0]?.deliver, { to: ["alerts"], everySeconds: 86_400 });
  });

  const mistakes: readonly (readonly [string, readonly string[], string])[] = [
    [
      "an unknown report",
      ["  - report: ohcl"],
      'sql/site.yaml:4: there is no report "ohcl"; the reports are top-movers, ohlc, ingest-freshness',
    ],
    [
      "an unknown key",
      ["  - report: ohlc", "    colour: red"],
      'sql/site.yaml:5: a page has no "colour"; known: report, title, path, parameters, split, when, deliver',
    ],
    ["a page without a report", ["  - title: Nothing"], 'sql/site.yaml:4: a page needs "report"'],
    [
      "an unknown parameter",
      ["  - report: ohlc", "    parameters:", "      coin: bitcoin"],
      'sql/site.yaml:6: the parameters of ohlc has no "coin"; known: since, until, interval, coins',
    ],
    [
      "an invalid value",
      ["  - report: top-movers", "    parameters:", "      limit: 0"],
      'sql/site.yaml:6: limit takes a whole number from 1 to 5000, not "0"',
    ],
    [
      "a window that ends before it begins",
      ["  - report: ohlc", "    parameters: { since: 2026-03-02, until: 2026-03-01 }"],
      "sql/site.yaml:5: since (2026-03-02 00:00:00.000 UTC) must be before until (2026-03-01 00:00:00.000 UTC)",
    ],
    [
      "two pages with one path",
      ["  - report: ohlc", "  - report: ohlc"],
      'sql/site.yaml:5: two pages have the path "ohlc"; give one of them another "path"',
    ],
    [
      "a path that leaves the folder",
      ["  - report: ohlc", "    path: ../ohlc"],
      'sql/site.yaml:5: the path "../ohlc" must be letters a-z, digits and hyphens, and not index or alerts or 404',
    ],
    [
      "a reserved path",
      ["  - report: ohlc", "    path: index"],
      'sql/site.yaml:5: the path "index" must be letters a-z, digits and hyphens, and not index or alerts or 404',
    ],
    [
      "a split by a number",
      ["  - report: ohlc", "    split: close_usd"],
      'sql/site.yaml:5: "close_usd" is not a text column of ohlc; it has coin_id',
    ],
    [
      "a condition in another language",
      ["  - report: ohlc", "    when: close_usd is high"],
      'sql/site.yaml:5: "close_usd is high" is not a condition: write "rows <operator> <number>", or "any" or "all" with a column, an operator and a value: "any change_pct >= 10"; the operators are >= <= != > < =',
    ],
    [
      "a condition on an unknown column",
      ["  - report: ingest-freshness", "    when: any state = late"],
      'sql/site.yaml:5: "any state = late" names the column "state"; the report has feed, newest_event, age_seconds, cadence_seconds, events, status',
    ],
    [
      "a condition that orders texts",
      ["  - report: ingest-freshness", "    when: any status > fresh"],
      'sql/site.yaml:5: "any status > fresh" compares status, a varchar, by >; allowed are = and !=',
    ],
    [
      "a condition that compares a number with a text",
      ["  - report: ohlc", "    when: all close_usd > high"],
      'sql/site.yaml:5: "all close_usd > high" compares with "high", which must be a number',
    ],
    [
      "a delivery without a condition",
      ["  - report: ohlc", "    deliver: { to: [alerts] }"],
      'sql/site.yaml:5: "deliver" needs "when", the condition for a message',
    ],
    [
      "an address in place of a channel",
      ["  - report: ohlc", "    when: rows > 0", '    deliver: { to: ["https://hooks.example/x"] }'],
      'sql/site.yaml:6: the channel "https://hooks.example/x" must be "alerts" or the name of a webhook: letters a-z, digits and hyphens',
    ],
    [
      "messages by the minute",
      ["  - report: ohlc", "    when: rows > 0", "    deliver: { to: [alerts], every: 1m }"],
      'sql/site.yaml:6: "every" takes a duration from 15m on, such as 1h, 12h, 1d, not "1m"',
    ],
    ["no pages", ["  []"], 'sql/site.yaml:4: "pages" must be a list of at least one item'],
  ];
  for (const [what, pages, message] of mistakes)
    it(`refuses ${what}`, () => assert.equal(problem(...pages), message));

  it("refuses text that is not YAML with the line", () => {
    assert.match(problem("  - report: [ohlc"), /^sql\/site\.yaml:4: /);
  });

  it("of the repository is valid, and publishes reports of every feed", () => {
    const { pages } = loadSite();
    assert.deepEqual([...new Set(pages.map(({ report }) => report.feed))].sort(), [
      "crypto",
      "each",
      "posts",
      "retail",
      "stocks",
    ]);
  });
});
