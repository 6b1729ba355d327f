import { build, type Expr, type Part } from "./expr";
import { duckType, quoteText, type Type } from "./types";

/** Marks a message of ours inside an error that DuckDB reports. */
export const RAISED = "trino!";

/**
 * An expression that fails the query when it is evaluated. A failing cast and not error(): TRY cannot catch the
 * latter, which counts as volatile.
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
