import { strict as assert } from "node:assert";
import { compile, parse } from "../../index";
import { DOUBLE, VARCHAR } from "../../sql/types";

/** The SQL of a query over tables of which some have no files, and some no NaN. */
function sqlOf(sql: string, empty: readonly string[], ordinary: readonly string[] = []): string {
  const statement = parse(sql);
  assert.ok(statement.kind === "query");
  const compiled = compile(statement.query, {
    catalog: "awsdatacatalog",
    schema: "lake",
    now: 0,
    user: "somebody",
    parameters: [],
    lookup: (catalog, schema, name) => ({
      ...{ catalog, schema, name, partitionKeys: [{ name: "p", type: DOUBLE }] },
      columns: [
        { name: "x", type: VARCHAR },
        { name: "y", type: DOUBLE },
      ],
    }),
  });
  for (const scan of compiled.scans) {
    scan.isEmpty = empty.includes(scan.table.name);
    scan.hasNoNaN = () => ordinary.includes(scan.table.name);
  }
  compiled.settle();
  for (const scan of compiled.scans) scan.bind(`FROM ${scan.table.name}`);
  return compiled.render();
}
const tables = ["old", "new", "other"] as const;
const readBy = (sql: string, ...empty: string[]): string[] => {
  const rendered = sqlOf(sql, empty);
  return tables.filter((name) => rendered.includes(`FROM ${name})`));
};

describe("A side of UNION ALL whose table has no files", () => {
  const union = "SELECT x FROM old UNION ALL SELECT upper(x) FROM (SELECT * FROM new) WHERE x > ''";

  it("is not part of the SQL", () => {
    assert.deepEqual(readBy(union), ["old", "new"]);
    assert.deepEqual(readBy(union, "old"), ["new"]);
    assert.deepEqual(readBy(union, "new"), ["old"]);
    assert.deepEqual(readBy(`${union} UNION ALL SELECT x FROM other`, "old", "new"), ["other"]);
    assert.deepEqual(readBy(`${union} UNION ALL SELECT x FROM other`, "new", "other"), ["old"]);
  });

  it("stays when all are so", () => {
    assert.deepEqual(readBy(union, "old", "new"), ["old", "new"]);
  });

  it("stays where it has rows all the same, or removes rows", () => {
    assert.deepEqual(readBy("SELECT x FROM old UNION ALL SELECT max(x) FROM new", "new"), ["old", "new"]);
    assert.deepEqual(
      readBy("SELECT x FROM old UNION ALL SELECT 'a' FROM new RIGHT JOIN other ON true", "new"),
      ["old", "new", "other"],
    );
    for (const side of [
      "SELECT CAST(sum(count(*)) OVER () AS varchar) FROM new",
      "SELECT CAST(rank() OVER (ORDER BY count(*)) AS varchar) FROM new",
      "SELECT CAST(rank() OVER w AS varchar) FROM new WINDOW w AS (ORDER BY count(*))",
      "(SELECT 'z' FROM new ORDER BY count(*))",
      "SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM new",
    ])
      assert.deepEqual(readBy(`SELECT x FROM old UNION ALL ${side}`, "new"), ["old", "new"], side);
    assert.deepEqual(readBy("SELECT x FROM old UNION SELECT x FROM new", "new"), ["old", "new"]);
    assert.deepEqual(readBy("SELECT x FROM old EXCEPT SELECT x FROM new", "old"), ["old", "new"]);
    assert.deepEqual(
      readBy("SELECT x FROM old UNION ALL SELECT x FROM new GROUP BY GROUPING SETS ((), x)", "new"),
      ["old", "new"],
    );
  });
});

describe("A comparison of a column without NaN", () => {
  const isChecked = (sql: string, ordinary: readonly string[], empty: readonly string[] = []): boolean =>
    sqlOf(sql, empty, ordinary).includes("'Infinity'");
  const both = "SELECT y FROM old UNION ALL SELECT y FROM (SELECT x AS z, y FROM new WHERE x > '')";

  it("does not look for NaN", () => {
    assert.equal(isChecked("SELECT x FROM old WHERE y > 1", []), true);
    assert.equal(isChecked("SELECT x FROM old WHERE y > 1", ["old"]), false);
    assert.equal(isChecked("SELECT x FROM old WHERE y > 1 OR y > 2", ["new"]), true);
  });

  it("knows the column through subqueries and UNION ALL, of sides that have rows", () => {
    assert.equal(isChecked(`SELECT count(*) FROM (${both}) WHERE y BETWEEN 1 AND 2`, ["old"]), true);
    assert.equal(isChecked(`SELECT count(*) FROM (${both}) WHERE y BETWEEN 1 AND 2`, ["old", "new"]), false);
    assert.equal(isChecked(`SELECT count(*) FROM (${both}) WHERE y > 1`, ["new"], ["old"]), false);
  });

  it("looks for it in partition keys, which are not in the files", () => {
    assert.equal(isChecked("SELECT p > 1 FROM old", ["old"]), true);
    assert.equal(isChecked("SELECT y > 1 FROM old", ["old"]), false);
  });

  it("looks for it where the value is computed", () => {
    assert.equal(isChecked("SELECT x FROM old WHERE y * 2 > 1", ["old"]), true);
    assert.equal(isChecked("SELECT 1 FROM (SELECT sqrt(y) AS y FROM old) WHERE y > 1", ["old"]), true);
    assert.equal(isChecked("SELECT 1 FROM (SELECT sum(y) AS y FROM old) WHERE y > 1", ["old"]), true);
  });
});
