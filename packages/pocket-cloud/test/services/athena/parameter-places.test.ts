import { strict as assert } from "node:assert";
import { parse } from "../../../../trino-duckdb";
import { areInWhere } from "../../../services/athena/run/parameter-places";

/** As the parser sees it. */
function parsed(sql: string): boolean {
  const statement = parse(sql);
  return "query" in statement && statement.query.parameterOutsideWhere() === undefined;
}

const inside = [
  "SELECT a FROM t",
  "SELECT a FROM t WHERE b = ?",
  "select a from t where b = ? group by a",
  "SELECT a FROM t WHERE (b = ? OR c IN (?, ?)) AND f(?) > 1",
  "SELECT '?' AS a, \"?\" AS b FROM t -- ?\n WHERE c = ? /* ? */ AND d = 'x''y'",
  "WITH x AS (SELECT a FROM t WHERE b = ?) SELECT a FROM x WHERE a > ? ORDER BY a",
  "SELECT a FROM t WHERE b IN (SELECT b FROM u WHERE c = ?) AND d = ?",
  "SELECT a FROM t WHERE b = ? UNION ALL SELECT a FROM u WHERE c = ?",
  "SELECT count(*) FILTER (WHERE b > 0) FROM t WHERE c = ?",
];

const outside = [
  "SELECT ? FROM t",
  "SELECT a FROM t WHERE b = 1 LIMIT ?",
  "SELECT a FROM t WHERE b = 1 OFFSET ?",
  "SELECT a FROM t WHERE b = 1 GROUP BY a HAVING max(c) > ?",
  "SELECT a FROM t WHERE b = 1 ORDER BY c + ?",
  "SELECT a FROM t WHERE b IN (SELECT ? FROM u)",
  "SELECT a FROM t WHERE b IN (SELECT c FROM u LIMIT ?)",
  "SELECT a FROM t WHERE b IN (VALUES ?)",
  "SELECT a FROM t WHERE b = 1 UNION SELECT ? FROM u",
  "SELECT count(*) FILTER (WHERE b = ?) FROM t",
  "WITH x AS (SELECT a FROM t WHERE b = 1) SELECT ? FROM x",
  "SELECT a FROM (SELECT b FROM t WHERE c = ?) JOIN u ON d = ?",
];

describe("the places of parameters", () => {
  for (const sql of inside)
    it(`in WHERE: ${sql}`, () => {
      assert.equal(areInWhere(sql), true);
      assert.equal(parsed(sql), true);
    });

  for (const sql of outside)
    it(`elsewhere: ${sql}`, () => {
      assert.equal(areInWhere(sql), false);
      assert.equal(parsed(sql), false);
    });

  it("are left to the parser where a word has another use", () => {
    const sql = "SELECT a FROM t WHERE array_agg(b) FILTER (WHERE c = ?) IS NULL GROUP BY a";
    const listed = "SELECT a FROM t WHERE listagg(b, ',') WITHIN GROUP (ORDER BY c) = ?";
    for (const text of [sql, listed]) assert.equal(parsed(text), true, text);
    assert.equal(areInWhere(sql), true);
    assert.equal(areInWhere(listed), false);
  });
});
