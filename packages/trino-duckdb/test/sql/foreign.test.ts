import { strict as assert } from "node:assert";
import { Evaluator } from "./evaluate";

/** DuckDB runs these; Trino does not. */
const foreign: readonly string[] = [
  "SELECT x FROM (VALUES 1) t(x) QUALIFY row_number() OVER () = 1",
  "SELECT * EXCEPT (x) FROM (VALUES (1, 2)) t(x, y)",
  "SELECT x::varchar FROM (VALUES 1) t(x)",
  "SELECT 1 WHERE 'a' ILIKE 'A'",
  "SELECT DISTINCT ON (x) x FROM (VALUES 1) t(x)",
  "SELECT x FROM (VALUES 1) t(x) ORDER BY ALL",
  "SELECT x AS y, y + 1 FROM (VALUES 1) t(x)",
  "SELECT count(*) AS c FROM (VALUES 1) t(x) HAVING c > 0",
  "SELECT a AS z FROM (VALUES 1) t(a) GROUP BY z",
  "SELECT list_sum(ARRAY[1])",
  "SELECT strftime(now(), '%Y')",
  "SELECT * FROM read_csv('x')",
  "SELECT 1 // 2",
  "SELECT 5 ^ 2",
  "SELECT [1, 2]",
  "SELECT {'a': 1}",
  "SELECT median(x) FROM (VALUES 1) t(x)",
  "SELECT string_agg(x, ',') FROM (VALUES 'a') t(x)",
  "SELECT x FROM range(3) t(x)",
  "SELECT x FROM (VALUES 1) t(x) LIMIT 1 OFFSET 1",
];

describe("DuckDB syntax that Trino does not have", () => {
  const evaluator = new Evaluator();
  after(() => evaluator.stop());

  for (const sql of foreign)
    it(`is refused: ${sql}`, async () => {
      assert.match(
        await evaluator.text(sql),
        /^(SYNTAX_ERROR|FUNCTION_NOT_FOUND|COLUMN_NOT_FOUND|NOT_SUPPORTED): line 1:\d+: /,
      );
    });
});
