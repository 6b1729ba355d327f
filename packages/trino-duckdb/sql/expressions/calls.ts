import type * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { LambdaContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { coerce } from "../casts";
import { build, type Expr, join, make, type Part } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { functionsNamed, unsupported } from "../functions";
import type { FunctionEntry } from "../functions/entry";
import {
  type Bindings,
  fit,
  instantiate,
  type LambdaPattern,
  type Pattern,
  signatureName,
} from "../functions/signature";

import { pathOf } from "../names";
import { BIGINT, duckType, INTEGER, isText, quoteText, typeName, VARCHAR } from "../types";
import { coalesce, conditional } from "./conditionals";
import { type Context, compileExpression } from "./context";
import { formatted } from "./formats";
import { compileLambda, lambdaIn, reduce } from "./lambdas";
import { textOf } from "./literals";
import { boolean, compare } from "./predicates";
import { columnReference } from "./references";
import { sortParts } from "./sorting";
import { windowOver } from "./windows";

/** Functions that do not evaluate all their arguments, or whose types no signature describes. */
const special: Readonly<
  Record<string, (args: readonly Expr[], node: grammar.FunctionCallContext, context: Context) => Expr>
> = {
  if: (args, node) => conditional(args, node),
  coalesce: (args, node) => coalesce(args, node),
  nullif: (args, node) => {
    const [a, b] = args;
    if (!a || !b || args.length > 2) return fail("SYNTAX_ERROR", "NULLIF takes two arguments", node);
    const same = compare("=", a, b, node);
    if (isText(a.type) && isText(b.type)) {
      // NULLIF(column, '') of a text column equals its typed read as varchar, which reads an empty field as NULL.
      const shortcut = b.literal === "" && a.column?.typedRead?.(VARCHAR);
      return make(a.type, shortcut ? { shortcut } : {})`nullif(${a}, ${b})`;
    }
    return build(a.type, ["CASE WHEN ", same, " THEN NULL ELSE ", a, " END"]);
  },
  try: (args, node) => {
    const [value] = args;
    return value && args.length === 1
      ? make(value.type)`TRY(${value})`
      : fail("SYNTAX_ERROR", "TRY takes one argument", node);
  },
  format: (args, node) => formatted(args, node),
};

export function compileCall(node: grammar.FunctionCallContext, context: Context): Expr {
  const path = pathOf(node.functionName().qualifiedName());
  const name = path[path.length - 1] ?? "";
  if (node.processingMode() || node._label) notSupported("a MATCH_RECOGNIZE function", node);
  const lambdas = node.expression().map(lambdaIn);
  if (name === "reduce") return reduce(node, context);
  const inner: Context = { ...context };
  const args = node.expression().map((one, i) => (lambdas[i] ? undefined : compileExpression(one, inner)));
  const evaluated = args.filter((one) => one !== undefined);
  const form = special[name];
  if (form && !node.over()) return form(evaluated, node, context);
  const modifier = modifiers(node, context);
  const call = invoke(name, args, lambdas, node, context, modifier);
  return name === "row_number" ? (context.onNumbering?.(call, modifier.partitionBy ?? []) ?? call) : call;
}

/** A call with special syntax: SUBSTRING(x FROM y), TRIM(BOTH …). */
export const callFunction = (name: string, args: readonly Expr[], node: Node, context: Context): Expr =>
  invoke(name, args, [], node, context, { prefix: [], suffix: [], over: [] });

interface Modifiers {
  readonly prefix: readonly Part[];
  readonly suffix: readonly Part[];
  readonly over: readonly Part[];
  readonly windowed?: boolean;
  readonly ignoreNulls?: boolean;
  readonly partitionBy?: readonly Expr[];
}

function modifiers(node: grammar.FunctionCallContext, context: Context): Modifiers {
  const distinct = node.setQuantifier()?.KW_DISTINCT();
  const sort = node.sortItem();
  const filter = node.filter();
  const over = node.over();
  const ignore = node.nullTreatment()?.KW_IGNORE();
  const within: Context = { ...context, aggregates: false, windows: false, where: "an aggregate" };
  let partitionBy: readonly Expr[] = [];
  const recording: Context = {
    ...context,
    onWindow: (keys) => {
      partitionBy = keys;
      context.onWindow?.(keys);
    },
  };
  // io.trino.sql.analyzer.ExpressionAnalyzer refuses both together.
  if (filter && over) fail("NOT_SUPPORTED", "FILTER is not yet supported for window functions", node);
  const condition = filter && boolean(filter.whereClause().booleanExpression(), within);
  return {
    prefix: distinct ? ["DISTINCT "] : [],
    suffix: [
      ...(sort.length > 0 ? [" ORDER BY ", ...sortParts(sort, within)] : []),
      ...(ignore ? [" IGNORE NULLS"] : []),
    ],
    over: [
      ...(condition ? [" FILTER (WHERE ", condition, ")"] : []),
      ...(over ? [" OVER ", ...windowOver(over, recording)] : []),
    ],
    windowed: over !== null,
    ignoreNulls: Boolean(ignore),
    partitionBy,
  };
}

interface Candidate {
  readonly entry: FunctionEntry;
  readonly bindings: Bindings;
  readonly score: number;
}

function invoke(
  name: string,
  args: readonly (Expr | undefined)[],
  lambdas: readonly (LambdaContext | undefined)[],
  node: Node,
  context: Context,
  modifier: Modifiers,
): Expr {
  const entries = functionsNamed(name);
  if (entries.length === 0 && unsupported.has(name)) notSupported(`the function ${name}`, node);
  if (entries.length === 0) fail("FUNCTION_NOT_FOUND", `Function '${name}' not registered`, node);
  const candidates = entries.flatMap((entry) => candidate(entry, args));
  const best = candidates.reduce<Candidate | undefined>(
    (a, b) => (a === undefined || b.score < a.score ? b : a),
    undefined,
  );
  if (!best) {
    if (lambdas.some((one) => one) && ["array_sort", "regexp_replace"].includes(name))
      notSupported(`${name} with a lambda`, node);
    const types = args.map((one) => (one ? typeName(one.type) : "function")).join(", ");
    const expected = entries.map(({ signature }) => signatureName(signature)).join(", ");
    return fail(
      "FUNCTION_NOT_FOUND",
      `Unexpected parameters (${types}) for function ${name}. Expected: ${expected}`,
      node,
    );
  }
  checkContext(name, best.entry, modifier, node, context);
  if (best.entry.kind === "aggregate" && modifier.windowed !== true) context.onAggregate?.();
  const { entry, bindings } = best;
  const compiled = args.map((one, i) => {
    const pattern = patternAt(entry, i);
    const lambda = lambdas[i];
    if (lambda && "lambda" in pattern)
      return compileLambda(lambda, pattern as LambdaPattern, bindings, context);
    return one && coerceArgument(one, pattern, bindings);
  });
  const type = instantiate(entry.signature.returns, bindings) ?? { kind: "unknown" };
  const result = entry.sql({
    args: compiled.filter((one): one is Expr => one !== undefined),
    type,
    result: make(type),
    node,
    session: context.session,
    prefix: modifier.prefix,
    suffix: modifier.suffix,
    over: modifier.over,
  });
  if (entry.kind !== "scalar") return { ...result, call: true };
  return entry.volatile ? { ...result, opaque: true } : result;
}

function candidate(entry: FunctionEntry, args: readonly (Expr | undefined)[]): Candidate[] {
  const { parameters, repeats } = entry.signature;
  if (repeats ? args.length < parameters.length - 1 : args.length !== parameters.length) return [];
  const bindings: Bindings = new Map();
  let score = 0;
  for (const [i, one] of args.entries()) {
    const pattern = patternAt(entry, i);
    if ("lambda" in pattern) {
      if (one) return [];
      continue;
    }
    const fits = one ? fit(pattern, one.type, bindings) : undefined;
    if (fits === undefined) return [];
    score += fits;
  }
  return [{ entry, bindings, score }];
}

function patternAt(entry: FunctionEntry, index: number): Pattern {
  const { parameters } = entry.signature;
  return parameters[Math.min(index, parameters.length - 1)] ?? { variable: "T" };
}

function coerceArgument(value: Expr, pattern: Pattern, bindings: Bindings): Expr {
  const wanted = instantiate(pattern, bindings);
  if (!wanted) return value;
  // A type in a signature takes values of its kind with any precision and zone.
  if ("type" in pattern && wanted.kind === value.type.kind && !isText(wanted)) return value;
  return coerce(value, wanted);
}

function checkContext(
  name: string,
  entry: FunctionEntry,
  modifier: Modifiers,
  node: Node,
  context: Context,
): void {
  const windowed = modifier.windowed === true;
  if (entry.kind === "window" && !windowed)
    fail("MISSING_OVER", `Window function ${name} requires an OVER clause`, node);
  if (
    entry.kind === "scalar" &&
    (windowed || modifier.prefix.length + modifier.suffix.length + modifier.over.length > 0)
  )
    fail("SYNTAX_ERROR", `${name} is neither an aggregate nor a window function`, node);
  if (entry.kind === "window" && modifier.prefix.length > 0)
    fail("SYNTAX_ERROR", `DISTINCT with the window function ${name}`, node);
  if (windowed && modifier.prefix.length > 0)
    fail("NOT_SUPPORTED", `DISTINCT in window function parameters not yet supported: ${name}`, node);
  if (modifier.ignoreNulls && entry.kind !== "window") notSupported(`IGNORE NULLS with ${name}`, node);
  if (entry.kind === "aggregate" && !windowed && !context.aggregates)
    fail("EXPRESSION_NOT_SCALAR", `${context.where} cannot contain aggregations: ${name}`, node);
  if (windowed && !context.windows)
    fail("EXPRESSION_NOT_SCALAR", `${context.where} cannot contain window functions: ${name}`, node);
}

/** LISTAGG(x, separator) WITHIN GROUP (ORDER BY …). */
export function listAggregate(node: grammar.ListAggContext, context: Context): Expr {
  if (!context.aggregates)
    fail("EXPRESSION_NOT_SCALAR", `${context.where} cannot contain aggregations: listagg`, node);
  context.onAggregate?.();
  if (node.listAggOverflowBehavior()) notSupported("LISTAGG … ON OVERFLOW", node);
  const within: Context = { ...context, aggregates: false, windows: false, where: "an aggregate" };
  const value = coerce(compileExpression(node.expression(), within), VARCHAR);
  const separator = node.string();
  const distinct = node.setQuantifier()?.KW_DISTINCT() ? "DISTINCT " : "";
  const filter = node.filter();
  const over: Part[] = filter
    ? [" FILTER (WHERE ", boolean(filter.whereClause().booleanExpression(), within), ")"]
    : [];
  return build(
    VARCHAR,
    [
      `string_agg(${distinct}`,
      value,
      `, ${quoteText(separator ? textOf(separator) : "")} ORDER BY `,
      ...sortParts(node.sortItem(), within),
      ")",
      ...over,
    ],
    { aggregate: true, call: true },
  );
}

export function grouping(node: grammar.GroupingOperationContext, context: Context): Expr {
  const columns = node.qualifiedName().map((name) => columnReference(pathOf(name), name, context));
  const type = columns.length <= 31 ? INTEGER : BIGINT;
  return build(type, ["CAST(grouping(", ...join(columns), `) AS ${duckType(type)})`], {
    aggregate: true,
    call: true,
  });
}
