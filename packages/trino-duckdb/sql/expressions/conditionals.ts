import type * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { coerce, unify } from "../casts";
import { build, type Expr, join, type Part } from "../expr";
import { fail } from "../failure";
import { BOOLEAN, typeName, UNKNOWN } from "../types";
import { type Context, compileExpression } from "./context";
import { compare } from "./predicates";

interface Branch {
  readonly condition: Expr;
  readonly result: Expr;
}

export function searchedCase(node: grammar.SearchedCaseContext, context: Context): Expr {
  const branches = node.whenClause().map((when) => {
    const [condition, result] = pair(when, context);
    if (condition.type.kind !== "boolean" && condition.type.kind !== "unknown")
      fail(
        "TYPE_MISMATCH",
        `CASE WHEN clause must evaluate to a boolean (actual: ${typeName(condition.type)})`,
        when,
      );
    return { condition: coerce(condition, BOOLEAN), result };
  });
  return cases(branches, node._elseExpression, node, context);
}

export function simpleCase(node: grammar.SimpleCaseContext, context: Context): Expr {
  const operand = node._operand ? compileExpression(node._operand, context) : undefined;
  const branches = node.whenClause().map((when) => {
    const [value, result] = pair(when, context);
    return { condition: operand ? compare("=", operand, value, when) : value, result };
  });
  return cases(branches, node._elseExpression, node, context);
}

function pair(node: grammar.WhenClauseContext, context: Context): [Expr, Expr] {
  const [condition, result] = node.expression().map((one) => compileExpression(one, context));
  if (!condition || !result) return fail("SYNTAX_ERROR", "WHEN needs a condition and a result", node);
  return [condition, result];
}

function cases(
  branches: readonly Branch[],
  otherwise: grammar.ExpressionContext | undefined,
  node: grammar.PrimaryExpressionContext,
  context: Context,
): Expr {
  const last = otherwise ? [compileExpression(otherwise, context)] : [];
  const results = unify([...branches.map(({ result }) => result), ...last], node, "All CASE results");
  const whens = branches.flatMap(({ condition }, i): Part[] => [
    " WHEN ",
    condition,
    " THEN ",
    results[i] ?? "NULL",
  ]);
  const tail: Part[] = otherwise ? [" ELSE ", results[branches.length] ?? "NULL"] : [];
  return build(results[0]?.type ?? UNKNOWN, ["CASE", ...whens, ...tail, " END"]);
}

/** if(condition, value[, otherwise]). */
export function conditional(args: readonly Expr[], node: grammar.PrimaryExpressionContext): Expr {
  const [condition, value, otherwise] = args;
  if (!condition || !value || args.length > 3)
    return fail("SYNTAX_ERROR", "IF takes two or three arguments", node);
  if (condition.type.kind !== "boolean" && condition.type.kind !== "unknown")
    fail(
      "TYPE_MISMATCH",
      `IF condition must evaluate to a boolean (actual: ${typeName(condition.type)})`,
      node,
    );
  const [first, second] = unify(otherwise ? [value, otherwise] : [value], node, "Result types for IF");
  return build(first?.type ?? UNKNOWN, [
    "CASE WHEN ",
    condition,
    " THEN ",
    first ?? value,
    ...(second ? [" ELSE ", second] : []),
    " END",
  ]);
}

export function coalesce(args: readonly Expr[], node: grammar.PrimaryExpressionContext): Expr {
  const values = unify(args, node, "All COALESCE operands");
  return build(values[0]?.type ?? UNKNOWN, ["coalesce(", ...join(values), ")"]);
}
