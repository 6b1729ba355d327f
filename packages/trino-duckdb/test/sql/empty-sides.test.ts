import { strict as assert } from "node:assert";
import { compile, parse } from "../../index";
import { VARCHAR } from "../../sql/types";

/** The SQL of a query over tables of which some have no files. */
function sqlOf(sql: string, empty: readonly string[]): string {
  const statement = parse(sql);
  assert.ok(statement.kind === "query");
  const compiled = compile(statement.query, {
    catalog: "awsdatacatalog",
    schema: "lake",
    now: 0,
    user: "somebody",
    parameters: [],
    lookup: (catalog, schema, name) => ({
      ...{ catalog, schema, name, partitionKeys: [] },
      columns: [{ name: "x", type: VARCHAR }],
    }),
  });
  for (const scan of compiled.scans) scan.isEmpty = empty.includes(scan.table.name);
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
    assert.deepEqual(readBy(`${union} UNION ALL TABLE other`, "old", "new"), ["other"]);
    assert.deepEqual(readBy(`${union} UNION ALL TABLE other`, "new", "other"), ["old"]);
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
    assert.deepEqual(readBy("SELECT x FROM old UNION SELECT x FROM new", "new"), ["old", "new"]);
    assert.deepEqual(readBy("SELECT x FROM old EXCEPT SELECT x FROM new", "old"), ["old", "new"]);
    assert.deepEqual(
      readBy("SELECT x FROM old UNION ALL SELECT x FROM new GROUP BY GROUPING SETS ((), x)", "new"),
      ["old", "new"],
    );
  });
});
