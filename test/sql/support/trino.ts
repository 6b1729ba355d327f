import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * The folder with the JAR files of Trino, as packages/trino-duckdb/conformance/README.md makes it. Without it, tests with
 * Trino are skipped.
 */
export const { TRINO_ORACLE } = process.env;
const ORACLE = join(__dirname, "../../../packages/trino-duckdb/conformance/oracle/Oracle.java");

export interface Answer {
  readonly error?: string;
  readonly message?: string;
  readonly rows?: readonly (readonly (string | null)[])[];
}

/** Trino's answers to statements. Tables that they create are in the schema "default". */
export function ask(statements: readonly string[]): Answer[] {
  const { stdout, stderr } = spawnSync("java", ["-Xmx1500m", "-cp", `${TRINO_ORACLE}/*`, ORACLE], {
    input: statements
      .map(
        (sql) => `${JSON.stringify(sql)}
`,
      )
      .join(""),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const answers = stdout.trim().split("\n");
  assert.equal(answers.length, statements.length, stderr.slice(-2000));
  return answers.map((line) => JSON.parse(line) as Answer);
}

/** Fails with the statements that Trino refuses. Returns the rows of all. */
export function accepted(
  statements: ReadonlyMap<string, string>,
): Map<string, readonly (readonly (string | null)[])[]> {
  const answers = ask([...statements.values()]);
  const names = [...statements.keys()];
  const refused = answers.flatMap(({ error, message }, i) =>
    error === undefined ? [] : [`${names[i]}: ${error}: ${message}`],
  );
  assert.deepEqual(refused, []);
  return new Map(answers.map(({ rows = [] }, i) => [names[i] ?? "", rows]));
}

/** Puts the literals of parameters in. */
export function withParameters(sql: string, parameters: readonly string[]): string {
  const left = [...parameters];
  return sql.replace(/'(?:[^']|'')*'|--[^\n]*|\?/g, (token) =>
    token === "?" ? (left.shift() ?? "?") : token,
  );
}
