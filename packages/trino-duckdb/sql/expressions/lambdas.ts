import type * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { LambdaContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { coerce } from "../casts";
import { build, type Expr, render } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { type Bindings, instantiate, type LambdaPattern } from "../functions/signature";
import { nameOf } from "../names";
import { commonType, duckType, type Type, typeName } from "../types";
import { type Context, compileExpression } from "./context";

/** The lambda, if the argument is one. */
export function lambdaIn(node: object): LambdaContext | undefined {
  if (node instanceof LambdaContext) return node;
  const children = (node as { children?: object[] }).children ?? [];
  return children.length === 1 && children[0] ? lambdaIn(children[0]) : undefined;
}

/** Several parameters become the fields of one struct: those of a map's lambda its key and value. */
export function compileLambda(
  node: LambdaContext,
  pattern: LambdaPattern,
  bindings: Bindings,
  context: Context,
): Expr {
  const names = node.identifier().map(nameOf);
  const types = pattern.lambda.map((one) => instantiate(one, bindings));
  if (names.length !== types.length)
    fail("TYPE_MISMATCH", `a lambda of ${types.length} parameters is expected`, node);
  const variable = context.session.unique("v");
  const members = [
    [variable],
    [`${variable}.key`, `${variable}.value`],
    [1, 2, 3].map((i) => `${variable}.p${i}`),
  ];
  const access = (i: number) => members[types.length - 1]?.[i] ?? variable;
  const body = compileExpression(node.expression(), within(context, names, types, access, node));
  // DuckDB computes equal lambdas once for a row, so that two calls of random() would give the same number.
  if (body.opaque && /\brandom\(|\buuid\(/.test(render(body)))
    return notSupported("a random value in a lambda", node);
  return build(resultOf(pattern, body, bindings, node).type, [
    `lambda ${variable}: `,
    resultOf(pattern, body, bindings, node),
  ]);
}

function within(
  context: Context,
  names: readonly string[],
  types: readonly (Type | undefined)[],
  access: (i: number) => string,
  node: Node,
): Context {
  const bound = new Map(context.bound);
  for (const [i, name] of names.entries()) {
    const type = types[i];
    if (!type) return notSupported("a lambda whose parameter types are not known", node);
    bound.set(name, build(type, [access(i)]));
  }
  return { ...context, bound, aggregates: false, windows: false, where: "Lambda expression" };
}

function resultOf(pattern: LambdaPattern, body: Expr, bindings: Bindings, node: Node): Expr {
  if ("variable" in pattern.result) {
    bindings.set(pattern.result.variable, body.type);
    return body;
  }
  const wanted = instantiate(pattern.result, bindings);
  if (!wanted) return body;
  if (!commonType(body.type, wanted))
    return fail(
      "TYPE_MISMATCH",
      `a lambda giving ${typeName(wanted)} is expected, not ${typeName(body.type)}`,
      node,
    );
  return coerce(body, wanted);
}

/** reduce(array, start, (state, element) -> state, state -> result). */
export function reduce(node: grammar.FunctionCallContext, context: Context): Expr {
  const [list, start, step, finish] = node.expression();
  const [stepping, finishing] = [step && lambdaIn(step), finish && lambdaIn(finish)];
  if (!list || !start || !stepping || !finishing || node.expression().length !== 4)
    return fail(
      "FUNCTION_NOT_FOUND",
      "Unexpected parameters for function reduce. Expected: reduce(array(T), S, function(S, T, S), function(S, R))",
      node,
    );
  const items = compileExpression(list, context);
  if (items.type.kind !== "array")
    return fail("TYPE_MISMATCH", `reduce needs an array, not ${typeName(items.type)}`, node);
  const { element } = items.type;
  const initial = compileExpression(start, context);
  const once = (state: Type) => stepOf(stepping, state, element, context);
  const first = once(initial.type);
  const state =
    commonType(initial.type, first.body.type) ??
    fail("TYPE_MISMATCH", "the state of reduce changes its type", node);
  const { body, names } = once(state);
  // DuckDB's list_reduce has one type for states and elements, so both are wrapped in a struct.
  const packed = duckType({
    kind: "row",
    fields: [
      { name: "s", type: state },
      { name: "e", type: element },
    ],
  });
  const wrapped = build(items.type, [
    "list_transform(",
    items,
    `, lambda w: CAST({'s': NULL, 'e': w} AS ${packed}))`,
  ]);
  const reduced = build(state, [
    "CASE WHEN ",
    items,
    " IS NULL THEN NULL ELSE list_reduce(",
    wrapped,
    `, lambda ${names[0]}, ${names[1]}: CAST({'s': `,
    coerce(body, state),
    ", 'e': NULL} AS ",
    packed,
    "), CAST({'s': ",
    coerce(initial, state),
    ", 'e': NULL} AS ",
    packed,
    ")).s END",
  ]);
  const [name = ""] = finishing.identifier().map(nameOf);
  const variable = context.session.unique("v");
  const result = compileExpression(
    finishing.expression(),
    within(context, [name], [state], () => variable, node),
  );
  return build(result.type, ["list_transform([", reduced, `], lambda ${variable}: `, result, ")[1]"]);
}

function stepOf(
  node: LambdaContext,
  state: Type,
  element: Type,
  context: Context,
): { body: Expr; names: [string, string] } {
  const names: [string, string] = [context.session.unique("v"), context.session.unique("v")];
  const access = (i: number) => (i === 0 ? `${names[0]}.s` : `${names[1]}.e`);
  const body = compileExpression(
    node.expression(),
    within(context, node.identifier().map(nameOf), [state, element], access, node),
  );
  return { body, names };
}
