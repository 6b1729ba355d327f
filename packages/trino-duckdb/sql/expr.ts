import type { Type } from "./types";

/**
 * A compiled expression: a tree of SQL texts and columns, with its Trino type. A predicate is pushed down by replacing
 * its columns by the expressions that define them.
 */
export interface Expr {
  readonly type: Type;
  readonly parts: readonly Part[];
  readonly column?: Column;
  /** AND and OR keep their operands, so that parts of a predicate can be pushed down. */
  readonly logic?: "and" | "or";
  readonly operands?: readonly Expr[];
  /** The operator that compares the first operand with the others, any of which may match. */
  readonly comparison?: string;
  readonly aggregate?: boolean;
  readonly window?: boolean;
  /** Whether it is a call of an aggregate or window function. */
  readonly call?: boolean;
  /** Depends on more than its columns (random(), a subquery), and is never pushed down. */
  readonly opaque?: boolean;
  /** The value of a literal. */
  readonly literal?: string | number | boolean | null;
  /** Cheaper SQL for the same value, if available when the query is rendered. */
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
  /** For a text column of a table: the shortcut for its cast to a type, if it can be read as the type. */
  readonly typedRead?: (type: Type) => (() => string | undefined) | undefined;
  /** Tells, once all scans are pruned, whether it is known to have no NaN. */
  readonly hasNoNaN?: () => boolean;
}

export const isExpr = (part: Part): part is Expr => typeof part !== "string" && "parts" in part;

export const columnExpr = (column: Column): Expr => ({ type: column.type, parts: [column.sql], column });

/** Builds an expression of a type: make(BOOLEAN)`(${a} = ${b})`. It inherits the flags of its operands. */
export const make =
  (type: Type, flags: Partial<Expr> = {}) =>
  (texts: TemplateStringsArray, ...values: readonly (Expr | string | readonly Part[])[]): Expr =>
    build(type, interleave(texts, values), flags);

export function build(type: Type, parts: readonly Part[], flags: Partial<Expr> = {}): Expr {
  const within = parts.filter(isExpr);
  const flag = (name: "aggregate" | "window" | "opaque") =>
    within.some((part) => part[name]) ? { [name]: true } : {};
  return { type, parts, ...flag("aggregate"), ...flag("window"), ...flag("opaque"), ...flags };
}

function interleave(texts: readonly string[], values: readonly (Expr | string | readonly Part[])[]): Part[] {
  return texts.flatMap((text, i) => {
    const value = values[i];
    if (value === undefined) return [text];
    return Array.isArray(value) ? [text, ...value] : [text, value as Part];
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

/** Replaces the columns of an expression. A column without a replacement makes it opaque. */
export function substitute(expr: Expr, replace: (column: Column) => Expr | undefined): Expr {
  if (expr.column) return replace(expr.column) ?? { ...expr, opaque: true };
  const inner = (part: Expr) => substitute(part, replace);
  if (expr.logic && expr.operands) return logic(expr.logic, expr.operands.map(inner));
  const { aggregate: _a, window: _w, opaque: _o, shortcut: _s, parts, ...rest } = expr;
  const own = expr.opaque && !parts.some((part) => isExpr(part) && part.opaque);
  return build(
    expr.type,
    parts.map((part) => (isExpr(part) ? inner(part) : part)),
    { ...rest, ...(own && { opaque: true }) },
  );
}

const boolean: Type = { kind: "boolean" };

export function logic(kind: "and" | "or", operands: readonly Expr[]): Expr {
  const parts = ["(", ...join(operands, kind === "and" ? " AND " : " OR "), ")"];
  return build(boolean, parts, { logic: kind, operands });
}

/** The operands of nested ANDs. */
export const conjuncts = (expr: Expr): Expr[] =>
  expr.logic === "and" && expr.operands ? expr.operands.flatMap(conjuncts) : [expr];

/**
 * The weaker predicate that uses only allowed columns: operands of AND may be dropped, those of OR may not. Undefined
 * if nothing remains.
 */
export function weaken(expr: Expr, allowed: (column: Column) => boolean): Expr | undefined {
  if (!expr.logic || !expr.operands) return dependsOnlyOn(expr, allowed) ? expr : undefined;
  const known = expr.operands.flatMap((one) => weaken(one, allowed) ?? []);
  if (expr.logic === "or") return known.length === expr.operands.length ? logic("or", known) : undefined;
  return known.length === 0 ? undefined : logic("and", known);
}

/** Whether a predicate is a function of allowed columns alone. */
export function dependsOnlyOn(expr: Expr, allowed: (column: Column) => boolean): boolean {
  if (expr.opaque || expr.aggregate || expr.window) return false;
  if (expr.column) return allowed(expr.column);
  return expr.parts.every(
    (part) => typeof part === "string" || (isExpr(part) && dependsOnlyOn(part, allowed)),
  );
}
