import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, Engine, fail, parse, QueryFailure, typeName } from "../index";
import type { Actual } from "./compare";

/** Runs queries without tables through the compiler and DuckDB. */
export class Evaluator {
  readonly #dir = mkdtempSync(join(tmpdir(), "sql-conformance-"));
  readonly #engine = new Engine(this.#dir);
  #serial = 0;

  async answer(sql: string): Promise<Actual> {
    const file = join(this.#dir, `${++this.#serial}.csv`);
    try {
      const statement = parse(sql);
      if (statement.kind !== "query") throw new Error(`${sql} is not a query`);
      const compiled = compile(statement.query, {
        catalog: "lake",
        schema: "default",
        now: Date.now(),
        user: "user",
        lookup: (_catalog, schema, name, node) =>
          fail("TABLE_NOT_FOUND", `Table '${schema}.${name}' does not exist`, node),
      });
      await this.#engine.query(compiled.render(), compiled.columns, file);
      return {
        types: compiled.columns.map(({ type }) => typeName(type)),
        rows: csvRows(readFileSync(file, "utf8")).slice(1),
      };
    } catch (error) {
      if (error instanceof QueryFailure) return { error: error.code, detail: error.detail };
      return { error: "GENERIC_INTERNAL_ERROR", detail: String(error) };
    } finally {
      rmSync(file, { force: true });
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
