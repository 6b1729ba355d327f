import { strict as assert } from "node:assert";
import { parse } from "../../index";

const tablesOf = (sql: string): string[] => {
  const statement = parse(sql);
  assert.ok(statement.kind === "query");
  return statement.query.tables().map((path) => path.join("."));
};

describe("The tables that a query names", () => {
  it("are each named once, in lower case", () => {
    assert.deepEqual(tablesOf("SELECT * FROM Lake.Ticks a JOIN ticks b ON a.x = b.x, lake.ticks"), [
      "lake.ticks",
      "ticks",
    ]);
  });

  it("are not its common table expressions", () => {
    assert.deepEqual(
      tablesOf(
        "WITH newest AS (SELECT max(x) AS x FROM ticks), old AS (SELECT * FROM newest) SELECT * FROM old",
      ),
      ["ticks"],
    );
  });

  it("are those that a common table expression of the same name reads, or that have a schema", () => {
    assert.deepEqual(tablesOf("WITH ticks AS (SELECT * FROM ticks) SELECT * FROM ticks"), ["ticks"]);
    assert.deepEqual(tablesOf("WITH ticks AS (SELECT 1) SELECT * FROM lake.ticks"), ["lake.ticks"]);
  });

  it("are outside the query that defines a common table expression of their name", () => {
    assert.deepEqual(
      tablesOf(
        "SELECT * FROM (WITH t AS (SELECT 1 AS x) SELECT * FROM t WHERE x IN (SELECT x FROM t)) JOIN t ON true",
      ),
      ["t"],
    );
    assert.deepEqual(tablesOf("WITH t AS (SELECT 1 AS x) SELECT (SELECT max(x) FROM t), (SELECT 1 FROM u)"), [
      "u",
    ]);
  });
});
