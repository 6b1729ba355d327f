import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../../engine/engine";
import { compile } from "../../sql/compile";
import { QueryFailure } from "../../sql/failure";
import { parse } from "../../sql/statements";
import { typeName } from "../../sql/types";

export const NOW = Date.parse("2026-01-02T03:04:05.678Z");

/** Runs queries without tables through the compiler and DuckDB. */
export class Evaluator {
  readonly #dir = mkdtempSync(join(tmpdir(), "athena-sql-"));
  readonly #engine = new Engine(this.#dir);

  compile(sql: string, parameters: readonly string[] = []) {
    const statement = parse(sql);
    if (statement.kind !== "query") throw new Error(`${sql} is not a query`);
    return compile(statement.query, {
      catalog: "awsdatacatalog",
      schema: "default",
      now: NOW,
      user: "somebody",
      parameters,
      lookup: (_catalog, schema, name) => {
        throw new QueryFailure("TABLE_NOT_FOUND", `Table 'awsdatacatalog.${schema}.${name}' does not exist`);
      },
    });
  }

  types = (sql: string): string[] => this.compile(sql).columns.map(({ type }) => typeName(type));

  /** Rows in order, without the header; NULL as null. */
  async rows(
    sql: string,
    parameters?: readonly string[],
    signal?: AbortSignal,
  ): Promise<(string | null)[][]> {
    const compiled = this.compile(sql, parameters);
    const file = join(this.#dir, "result.csv");
    await this.#engine.query(compiled.render(), compiled.columns, file, signal);
    return csvRows(readFileSync(file, "utf8")).slice(1);
  }

  /** Columns joined by |, rows by newlines, NULL spelled out; a failure as its message. */
  async text(sql: string, parameters?: readonly string[], signal?: AbortSignal): Promise<string> {
    try {
      const rows = await this.rows(sql, parameters, signal);
      return rows.map((row) => row.map((value) => value ?? "NULL").join("|")).join("\n");
    } catch (error) {
      if (error instanceof QueryFailure) return error.message;
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#engine.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Every field is quoted; an empty field without quotes is NULL. */
function csvRows(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  for (const [, quoted, end] of text.matchAll(/(?:"((?:[^"]|"")*)")?(,|\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? null);
    if (end === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

/** A title, a query, and Trino's result: rows, an error message, or just its error code. */
export type Case = readonly [title: string, sql: string, expected: string];

export function answers(suite: string, cases: readonly Case[]): void {
  describe(suite, () => {
    const evaluator = new Evaluator();
    after(() => evaluator.stop());
    for (const [title, sql, expected] of cases)
      it(title, async () => {
        const text = await evaluator.text(sql);
        if (/^[A-Z_]+$/.test(expected) && expected.includes("_"))
          assert.ok(text.startsWith(`${expected}: `), text);
        else assert.equal(text, expected);
      });
  });
}
