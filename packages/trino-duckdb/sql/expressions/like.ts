import type { LikeContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { padded } from "../casts/char";
import { build, type Expr, make, type Part } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { BOOLEAN, isText, type Type, typeName } from "../types";
import { type Context, compileValue } from "./context";

export function like(value: Expr, node: LikeContext, context: Context): Expr {
  const [pattern, escaping] = node.valueExpression().map((one) => compileValue(one, context));
  const textual = (type: Type) => isText(type) || type.kind === "unknown";
  if (!pattern || !textual(value.type) || !textual(pattern.type))
    return fail(
      "TYPE_MISMATCH",
      `Left side of LIKE expression must evaluate to a varchar (actual: ${typeName(value.type)})`,
      node,
    );
  if (escaping) checkEscapes(pattern, escaping, node);
  const tail: Part[] = escaping ? [" ESCAPE ", escaping] : [];
  // A char(n) is matched with all its blanks.
  const matched = build(BOOLEAN, ["(", padded(value), " LIKE ", pattern, ...tail, ")"]);
  return node.KW_NOT() ? make(BOOLEAN)`(NOT ${matched})` : matched;
}

/** Refuses what Trino refuses: an escape character that %, _ or itself does not follow. DuckDB accepts it. */
function checkEscapes(pattern: Expr, escaping: Expr, node: Node): void {
  const [text, sign] = [pattern.literal, escaping.literal];
  if (typeof text !== "string" || typeof sign !== "string") {
    notSupported("LIKE … ESCAPE with a pattern that is not a constant", node);
    return;
  }
  if ([...sign].length !== 1)
    fail("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character", node);
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 2))
    if (!["%", "_", sign].includes(text[at + 1] ?? ""))
      fail(
        "INVALID_FUNCTION_ARGUMENT",
        "Escape character must be followed by '%', '_' or the escape character itself",
        node,
      );
}
