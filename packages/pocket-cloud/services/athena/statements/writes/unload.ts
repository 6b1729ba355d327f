import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { fail, notSupported } from "../../../../../trino-duckdb/sql/failure";
import { parseStatement } from "../../../../../trino-duckdb/sql/parse";
import type { Statement } from "../statement";
import type { Tokens } from "../tokens";
import { leaveManifest } from "./manifest";
import { checkEmpty, outputOf } from "./output";
import { write } from "./write";

/** UNLOAD (query) TO 's3://…' WITH (…), after the first word. */
export function unload(tokens: Tokens): Statement {
  const source = tokens.bracketed();
  tokens.expect("TO");
  const location = tokens.text();
  const properties = new Map<string, string | readonly string[]>();
  if (tokens.take("WITH"))
    tokens.list(() => {
      const key = tokens.name();
      tokens.expect("=");
      properties.set(key, tokens.take("ARRAY") ? arrayOf(tokens) : tokens.text());
    });
  tokens.end();
  const statement = parseStatement(source);
  if (!(statement instanceof grammar.StatementDefaultContext))
    return notSupported("UNLOAD of this statement", statement);
  if (properties.get("format") === undefined) fail("SYNTAX_ERROR", "UNLOAD needs a format");
  return {
    kind: "UNLOAD",
    type: "DML",
    run: async (work) => {
      const output = outputOf(properties, "PARQUET", () =>
        location.endsWith("/") ? location : `${location}/`,
      );
      checkEmpty(work, output);
      const result = await write(
        work,
        statement.rootQuery().query(),
        (found) => found.map((column, i) => ({ ...column, sql: `q.c${i}` })),
        output,
      );
      await leaveManifest(work, output.bucket, result.objects);
      return { verb: "UNLOAD", count: result.rows };
    },
  };
}

function arrayOf(tokens: Tokens): string[] {
  tokens.expect("[");
  const values = [tokens.text()];
  while (tokens.take(",")) values.push(tokens.text());
  tokens.expect("]");
  return values;
}
