import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Engine } from "../../engine/engine";
import type { ResultColumn } from "../../engine/protocol";
import { writing } from "../../engine/writing";
import type { Type } from "../../sql/types";

const types: readonly Type[] = [
  { kind: "boolean" },
  { kind: "bigint" },
  { kind: "varchar" },
  { kind: "date" },
  { kind: "double" },
  { kind: "timestamp", precision: 3 },
];

describe("Results written by COPY", () => {
  const dir = mkdtempSync(join(tmpdir(), "trino-duckdb-"));
  const engine = new Engine(join(dir, "engine"));
  after(async () => {
    await engine.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  let files = 0;
  const csv = async (sql: string, columns: readonly ResultColumn[]) => {
    const file = join(dir, `${files++}.csv`);
    const { rows, bytes } = await engine.query(sql, columns, file);
    const text = readFileSync(file, "utf8");
    assert.equal(bytes, Buffer.byteLength(text));
    return { rows, text };
  };

  it("quote every field and the header, and leave NULL empty", async () => {
    const columns = types.map((type, i) => ({ name: i === 2 ? 'a "b"' : `c${i}`, type }));
    const sql = `SELECT * FROM (VALUES
      (true, 1, 'x, "y"\nz', DATE '2026-02-28', 0.1::DOUBLE + 0.2, TIMESTAMP '2026-02-28 01:02:03.004'),
      (false, -9223372036854775808, '', DATE '0001-01-01', 'NaN', TIMESTAMP '1969-12-31 23:59:59.999'),
      (NULL, NULL, NULL, NULL, NULL, NULL))`;
    assert.ok(writing(sql, columns, "file"));
    assert.deepEqual(await csv(sql, columns), {
      rows: 3,
      text: `"c0","c1","a ""b""","c3","c4","c5"
"true","1","x, ""y""
z","2026-02-28","0.30000000000000004","2026-02-28 01:02:03.004"
"false","-9223372036854775808","","0001-01-01","NaN","1969-12-31 23:59:59.999"
,,,,,
`,
    });
  });

  it("have only a header without rows", async () => {
    const columns = [{ name: "n", type: { kind: "bigint" } }] as const;
    assert.deepEqual(await csv("SELECT 1 AS c0 WHERE false", columns), { rows: 0, text: '"n"\n' });
  });

  it("keep the order of a sorted query", async () => {
    const columns = [{ name: "n", type: { kind: "bigint" } }] as const;
    const { text } = await csv("SELECT n AS c0 FROM range(300000) AS r(n) ORDER BY hash(n), n", columns);
    const sorted = await engine.rows("SELECT n FROM range(300000) AS r(n) ORDER BY hash(n), n");
    assert.equal(text, `"n"\n${sorted.map(([n]) => `"${n}"\n`).join("")}`);
  });

  it("have the same texts of numbers as other results", async () => {
    const columns = [{ name: "n", type: { kind: "double" } }] as const;
    const edges = [0, -0, 1e-3, 9.99e-4, -1e-3, 9_999_999, 9_999_999.5, 1e7, -1e7, 1e22, 5e-324];
    const random = fc.sample(fc.double(), { numRuns: 2000, seed: 1 });
    const prices = fc.sample(fc.integer({ min: -1e9, max: 1e9 }), { numRuns: 2000, seed: 1 });
    const all = [...edges, ...random, ...prices.map((n) => n / 100)];
    const sql = `SELECT unnest([${all.map((n) => `'${Object.is(n, -0) ? "-0.0" : n}'::DOUBLE`).join(", ")}]) AS c0`;
    // Two columns of one name are written by the other way.
    const other = await csv(`SELECT c0, c0 AS c1 FROM (${sql})`, [...columns, ...columns]);
    assert.equal((await csv(sql, columns)).text, other.text.replace(/^("[^"]*"),"[^"]*"$/gm, "$1"));
  });

  it("are not used for types and names that DuckDB writes differently", () => {
    const named = (...names: string[]) =>
      writing(
        "SELECT 1",
        names.map((name) => ({ name, type: { kind: "bigint" } as const })),
        "file",
      );
    assert.ok(named("a", "b"));
    assert.equal(named("a", "A"), undefined);
    assert.equal(named(""), undefined);
    const array = { kind: "array", element: { kind: "bigint" } } as const;
    assert.equal(writing("SELECT 1", [{ name: "a", type: array }], "file"), undefined);
  });
});
