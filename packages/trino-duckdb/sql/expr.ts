import type { Type } from "./types";

/**
 * A compiled expression: DuckDB SQL as a rope whose leaves are texts and columns, with its Trino type. It stays a
 * tree so that a predicate can be carried down to a scan: columns are replaced by what defines them.
 */
export interface Expr {
  readonly type: Type;
  readonly parts: readonly Part[];
  readonly column?: Column;
  /** Logical connectives keep their operands: a predicate is weakened operand by operand. */
  readonly logic?: "and" | "or";
  readonly operands?: readonly Expr[];
  readonly aggregate?: boolean;
  readonly window?: boolean;
  /** A call of an aggregate or window function: what is inside belongs to it. */
  readonly call?: boolean;
  /** Not a function of its columns alone (random(), a subquery): never carried down. */
  readonly opaque?: boolean;
  /** The value of a literal, for functions that want a constant. */
  readonly literal?: string | number | boolean | null;
  /** A shorter way to the same value, when there is one by the time of rendering. */
  readonly shortcut?: () => string | undefined;
}

export type Part = string | Expr | Deferred | Source;

/** Parts that depend on facts about the files read, known when the query is rendered. */
export interface Deferred {
  readonly deferred: () => readonly Part[];
}

/** The SQL that a scan was bound to. */
export interface Source {
  readonly source: () => string;
}

/** A column of a relation, with its unique name in the generated SQL. */
export interface Column {
  readonly sql: string;
  readonly name: string;
  readonly type: Type;
  /** For a text column of a table: the shortcut for its cast to a type. */
  readonly typedRead?: (type: Type) => () => string | undefined;
}

export const columnExpr = (column: Column): Expr => ({ type: column.type, parts: [column.sql], column });

/** Builds an expression of a type: make(BOOLEAN)`(${a} = ${b})`. Flags of the operands carry over. */
export const make =
  (type: Type, flags: Partial<Expr> = {}) =>
  (texts: TemplateStringsArray, ...values: readonly (Expr | string)[]): Expr =>
    build(type, interleave(texts, values), flags);

export function build(type: Type, parts: readonly Part[], flags: Partial<Expr> = {}): Expr {
  const within = parts.filter((part): part is Expr => typeof part !== "string" && "parts" in part);
  const flag = (name: "aggregate" | "window" | "opaque") =>
    within.some((part) => part[name]) ? { [name]: true } : {};
  return { type, parts, ...flag("aggregate"), ...flag("window"), ...flag("opaque"), ...flags };
}

function interleave(texts: readonly string[], values: readonly (Expr | string)[]): Part[] {
  return texts.flatMap((text, i) => {
    const value = values[i];
    return value === undefined ? [text] : [text, value];
  });
}

/** The parts of several expressions with a separator between them. */
export const join = (expressions: readonly Part[], separator = ", "): Part[] =>
  expressions.flatMap((expression, i) => (i === 0 ? [expression] : [separator, expression]));

export function render(part: Part): string {
  if (typeof part === "string") return part;
  if ("source" in part) return part.source();
  if ("deferred" in part) return renderAll(part.deferred());
  return part.shortcut?.() ?? part.parts.map(render).join("");
}

export const renderAll = (parts: readonly Part[]): string => parts.map(render).join("");

/** Resolves everything except the sources of scans, and shortcuts that may still be disabled. */
export function flatten(parts: readonly Part[], into: Part[] = []): readonly Part[] {
  for (const part of parts) {
    if (typeof part === "string" || "source" in part) into.push(part);
    else if ("deferred" in part) flatten(part.deferred(), into);
    else if (part.shortcut?.() !== undefined) into.push(part);
    else flatten(part.parts, into);
  }
  return into;
}

/** The expression with its columns replaced; a column replaced by undefined makes it opaque. */
export function substitute(expr: Expr, replace: (column: Column) => Expr | undefined): Expr {
  if (expr.column) return replace(expr.column) ?? { ...expr, opaque: true };
  const inner = (part: Expr) => substitute(part, replace);
  if (expr.logic && expr.operands) return logic(expr.logic, expr.operands.map(inner));
  const { aggregate: _a, window: _w, opaque: _o, shortcut: _s, parts, ...rest } = expr;
  const own =
    expr.opaque && !parts.some((part) => typeof part !== "string" && "parts" in part && part.opaque);
  return build(
    expr.type,
    parts.map((part) => (typeof part !== "string" && "parts" in part ? inner(part) : part)),
    { ...rest, ...(own && { opaque: true }) },
  );
}

const boolean: Type = { kind: "boolean" };

export function logic(kind: "and" | "or", operands: readonly Expr[]): Expr {
  const parts = ["(", ...join(operands, kind === "and" ? " AND " : " OR "), ")"];
  return build(boolean, parts, { logic: kind, operands });
}

/** The terms of a conjunction. */
export const conjuncts = (expr: Expr): Expr[] =>
  expr.logic === "and" && expr.operands ? expr.operands.flatMap(conjuncts) : [expr];

/**
 * What a predicate still says when only some columns may be named; undefined when nothing. Never stronger than it
 * was: terms of a conjunction may be left out, those of a disjunction may not.
 */
export function weaken(expr: Expr, allowed: (column: Column) => boolean): Expr | undefined {
  if (!expr.logic || !expr.operands) return says(expr, allowed) ? expr : undefined;
  const known = expr.operands.flatMap((one) => weaken(one, allowed) ?? []);
  if (expr.logic === "or") return known.length === expr.operands.length ? logic("or", known) : undefined;
  return known.length === 0 ? undefined : logic("and", known);
}

/** Whether a predicate names nothing but allowed columns, and is a function of them alone. */
export function says(expr: Expr, allowed: (column: Column) => boolean): boolean {
  if (expr.opaque || expr.aggregate || expr.window) return false;
  if (expr.column) return allowed(expr.column);
  return expr.parts.every((part) => typeof part === "string" || ("parts" in part && says(part, allowed)));
}
