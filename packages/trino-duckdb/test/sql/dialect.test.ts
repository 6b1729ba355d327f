import { strict as assert } from "node:assert";
import { answers, type Case, Evaluator } from "./evaluate";

const queries: readonly Case[] = [
  ["VALUES of scalars and rows", "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(x, y) WHERE x > 1", "2|b"],
  [
    "common table expressions, one on another",
    "WITH a(x) AS (VALUES 1, 2), b AS (SELECT x + 1 AS y FROM a) SELECT a.x, b.y FROM a JOIN b ON a.x = b.y",
    "2|2",
  ],
  [
    "outer joins",
    "SELECT a.x, b.x FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES 2) b(x) ON a.x = b.x ORDER BY 1",
    "1|NULL\n2|2",
  ],
  [
    "joins USING",
    "SELECT x, y, z FROM (VALUES (1, 2)) a(x, y) JOIN (VALUES (1, 3)) b(x, z) USING (x)",
    "1|2|3",
  ],
  [
    "parentheses around relations",
    "SELECT a.x, b.x FROM ((VALUES 1, 2) t(x)) a JOIN ((VALUES 2) u(x) CROSS JOIN (VALUES 3) v(y)) b(x, y) ON a.x = b.x",
    "2|2",
  ],
  ["a row for an aggregate in ORDER BY alone", "SELECT 'z' FROM (VALUES 1, 2) t(x) ORDER BY count(*)", "z"],
  ["set operations", "SELECT 1 AS x UNION SELECT 1 UNION ALL SELECT 2 ORDER BY x", "1\n2"],
  [
    "INTERSECT and EXCEPT",
    "(SELECT x FROM (VALUES 1, 2) t(x) EXCEPT SELECT 1) UNION ALL (SELECT 3 INTERSECT SELECT 3) ORDER BY 1",
    "2\n3",
  ],
  [
    "grouping sets",
    "SELECT a, count(*), grouping(a) FROM (VALUES 'x', 'x', 'y') t(a) GROUP BY GROUPING SETS ((a), ()) ORDER BY 1",
    "x|2|0\ny|1|0\nNULL|3|1",
  ],
  [
    "lists of literals",
    "SELECT 2 IN (1, - 2, 2), -2 IN (1,-2), 1.5 IN (1, 1.5), 1e0 IN (2e0, 1e0), 'it''s' IN ('a', 'it''s'), 3 NOT IN (1, NULL), 3 IN (1, 1 + 2), 9223372036854775807 IN (1, 9223372036854775807)",
    "true|true|true|true|true|NULL|true|true",
  ],
  [
    "a list of literals of two types is refused at the list",
    "SELECT 1 IN (1, 'a')",
    "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer = varchar(1)",
  ],
  [
    "a literal that is too large is refused at its place",
    "SELECT 1 IN (1, 99999999999999999999)",
    "SYNTAX_ERROR: line 1:17: Invalid numeric literal: 99999999999999999999",
  ],
  [
    "a list without an item is refused",
    "SELECT 1 IN (1,)",
    "SYNTAX_ERROR: line 1:10: 'IN' is not valid at this position",
  ],
  [
    "ROLLUP",
    "SELECT a, b, sum(n) FROM (VALUES ('x', 'y', 1)) t(a, b, n) GROUP BY ROLLUP (a, b) ORDER BY a, b",
    "x|y|1\nx|NULL|1\nNULL|NULL|1",
  ],
  [
    "GROUP BY and ORDER BY a position",
    "SELECT x % 2, count(*) FROM (VALUES 1, 2, 3) t(x) GROUP BY 1 ORDER BY 2 DESC",
    "1|2\n0|1",
  ],
  ["ORDER BY an alias, and an expression on it", "SELECT x AS n FROM (VALUES 1, 2) t(x) ORDER BY -n", "2\n1"],
  ["HAVING", "SELECT x FROM (VALUES 1, 1, 2) t(x) GROUP BY x HAVING count(*) > 1", "1"],
  [
    "OFFSET before LIMIT, FETCH FIRST, LIMIT ALL",
    "SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x OFFSET 1 FETCH FIRST 1 ROW ONLY",
    "2",
  ],
  [
    "UNNEST of several arrays",
    "SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a']) AS t(x, y) ORDER BY x",
    "1|a\n2|NULL",
  ],
  [
    "UNNEST of a column, with position",
    "SELECT k, e, o FROM (VALUES ('a', ARRAY[5, 6])) t(k, l) CROSS JOIN UNNEST(l) WITH ORDINALITY AS u(e, o) ORDER BY o",
    "a|5|1\na|6|2",
  ],
  [
    "UNNEST of maps and rows",
    "SELECT k, v, f FROM UNNEST(map(ARRAY['a'], ARRAY[1]), ARRAY[ROW(9)]) AS t(k, v, f)",
    "a|1|9",
  ],
  [
    "correlated subqueries",
    "SELECT x, (SELECT max(y) FROM (VALUES 1, 2, 3) u(y) WHERE y < x) FROM (VALUES 2, 3) t(x) ORDER BY 1",
    "2|1\n3|2",
  ],
  [
    "EXISTS, IN and ALL",
    "SELECT x FROM (VALUES 1, 2, 3) t(x) WHERE EXISTS (SELECT 1 FROM (VALUES 2, 3) u(y) WHERE y = x) AND x IN (SELECT 2) AND x >= ALL (SELECT 1)",
    "2",
  ],
  [
    "LATERAL",
    "SELECT x, y FROM (VALUES 1, 2) t(x) CROSS JOIN LATERAL (SELECT x * 10 AS y) ORDER BY 1",
    "1|10\n2|20",
  ],
  [
    "named windows",
    "SELECT sum(x) OVER w FROM (VALUES 1, 2) t(x) WINDOW w AS (ORDER BY x) ORDER BY 1",
    "1\n3",
  ],
  [
    "lag IGNORE NULLS",
    "SELECT lag(x) IGNORE NULLS OVER (ORDER BY o) FROM (VALUES (1, 5), (2, NULL), (3, 7)) t(o, x) ORDER BY o",
    "NULL\n5\n5",
  ],
  ["quoted names, and names in any case", 'SELECT "A b", B FROM (VALUES (1, 2)) t("a B", b)', "1|2"],
  [
    "CASE in both forms",
    "SELECT CASE x WHEN 1 THEN 'a' ELSE 'b' END, CASE WHEN x > 1 THEN 1 END FROM (VALUES 1) t(x)",
    "a|NULL",
  ],
  [
    "arrays joined with elements",
    "SELECT ARRAY[1] || 2, 0 || ARRAY[1], ARRAY[1] || ARRAY[2]",
    "[1, 2]|[0, 1]|[1, 2]",
  ],
  [
    "LIKE with ESCAPE",
    "SELECT 'a_b' LIKE 'a$_b' ESCAPE '$', 'axb' LIKE 'a$_b' ESCAPE '$', 'abc' NOT LIKE 'a%'",
    "true|false|false",
  ],
  [
    "EXTRACT",
    "SELECT EXTRACT(YEAR FROM DATE '2026-01-01'), EXTRACT(HOUR FROM TIMESTAMP '2026-01-01 05:00:00')",
    "2026|5",
  ],
  ["IS DISTINCT FROM", "SELECT NULL IS DISTINCT FROM 1, 1 IS NOT DISTINCT FROM 1", "true|true"],
  [
    "RIGHT JOIN LATERAL keeps rows without a match",
    "SELECT * FROM (SELECT 1 WHERE false) t(a) RIGHT JOIN LATERAL (VALUES 1, 3) u(b) ON true ORDER BY b",
    "NULL|1\nNULL|3",
  ],
  [
    "FULL JOIN USING has the column of either side",
    "SELECT k, x, y FROM (VALUES ('a', 1), ('b', 2)) t(k, x) FULL JOIN (VALUES ('b', 3), ('c', 4)) u(k, y) USING (k) ORDER BY k",
    "a|1|NULL\nb|2|3\nc|NULL|4",
  ],
  [
    "(a, b) IN a subquery of two columns, with NULL where a NULL decides",
    "SELECT (1, 'a') IN (SELECT 1, 'a'), (1, 'a') IN (VALUES (1, NULL)), (2, 'a') IN (VALUES (1, NULL)), (1, 'a') NOT IN (VALUES (2, 'b'))",
    "true|NULL|false|true",
  ],
  [
    "LEFT JOIN LATERAL keeps a constant",
    "SELECT * FROM (VALUES 1, 2) t(a) LEFT JOIN LATERAL (SELECT 5) u(c) ON a = 1 ORDER BY a",
    "1|5\n2|NULL",
  ],
  [
    "JOIN USING of two types has the common type",
    "SELECT * FROM (VALUES (1, 2e0)) x (a, b) JOIN (VALUES (1e0, 3)) y (a, b) USING(a)",
    "1.0|2.0|3",
  ],
  [
    "SELECT DISTINCT orders by a qualified column and by a selected expression",
    "SELECT DISTINCT t.A, a + 1 FROM (VALUES 2, 1) t(a) ORDER BY a + 1, t.a",
    "1|2\n2|3",
  ],
];

/** Valid grammar that is not run: refused by name and place, never run otherwise. */
const refused: readonly (readonly [sql: string, reason: string])[] = [
  [
    "SELECT * FROM (VALUES 1) t(x) TABLESAMPLE BERNOULLI (10)",
    "NOT_SUPPORTED: line 1:15: TABLESAMPLE is not supported by the embedded cloud",
  ],
  [
    "WITH RECURSIVE t(n) AS (SELECT 1) SELECT * FROM t",
    "NOT_SUPPORTED: line 1:1: WITH RECURSIVE is not supported by the embedded cloud",
  ],
  [
    "SELECT CAST('a' AS hyperloglog)",
    "NOT_SUPPORTED: line 1:20: the type hyperloglog is not supported by the embedded cloud",
  ],
  [
    "SELECT x FROM (VALUES 1) t(y)",
    "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved or requester is not authorized to access requested resources",
  ],
  ["SELECT * FROM nowhere", "TABLE_NOT_FOUND: Table 'awsdatacatalog.default.nowhere' does not exist"],
  ["SELECT x FROM (VALUES 1) a(x), (VALUES 1) b(x)", "AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous"],
  [
    "SELECT 1 WHERE count(*) > 1",
    "EXPRESSION_NOT_SCALAR: line 1:16: WHERE clause cannot contain aggregations: count",
  ],
  ["SELECT row_number()", "MISSING_OVER: line 1:8: Window function row_number requires an OVER clause"],
  [
    "SELECT x, count(*) FROM (VALUES 1) t(x)",
    "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expression or appear in GROUP BY clause",
  ],
  [
    "SELECT 1 UNION SELECT 'a'",
    "TYPE_MISMATCH: line 1:1: column 1 in UNION query has incompatible types: integer, varchar(1)",
  ],
  ["SELECT json_extract('{}', '$..a')", "INVALID_FUNCTION_ARGUMENT: line 1:8: Invalid JSON path: '$..a'"],
  [
    "SELECT date_format(now(), '%D')",
    "INVALID_FUNCTION_ARGUMENT: line 1:8: date format '%D' is not supported",
  ],
  [
    "WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a",
    "DUPLICATE_NAMED_QUERY: line 1:23: WITH query name 'a' specified more than once",
  ],
  ["SELECT 1 ORDER BY 2", "INVALID_COLUMN_REFERENCE: line 1:19: Position 2 is not in select list"],
];

answers("Queries of the dialect", queries);

describe("Trino's dialect", () => {
  const evaluator = new Evaluator();
  after(() => evaluator.stop());

  for (const [sql, reason] of refused)
    it(`refuses ${sql}`, async () => assert.equal(await evaluator.text(sql), reason));

  it("reports the position of a syntax error", async () => {
    assert.equal(
      await evaluator.text("SELECT a FROM FROM t"),
      "SYNTAX_ERROR: line 1:15: 'FROM' is not valid at this position",
    );
  });

  it("binds parameters by position", async () => {
    assert.equal(
      await evaluator.text("SELECT ?, ? + 1 WHERE ? = 'it''s; DROP'", ["'a''b'", "41", "'it''s; DROP'"]),
      "a'b|42",
    );
    assert.equal(
      await evaluator.text("SELECT ?", []),
      "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0",
    );
    assert.equal(await evaluator.text("SELECT 1 WHERE ? = ?", ["'x'", "'x') OR ('' = ''"]), "");
  });

  it("takes a parameter that is not an expression as a string", async () => {
    assert.equal(
      await evaluator.text("SELECT ?, ?, ?, ?, ? FROM (VALUES 1) t(x)", [
        "it's",
        "x",
        "x + 1",
        "1 + 1",
        "2026-01",
      ]),
      "it's|x|x + 1|2|2025",
    );
    assert.equal(
      await evaluator.text("SELECT ?", ["nosuch(1)"]),
      "FUNCTION_NOT_FOUND: line 1:1: Function 'nosuch' not registered",
    );
  });

  it("ignores parameters without question marks, and otherwise checks their number", async () => {
    assert.equal(await evaluator.text("SELECT 1", ["2", "3"]), "1");
    assert.equal(
      await evaluator.text("SELECT ?", ["2", "3"]),
      "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 2",
    );
  });
});
