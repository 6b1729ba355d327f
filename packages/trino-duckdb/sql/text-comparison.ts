import { type Expr, isExpr } from "./expr";

/** A comparison of a text column with constants. Of several constants, any may match. */
export interface TextComparison {
  readonly column: string;
  readonly operator: string;
  readonly texts: readonly string[];
}

const ORDERED: ReadonlySet<string> = new Set(["=", "<", "<=", ">", ">="]);

/** Undefined for every other predicate. */
export function textComparison({ comparison, parts }: Expr): TextComparison | undefined {
  if (comparison === undefined || !ORDERED.has(comparison)) return undefined;
  const [left, ...others] = parts.filter(isExpr);
  const texts = others.flatMap(({ literal }) => (typeof literal === "string" ? [literal] : []));
  const column = left?.column;
  if (column?.type.kind !== "varchar" || column.type.length !== undefined) return undefined;
  return texts.length === others.length ? { column: column.name, operator: comparison, texts } : undefined;
}
