import { strict as assert } from "node:assert";
import { compile, parse } from "../../index";
import { DOUBLE, VARCHAR } from "../../sql/types";

/** The conditions of the scans of a query: "coin = a" for one of them. */
function conditionsOf(sql: string): string[] {
  const statement = parse(sql);
  assert.ok(statement.kind === "query");
  const { scans } = compile(statement.query, {
    catalog: "awsdatacatalog",
    schema: "lake",
    now: 0,
    user: "somebody",
    parameters: [],
    lookup: (catalog, schema, name) => ({
      ...{ catalog, schema, name, partitionKeys: [{ name: "dt", type: VARCHAR }] },
      columns: [
        { name: "coin", type: VARCHAR },
        { name: "name", type: VARCHAR },
        { name: "short", type: { kind: "varchar", length: 2 } },
        { name: "price", type: DOUBLE },
      ],
    }),
  });
  return scans.map(({ conditions }) =>
    conditions.map(({ column, operator, texts }) => `${column} ${operator} ${texts.join("|")}`).join(", "),
  );
}

describe("The conditions on a table's text columns", () => {
  it("are those that each row of the result meets", () => {
    assert.deepEqual(conditionsOf("SELECT 1 FROM t WHERE coin = 'a' AND price > 1 AND dt = 'x'"), [
      "coin = a",
    ]);
    assert.deepEqual(conditionsOf("SELECT 1 FROM t WHERE coin = 'a' OR price > 1"), [""]);
    assert.deepEqual(conditionsOf("SELECT max(price) FROM t GROUP BY coin HAVING coin = 'a'"), [""]);
  });

  it("compare a column with constants", () => {
    const where = (condition: string) => conditionsOf(`SELECT 1 FROM t WHERE ${condition}`);
    assert.deepEqual(where("coin IN ('a', 'o''x')"), ["coin = a|o'x"]);
    assert.deepEqual(where("coin BETWEEN 'a' AND 'c'"), ["coin >= a, coin <= c"]);
    for (const other of [
      "coin <> 'a'",
      "NOT coin = 'a'",
      "coin NOT IN ('a', 'b')",
      "coin IN ('a', NULL)",
      "coin = name",
      "coin LIKE 'a%'",
      "'a' = coin",
      "substr(coin, 1) = 'a'",
      "coin IS NULL",
      "short = 'a'",
    ])
      assert.deepEqual(where(other), [""], other);
  });

  it("reach the sides of UNION ALL, and the side of a join that loses no row", () => {
    const union = "(SELECT coin, price FROM t UNION ALL SELECT coin || 'x', price FROM t)";
    assert.deepEqual(conditionsOf(`SELECT 1 FROM ${union} WHERE coin = 'A'`), ["coin = A", ""]);
    const join = "SELECT 1 FROM t AS a LEFT JOIN t AS b ON a.price = b.price WHERE";
    assert.deepEqual(conditionsOf(`${join} a.coin = 'a'`), ["coin = a", ""]);
    assert.deepEqual(conditionsOf(`${join} b.coin IS NULL`), ["", ""]);
  });

  it("stay above LIMIT, aggregates and windows over other keys", () => {
    const where = "WHERE coin = 'a'";
    assert.deepEqual(conditionsOf(`SELECT 1 FROM (SELECT coin FROM t LIMIT 5) ${where}`), [""]);
    assert.deepEqual(conditionsOf(`SELECT 1 FROM (SELECT min(coin) AS coin FROM t GROUP BY dt) ${where}`), [
      "",
    ]);
    assert.deepEqual(
      conditionsOf(
        `SELECT 1 FROM (SELECT coin, row_number() OVER (PARTITION BY dt ORDER BY price) FROM t) ${where}`,
      ),
      [""],
    );
    assert.deepEqual(
      conditionsOf(`SELECT 1 FROM (SELECT coin, sum(price) OVER (PARTITION BY coin) FROM t) ${where}`),
      ["coin = a"],
    );
  });
});
