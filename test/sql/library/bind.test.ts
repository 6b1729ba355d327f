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
  it("turns each use of a parameter in a WHERE clause into a question mark with its literal, in order", () => {
    const bound = boundOf(
      ["-- param: since time default 24h | S", "-- param: limit int default 5 | L"],
      "SELECT 1 FROM crypto WHERE dt >= :since.dt AND hour >= :since.hour AND event_time >= :since AND 1 < :limit",
    );
    assert.equal(
      bound.query,
      "-- x/s\nSELECT 1 FROM crypto WHERE dt >= ? AND hour >= ? AND event_time >= ? AND 1 < ?",
    );
    assert.deepEqual(bound.parameters, ["'2026-02-28'", "'12'", "TIMESTAMP '2026-02-28 12:34:56.789'", "5"]);
  });

  it("writes a parameter outside the WHERE clauses as a literal", () => {
    const params = ["-- param: n int default -5 min -9 | N", "-- param: t string default x | T"];
    const texts: [string, string, number][] = [
      ["SELECT 1 -:n FROM t", "SELECT 1 -(-5) FROM t", 0],
      ["SELECT :t FROM t WHERE a = :t", "SELECT 'x' FROM t WHERE a = ?", 1],
      [
        "SELECT a FROM t WHERE (a = :t OR b) GROUP BY a HAVING max(b) > :n",
        "SELECT a FROM t WHERE (a = ? OR b) GROUP BY a HAVING max(b) > (-5)",
        1,
      ],
      ["SELECT count(*) FILTER (WHERE a = :t) FROM t", "SELECT count(*) FILTER (WHERE a = 'x') FROM t", 0],
      [
        "SELECT a FROM t WHERE a IN (SELECT :t FROM u WHERE b = :t) AND c = :t ORDER BY a LIMIT :n",
        "SELECT a FROM t WHERE a IN (SELECT 'x' FROM u WHERE b = ?) AND c = ? ORDER BY a LIMIT (-5)",
        2,
      ],
      [
        "SELECT a FROM t WHERE a = :t UNION ALL VALUES (:t)",
        "SELECT a FROM t WHERE a = ? UNION ALL VALUES ('x')",
        1,
      ],
      [
        "WITH w AS (SELECT a FROM t WHERE a = :t) SELECT 'WHERE' /* WHERE */, :n -- WHERE\nFROM w",
        "WITH w AS (SELECT a FROM t WHERE a = ?) SELECT 'WHERE' /* WHERE */, (-5) -- WHERE\nFROM w",
        1,
      ],
      ["SELECT a FROM t JOIN u ON t.a = :t WHERE true", "SELECT a FROM t JOIN u ON t.a = 'x' WHERE true", 0],
    ];
    for (const [sql, query, marks] of texts) {
      const used = params.filter((param) => new RegExp(`:${param[10]}\\b`).test(sql));
      const bound = boundOf(used, sql);
      assert.equal(bound.query, `-- x/s\n${query}`);
      assert.equal(bound.parameters.length, marks, sql);
    }
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
      const { query } = boundOf(params, "SELECT 1 WHERE {window.hours} OR {window.days}");
      assert.equal(
        query,
        "-- x/s\nSELECT 1 WHERE dt BETWEEN ? AND ?\n  AND (dt > ? OR hour >= ?)\n  AND (dt < ? OR hour <= ?) OR dt BETWEEN ? AND ?",
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

  const hostile = fc
    .oneof(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.string({
        unit: fc.constantFrom("'", '"', "\\", "-", "/", "*", "?", "\u2028", "\u2019", "a"),
        maxLength: 40,
      }),
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
        "' WHERE ? --",
        "/*",
        "*/ '",
      ),
    )
    .filter((text) => !/[\u0000-\u001f\u007f]|\p{Cs}/u.test(text) && text.length < 450);
  const params = ["-- param: text string default x | T", "-- param: items list default x | I"];

  it("sends the same query text for every value in a WHERE clause", () => {
    const sql = "SELECT 1 WHERE a = :text AND contains(split(:items, ','), a)";
    fc.assert(
      fc.property(hostile, hostile, (text, items) => {
        const bound = boundOf(params, sql, { text, items });
        assert.equal(bound.query, "-- x/s\nSELECT 1 WHERE a = ? AND contains(split(?, ','), a)");
        assert.equal(bound.parameters.length, 2);
        assert.equal(unquote(bound.parameters[0] ?? ""), text);
      }),
    );
  });

  it("keeps every value inside its literal outside the WHERE clauses", () => {
    const sql = "SELECT :text, split(:items, ',') FROM t WHERE a = :text ORDER BY :text";
    const known = (text: string) => parse(boundOf(params, sql, { text, items: text }).query);
    const expected = known("x");
    assert.deepEqual(
      expected.filter(({ kind }) => kind === "string").map(({ text }) => text),
      ["'x'", "'x'", "','", "'x'"],
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const found = known(text);
        assert.deepEqual(
          found.map(({ kind }) => kind),
          expected.map(({ kind }) => kind),
        );
        const strings = found.filter(({ kind }) => kind === "string").map((token) => unquote(token.text));
        assert.deepEqual([strings[0], strings[3]], [text, text]);
        const rest = (tokens: ReturnType<typeof parse>) => tokens.filter(({ kind }) => kind !== "string");
        assert.deepEqual(rest(found), rest(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("lets no number, duration, time or enum be anything but its literal", () => {
    const types = ["int", "number", "duration", "time", "enum(up, down)"];
    const defaults = ["1", "1", "1h", "1h", "up"];
    fc.assert(
      fc.property(hostile, fc.constantFrom(...types.keys()), (text, at) => {
        const param = `-- param: p ${types[at]} default ${defaults[at]} | P`;
        let query: string;
        try {
          ({ query } = boundOf([param], "SELECT :p FROM t", { p: text }));
        } catch (error) {
          assert.match(String(error), /--p takes /);
          return;
        }
        assert.match(
          query,
          /^-- x\/s\nSELECT (\(?-?[0-9.]+(E-?[0-9]+)?\)?|(TIMESTAMP )?'[0-9a-z :.-]+') FROM t$/,
        );
      }),
    );
  });
});

/** The tokens of a query by Trino's lexical grammar, comments included. */
function parse(sql: string): { kind: string; text: string }[] {
  const grammar =
    /(?<string>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*")|(?<comment>--[^\r\n]*|\/\*[\s\S]*?\*\/)|(?<word>[\w.]+)|(?<space>\s+)|(?<other>[^\w\s'"])/gu;
  let end = 0;
  const tokens = [...sql.matchAll(grammar)].map((match) => {
    assert.equal(match.index, end, "every character belongs to a token");
    end += match[0].length;
    const [kind = ""] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    return { kind, text: match[0] };
  });
  assert.equal(end, sql.length);
  return tokens;
}

/** Reads a SQL string literal back the way Trino's grammar does; anything after its end is an error. */
function unquote(literal: string): string {
  assert.match(literal, /^'(?:[^']|'')*'$/u);
  return literal.slice(1, -1).replaceAll("''", "'");
}
