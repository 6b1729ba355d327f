import { build, type Expr, join, type Part } from "../expr";
import type { Node } from "../failure";
import type { Session } from "../session";
import type { Type } from "../types";
import { type Bindings, parseSignature, type Signature } from "./signature";

/** A function of the dialect: what it takes, and how DuckDB computes the same. */
export interface FunctionEntry {
  readonly signature: Signature;
  readonly kind: "scalar" | "aggregate" | "window";
  readonly sql: (call: Invocation) => Expr;
  /** Gives another value at each row. */
  readonly volatile?: boolean;
}

/** A call whose arguments have been compiled and coerced to the signature. */
export interface Invocation {
  readonly args: readonly Expr[];
  readonly type: Type;
  readonly bindings: Bindings;
  readonly node: Node;
  readonly session: Session;
  /** DISTINCT, ORDER BY inside an aggregate's parentheses; IGNORE NULLS of a window function; else empty. */
  readonly prefix: readonly Part[];
  readonly suffix: readonly Part[];
  /** FILTER and OVER, which follow the aggregate or window function itself. */
  readonly over: readonly Part[];
}

type Sql = string | ((call: Invocation) => Expr);

const entry =
  (kind: FunctionEntry["kind"]) =>
  (signature: string, sql: Sql): FunctionEntry => ({
    signature: parseSignature(signature),
    kind,
    sql: typeof sql === "string" ? fromTemplate(sql, kind) : sql,
  });

export const scalar = entry("scalar");
export const aggregate = entry("aggregate");
export const window = entry("window");
export const volatile = (signature: string, sql: Sql): FunctionEntry => ({
  ...scalar(signature, sql),
  volatile: true,
});

/**
 * $1, $2 are arguments, $* all of them. In an aggregate's template "name[$1]" marks its call: DISTINCT and ORDER BY
 * go inside the brackets, FILTER and OVER after them.
 */
function fromTemplate(template: string, kind: FunctionEntry["kind"]): (call: Invocation) => Expr {
  const pieces = template.split(/(\$\d|\$\*|\[\[|\]\])/).filter((piece) => piece !== "");
  return (call) => {
    const parts = pieces.flatMap((piece): readonly Part[] => {
      if (piece === "$*") return join(call.args);
      if (piece === "[[") return ["(", ...call.prefix];
      if (piece === "]]") return [...call.suffix, ")", ...call.over];
      const argument = /^\$\d$/.test(piece) ? call.args[Number(piece.slice(1)) - 1] : undefined;
      return [argument ?? piece];
    });
    return build(call.type, parts, kind === "scalar" ? {} : flagsOf(kind, call));
  };
}

export const flagsOf = (kind: FunctionEntry["kind"], call: Invocation): Partial<Expr> =>
  kind === "scalar" ? {} : isOver(call) ? { window: true, aggregate: false } : { aggregate: true };

export const isOver = (call: Invocation): boolean => call.over.some((part) => part === " OVER ");

/** An expression over the arguments: sql(call)`lower(${x})`, of the call's own type. */
export const sql =
  (call: Invocation, type: Type = call.type) =>
  (texts: TemplateStringsArray, ...values: readonly (Expr | string | readonly Part[])[]): Expr =>
    build(
      type,
      texts.flatMap((text, i): Part[] => {
        const value = values[i];
        if (value === undefined) return [text];
        return typeof value === "string" || !Array.isArray(value)
          ? [text, value as Expr | string]
          : [text, ...value];
      }),
    );

/** An argument by position; signatures guarantee that it is there. */
export function arg(call: Invocation, index: number): Expr {
  const found = call.args[index];
  if (!found) throw new Error(`argument ${index + 1} of a function is missing`);
  return found;
}
