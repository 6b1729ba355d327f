import { build, type Expr, type Part } from "./expr";
import { duckType, quoteText, type Type } from "./types";

/** Marks our messages inside DuckDB's errors. */
const RAISED = "trino!";

/**
 * An expression that fails the query when it is evaluated. It is a failing cast because TRY() does not accept error(),
 * which is volatile.
 */
export function raise(type: Type, code: string, message: string | readonly Part[]): Expr {
  const rope = typeof message === "string" ? [quoteText(message)] : concat(message);
  const failing: Part[] = ["CAST(", quoteText(`${RAISED}${code}!`), " || ", ...rope, " || '!' AS INTEGER)"];
  return build(type, ["CAST(CAST(", ...failing, " AS VARCHAR) AS ", duckType(type), ")"]);
}

const concat = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part, i) => {
    const piece: Part[] =
      typeof part === "string" ? [quoteText(part)] : ["coalesce(CAST(", part, " AS VARCHAR), '')"];
    return i === 0 ? piece : [" || ", ...piece];
  });
