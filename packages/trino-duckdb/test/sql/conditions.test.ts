import { strict as assert } from "node:assert";
import { compile, parse } from "../../index";
import { DOUBLE, VARCHAR } from "../../sql/types";

/** The conditions of the scans of a query, without their aliases. */
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
        { name: "price", type: DOUBLE },
      ],
    }),
  });
  return scans.map(({ alias, conditions }) => conditions.join(" ").replaceAll(`${alias}.`, ""));
}

describe("The conditions on a table's text columns", () => {
  it("are those that each row of the result meets", () => {
    assert.deepEqual(conditionsOf("SELECT 1 FROM t WHERE coin = 'a' AND price > 1 AND dt = 'x'"), [
      `("coin" = 'a')`,
    ]);
    assert.deepEqual(conditionsOf("SELECT 1 FROM t WHERE coin = 'a' OR price > 1"), [""]);
    assert.deepEqual(conditionsOf("SELECT max(price) FROM t GROUP BY coin HAVING coin = 'a'"), [""]);
  });

  it("reach the sides of UNION ALL, and the side of a join that loses no row", () => {
    const union = "(SELECT coin, price FROM t UNION ALL SELECT coin || 'x', price FROM t)";
    assert.deepEqual(conditionsOf(`SELECT 1 FROM ${union} WHERE coin = 'A'`), [
      `("coin" = 'A')`,
      `(("coin" || 'x') = 'A')`,
    ]);
    const join = "SELECT 1 FROM t AS a LEFT JOIN t AS b ON a.price = b.price WHERE";
    assert.deepEqual(conditionsOf(`${join} a.coin = 'a'`), [`("coin" = 'a')`, ""]);
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
      [`("coin" = 'a')`],
    );
  });
});
