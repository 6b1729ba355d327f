import { strict as assert } from "node:assert";
import fc from "fast-check";
import { bind, placeInFile } from "../../../sql/library/bind";
import { knownFeeds } from "../../../sql/library/feeds";
import { parseReport } from "../../../sql/library/library";
import { readValue } from "../../../sql/library/values";

const now = Date.parse("2026-03-01T12:34:56.789Z");
const header = (params: string[], feed = "crypto") =>
  [
    "-- name: s",
    "-- title: S",
    "-- description: D.",
    `-- feed: ${feed}`,
    ...params,
    "-- column: a varchar | A",
  ].join("\n");
const boundOf = (params: string[], sql: string, given: Record<string, string> = {}, feed = "crypto") => {
  const report = parseReport("sql/x/s.sql", "x/s", `${header(params, feed)}\n${sql}`);
  const values = new Map(
    report.params.map((param) => [param.name, readValue(param, given[param.name] ?? param.default, now)]),
  );
  return bind(report, values, knownFeeds().slice(0, 1));
};

describe("Binding a report", () => {
  it("turns each use of a parameter into a question mark with its literal, in order", () => {
    const bound = boundOf(
      ["-- param: since time default 24h | S", "-- param: limit int default 5 | L"],
      "SELECT :limit FROM crypto WHERE dt >= :since.dt AND hour >= :since.hour AND event_time >= :since AND 1 < :limit",
    );
    assert.equal(
      bound.query,
      "-- x/s\nSELECT ? FROM crypto WHERE dt >= ? AND hour >= ? AND event_time >= ? AND 1 < ?",
    );
    assert.deepEqual(bound.parameters, [
      "5",
      "'2026-02-28'",
      "'12'",
      "TIMESTAMP '2026-02-28 12:34:56.789'",
      "5",
    ]);
  });

  it("leaves strings, quoted names and comments alone", () => {
    const sql = `SELECT ':a', ":a", 'it''s :a' /* :a */ FROM t -- :a`;
    assert.equal(boundOf([], sql).query, `-- x/s\n${sql}`);
  });

  it("repeats the lines of each feed", () => {
    const bound = boundOf(
      ["-- param: limit int default 5 | L"],
      "WITH a AS (\n-- each feed\nSELECT {feed.text}, max({feed.time}), {feed.key} FROM {feed.csv} WHERE 1 < :limit\n-- end feed\n)\nSELECT * FROM a",
      {},
      "each",
    );
    assert.equal(
      bound.query,
      "-- x/s\nWITH a AS (\nSELECT 'crypto', max(event_time), coin_id, event_time FROM crypto_csv WHERE 1 < ?\n)\nSELECT * FROM a",
    );
  });

  describe("of a window", () => {
    const params = [
      "-- window: since until",
      "-- param: since time default 24h | S",
      "-- param: until time default now | U",
    ];

    it("bounds the rows by event time, and the partitions they can be in", () => {
      const { query, parameters } = boundOf(params, "SELECT 1\n  FROM crypto\n  WHERE {window}\n  LIMIT 1");
      assert.deepEqual(query.split("\n").slice(3), [
        "  WHERE dt BETWEEN ? AND ?",
        "    AND (dt > ? OR hour >= ?)",
        "    AND (dt < ? OR hour <= ?)",
        "    AND event_time >= ?",
        "    AND event_time < ?",
        "  LIMIT 1",
      ]);
      assert.deepEqual(parameters, [
        "'2026-02-28'",
        "'2026-03-01'",
        "'2026-02-28'",
        "'12'",
        "'2026-03-01'",
        "'12'",
        "TIMESTAMP '2026-02-28 12:34:56.789'",
        "TIMESTAMP '2026-03-01 12:34:56.789'",
      ]);
    });

    it("bounds whole hours or whole days", () => {
      const { query } = boundOf(params, "SELECT {window.hours}, {window.days}");
      assert.equal(
        query,
        "-- x/s\nSELECT dt BETWEEN ? AND ?\n  AND (dt > ? OR hour >= ?)\n  AND (dt < ? OR hour <= ?), dt BETWEEN ? AND ?",
      );
    });

    it("refuses one without a header line, of an unknown extent, or without a feed", () => {
      const message = (of: string[], sql: string, feed = "crypto") => {
        try {
          boundOf(of, sql, {}, feed);
          return undefined;
        } catch (error) {
          return String(error);
        }
      };
      assert.match(message([], "SELECT {window}") ?? "", /s\.sql:6: \{window\} needs a header line/);
      assert.match(
        message(params, "SELECT\n{window.weeks}") ?? "",
        /s\.sql:10: \{window.weeks\} is not known; known: hours, days/,
      );
      assert.match(
        message(params, "SELECT {window}", "each") ?? "",
        /s\.sql:9: \{window\} is allowed only between "-- each feed" and "-- end feed"/,
      );
    });

    it("keeps the file's lines: an error after it names the right one", () => {
      const sql = "SELECT 1\nFROM crypto\nWHERE {window}\nLIMIT 1";
      const report = parseReport("sql/x/s.sql", "x/s", `${header(params)}\n${sql}`);
      // The header has eight lines.
      assert.equal(placeInFile(report, 2), "sql/x/s.sql:9");
      for (const line of [4, 6, 8]) assert.equal(placeInFile(report, line), "sql/x/s.sql:11");
      assert.equal(placeInFile(report, 9), "sql/x/s.sql:12");
    });
  });

  it("sends the same query text for every value", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.constantFrom(
        "'",
        "''",
        "'; DROP TABLE crypto; --",
        "\\'",
        "?",
        ":since",
        "' OR '1'='1",
        "{feed}",
        "𝕏’‘",
        "a,b'),('",
      ),
    );
    const params = ["-- param: text string default x | T", "-- param: items list default x | I"];
    const sql = "SELECT 1 WHERE a = :text AND contains(split(:items, ','), a)";
    fc.assert(
      fc.property(hostile, hostile, (text, items) => {
        fc.pre(!/[\u0000-\u001f\u007f]|\p{Cs}/u.test(text + items) && (text + items).length < 450);
        const bound = boundOf(params, sql, { text, items });
        assert.equal(bound.query, "-- x/s\nSELECT 1 WHERE a = ? AND contains(split(?, ','), a)");
        assert.equal(bound.parameters.length, 2);
        assert.equal(unquote(bound.parameters[0] ?? ""), text);
      }),
    );
  });
});

/** Reads a SQL string literal back the way Trino's grammar does; anything after its end is an error. */
function unquote(literal: string): string {
  assert.match(literal, /^'(?:[^']|'')*'$/u);
  return literal.slice(1, -1).replaceAll("''", "'");
}
