import { strict as assert } from "node:assert";
import { Interrupted } from "../../engine/engine";
import { compile } from "../../sql/compile";
import { parseStatement } from "../../sql/parse";
import type { TableSource } from "../../sql/session";
import { parse, type Statement } from "../../sql/statements";
import { Evaluator } from "../sql/evaluate";

const TOO_LARGE = "STACK_OVERFLOW: statement is too large (stack overflow during analysis)";

const TOO_DEEP =
  "NOT_SUPPORTED: more than 8 subqueries inside each other in select lists are not supported by the embedded cloud";

const columns = (count: number): string => Array.from({ length: count }, (_, i) => `c${i}`).join(",");

describe("A hostile query", () => {
  const evaluator = new Evaluator();
  before(() => evaluator.text("SELECT 1"));
  after(() => evaluator.stop());

  const texts = "FROM (VALUES 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab') t(x)";
  // The first group matches an empty text, which RE2 does not tell from none, so V8 matches again.
  for (const pattern of [
    "(x?)(?:(a+)+$|a)",
    "(?i)(x?)(?:(A+)+$|a)",
    "(x?)(?:(a{1,200})+$|a)",
    "(?=(a+)+$)()",
    "(a+)+\\1$",
  ])
    it(`with the pattern ${pattern} ends within seconds`, async () => {
      const begun = performance.now();
      const text = await evaluator.text(
        `SELECT cardinality(regexp_extract_all(x, '${pattern}', 1)) ${texts}`,
      );
      const millis = performance.now() - begun;
      assert.ok(millis < 20_000, `${Math.round(millis)} ms: ${text}`);
      assert.equal(await evaluator.text("SELECT 1"), "1");
    });

  const large: readonly (readonly [name: string, sql: string, refusal: string])[] = [
    [
      "of 100 nested parentheses",
      `SELECT ${"(".repeat(100)}1${")".repeat(100)}`,
      "NOT_SUPPORTED: a statement nested more than 64 levels deep is not supported by the embedded cloud",
    ],
    [
      "of 260,000 words and symbols",
      `SELECT 1 WHERE 1 IN (${"1,".repeat(130_000)}1)`,
      "NOT_SUPPORTED: a statement of more than 20000 words and symbols is not supported by the embedded cloud",
    ],
    ["of 9,000 sums", `SELECT ${"1+".repeat(9000)}1`, TOO_LARGE],
    ["of 4,500 conditions", `SELECT 1 WHERE ${"1=1 AND ".repeat(4500)}true`, TOO_LARGE],
    ["of 20 subqueries in select lists", `SELECT ${"(SELECT ".repeat(20)}1${")".repeat(20)}`, TOO_DEEP],
    [
      "of 20 subqueries in branches",
      `SELECT ${"CASE WHEN 1 IN (SELECT ".repeat(20)}1${") THEN 1 END".repeat(20)}`,
      TOO_DEEP,
    ],
    ["of 7 subqueries in a select list", `SELECT ${"abs((SELECT ".repeat(7)}1${"))".repeat(7)}`, "1"],
    [
      "of 30 subqueries in FROM clauses",
      `SELECT * FROM ${"(SELECT * FROM ".repeat(30)}(VALUES 1)${")".repeat(30)}`,
      "1",
    ],
    [
      "of 20,000 times NOT",
      `SELECT ${"NOT ".repeat(20_000)}true`,
      "NOT_SUPPORTED: a statement nested more than 64 levels deep is not supported by the embedded cloud",
    ],
    [
      "of 80,000 unclosed comments",
      `SELECT ${"/* ".repeat(80_000)}`,
      "SYNTAX_ERROR: line 1:8: a comment is not closed",
    ],
    [
      "that writes a number with 1,000,000,000 spaces",
      "SELECT format('%1000000000d', 1)",
      "NOT_SUPPORTED: line 1:8: a width of more than 10000 in format() is not supported by the embedded cloud",
    ],
    [
      "of 20 columns in a CUBE",
      `SELECT count(*) FROM (VALUES (${"1,".repeat(19)}1)) t(${columns(20)}) GROUP BY CUBE (${columns(20)})`,
      "TOO_MANY_GROUPING_SETS: line 1:155: GROUP BY has 1048576 grouping sets but can contain at most 2048",
    ],
    [
      "of 40 columns in a CUBE",
      `SELECT count(*) FROM (VALUES 1) t(a) GROUP BY CUBE (${"a,".repeat(39)}a)`,
      "TOO_MANY_GROUPING_SETS: line 1:47: GROUP BY has more than 2147483647 grouping sets but can contain at most 2048",
    ],
    [
      "that parses a data size of 2,000,000 digits",
      "SELECT parse_data_size(lpad('1', 2000000, '9') || 'B')",
      `NUMERIC_VALUE_OUT_OF_RANGE: Value out of range: '${"9".repeat(979)}`,
    ],
    [
      "that parses a data size of 2,000,000 decimal places",
      "SELECT parse_data_size('1.' || lpad('5', 2000000, '5') || 'kB')",
      "1592",
    ],
  ];
  for (const [name, sql, refusal] of large)
    it(`${name} is answered at once`, async () => {
      const { user } = process.cpuUsage();
      assert.equal(await evaluator.text(sql), refusal);
      assert.ok(process.cpuUsage().user - user < 2_000_000);
    });

  it("of 9,900 values in a list has a node and a token for each", () => {
    const list = Array.from({ length: 9900 }, (_, i) => i).join(",");
    const sizeOf = (node: object): number =>
      ((node as { children?: object[] | null }).children ?? []).reduce(
        (sum, child) => sum + sizeOf(child),
        1,
      );
    const size = sizeOf(parseStatement(`SELECT 1 WHERE 1 IN (${list})`));
    assert.ok(size < 3 * 9900 + 50, `${size} nodes`);
  });

  it("that encodes and decodes 20 MB in base32 takes little more memory than the values", async () => {
    const sql =
      "SELECT length(to_base32(x)), length(from_base32(to_base32(x))) FROM (SELECT to_utf8(lpad('A', 20000000, 'A')) x)";
    assert.equal(await evaluator.text(sql), "32000000|20000000");
  });

  // Trino's parser takes 1000 levels.
  for (const [name, text] of [
    ["an array 100,000 levels deep", "lpad('', 100000, '[') || lpad('', 100000, ']')"],
    ["500,000 opened arrays", "lpad('', 500000, '[')"],
  ])
    it(`that parses ${name} as JSON fails with the begin of the text`, async () => {
      assert.match(
        await evaluator.text(`SELECT json_format(json_parse(${text}))`),
        /^INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '\[{900,1000}$/,
      );
    });

  it("of a view that reads another twice, 40 levels deep, is refused", () => {
    const statements = new Map<string, Statement>([["v0", parse("SELECT CAST(1 AS bigint) AS x")]]);
    for (let level = 1; level <= 40; level++)
      statements.set(`v${level}`, parse(`SELECT x FROM v${level - 1} UNION ALL SELECT x FROM v${level - 1}`));
    const columns = [{ name: "x", type: { kind: "bigint" } as const }];
    const place = { catalog: "c", schema: "s" };
    const lookup = (_catalog: string, _schema: string, name: string): TableSource => {
      const statement = statements.get(name) ?? parse("SELECT 1");
      return { ...place, name, columns, partitionKeys: [], view: { ...place, statement, columns } };
    };
    const statement = parse("SELECT count(*) FROM v40");
    assert.ok(statement.kind === "query");
    const { query } = statement;
    assert.throws(() => compile(query, { ...place, now: 0, user: "somebody", lookup }), {
      message:
        /^NOT_SUPPORTED: a query with more than 20000 columns and relations, counting those of its views,/,
    });
  });

  it("of common table expressions that each double the one before ends", async () => {
    const tables = Array.from(
      { length: 40 },
      (_, i) => `t${i + 1} AS (SELECT * FROM t${i} UNION ALL SELECT * FROM t${i})`,
    );
    const stop = new AbortController();
    const query = evaluator.text(
      `WITH t0 AS (SELECT 1 AS x), ${tables.join(", ")} SELECT count(*) FROM t40`,
      [],
      stop.signal,
    );
    setTimeout(() => stop.abort(), 300);
    await assert.rejects(query, Interrupted);
  });

  it("cannot build an array that does not fit in memory", async () => {
    const refusal = (limit: string) =>
      `INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be ${limit}`;
    assert.equal(
      await evaluator.text("SELECT cardinality(repeat('a', 1000000000))"),
      refusal("less than or equal to 10000"),
    );
    assert.equal(
      await evaluator.text("SELECT cardinality(repeat('a', x)) FROM (VALUES -1) t(x)"),
      refusal("greater than or equal to 0"),
    );
    assert.equal(await evaluator.text("SELECT cardinality(repeat('a', 10000))"), "10000");
  });
});
