import { fail, notSupported, parse } from "../../../../../trino-duckdb";
import type { Statement } from "../statement";
import type { Tokens } from "../tokens";
import { checkOrder } from "./create-table-as";
import { checkEmpty, outputOf } from "./output";
import { write } from "./write";
import { leaveManifest } from "./written-objects";

/** The rest of UNLOAD (query) TO 's3://…' WITH (…). */
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
  const statement = parse(source);
  if (statement.kind !== "query") return notSupported("UNLOAD of this statement", statement.node);
  if (properties.get("format") === undefined) fail("SYNTAX_ERROR", "UNLOAD needs a format");
  return {
    kind: "UNLOAD",
    type: "DML",
    run: async (context) => {
      const output = outputOf(properties, "PARQUET", () =>
        location.endsWith("/") ? location : `${location}/`,
      );
      // Only an UNLOAD without partitions needs an empty location (Athena User Guide, "UNLOAD").
      if (output.partitionedBy.length === 0) checkEmpty(context, output);
      const result = await write(
        context,
        statement.query,
        (found) => {
          checkOrder(
            found.map(({ name }) => name),
            output.partitionedBy,
          );
          return found.map((column, i) => ({ ...column, sql: `q.c${i}` }));
        },
        output,
      );
      await leaveManifest(context, output.bucket, result.objects);
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
