import type {
  PrimaryExpressionContext,
  ValueExpressionContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { arithmetic, type Operator } from "../arithmetic";
import { coerce } from "../casts";
import { concatenateChars } from "../casts/char";
import { type Expr, make } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { atTimeZone } from "../functions/time";
import { ListedLiteralContext } from "../listed-literal";
import { commonType, isNumeric, isText, type Type, typeName, VARBINARY, VARCHAR } from "../types";
import { offsetName } from "../zones";
import { type Context, compilePrimary, compileValue, type ExpressionCompilers } from "./context";
import { intervalMinutes, listedLiteral, textOf } from "./literals";
import { compileBoolean } from "./predicates";
import { primaries } from "./primaries";

export const expressionCompilers: ExpressionCompilers = {
  expression: (node, context) =>
    node instanceof ListedLiteralContext
      ? listedLiteral(node)
      : compileBoolean(node.booleanExpression(), context),
  value,
  primary,
};

function value(node: ValueExpressionContext, context: Context): Expr {
  if (node instanceof grammar.ValueExpressionDefaultContext)
    return compilePrimary(node.primaryExpression(), context);
  if (node instanceof grammar.ArithmeticBinaryContext) {
    const [left, right] = node.valueExpression().map((one) => compileValue(one, context));
    if (!left || !right) return notSupported(node.getText(), node);
    return arithmetic((node._operator?.text ?? "+") as Operator, left, right, node);
  }
  if (node instanceof grammar.ArithmeticUnaryContext) return unary(node, context);
  if (node instanceof grammar.ConcatenationContext) {
    const [left, right] = node.valueExpression().map((one) => compileValue(one, context));
    return left && right ? concatenation(left, right, node) : notSupported(node.getText(), node);
  }
  if (node instanceof grammar.AtTimeZoneContext) {
    const zone = node.timeZoneSpecifier();
    if (zone instanceof grammar.TimeZoneIntervalContext) {
      const minutes = intervalMinutes(zone.interval());
      return atTimeZone(compileValue(node.valueExpression(), context), offsetName(minutes), node);
    }
    if (!(zone instanceof grammar.TimeZoneStringContext)) return notSupported("this time zone", zone);
    return atTimeZone(compileValue(node.valueExpression(), context), textOf(zone.string()), node);
  }
  return notSupported(node.getText(), node);
}

function unary(node: grammar.ArithmeticUnaryContext, context: Context): Expr {
  const operand = compileValue(node.valueExpression(), context);
  const { type, literal } = operand;
  const negatable = isNumeric(type) || type.kind === "unknown" || type.kind.startsWith("interval");
  if (!negatable) return fail("TYPE_MISMATCH", `Cannot negate ${typeName(type)}`, node);
  if (!node.MINUS()) return operand;
  const negated = make(type)`(-${operand})`;
  return typeof literal === "number" ? { ...negated, literal: -literal } : negated;
}

/** || concatenates texts, binaries, arrays, and an array with an element. */
function concatenation(left: Expr, right: Expr, node: Node): Expr {
  const bad = () =>
    fail(
      "FUNCTION_NOT_FOUND",
      `Unexpected parameters (${typeName(left.type)}, ${typeName(right.type)}) for function concat`,
      node,
    );
  const textual = (type: Type) => isText(type) || type.kind === "unknown";
  if (textual(left.type) && textual(right.type) && [left, right].some(({ type }) => type.kind === "char"))
    return concatenateChars(left, right, node);
  if (textual(left.type) && textual(right.type))
    return make(VARCHAR)`(${coerce(left, VARCHAR)} || ${coerce(right, VARCHAR)})`;
  const bytes = (type: Type) => type.kind === "varbinary" || type.kind === "unknown";
  if (bytes(left.type) && bytes(right.type))
    return make(VARBINARY)`(${coerce(left, VARBINARY)} || ${coerce(right, VARBINARY)})`;
  const [a, b] = [left.type, right.type];
  if ((a.kind === "array" && b.kind === "unknown") || (b.kind === "array" && a.kind === "unknown"))
    fail(
      "AMBIGUOUS_FUNCTION_CALL",
      "Could not choose a best candidate operator: an array or an element",
      node,
    );
  if (a.kind === "array") {
    const type = (b.kind === "array" && commonType(a, b)) || elementArray(a, b) || elementArray(b, a);
    if (type?.kind !== "array") return bad();
    if (b.kind === "array" && commonType(a, b))
      return make(type)`(${coerce(left, type)} || ${coerce(right, type)})`;
    const element = coerce(right, type.element);
    return unlessNull(element, make(type)`(${coerce(left, type)} || [${element}])`);
  }
  if (b.kind !== "array") return bad();
  const type = elementArray(b, a);
  if (type?.kind !== "array") return bad();
  const element = coerce(left, type.element);
  return unlessNull(element, make(type)`([${element}] || ${coerce(right, type)})`);
}

/** In Trino an array with the element NULL is NULL. */
const unlessNull = (element: Expr, value: Expr): Expr =>
  element.literal === undefined
    ? make(value.type)`CASE WHEN ${element} IS NOT NULL THEN ${value} END`
    : value;

function elementArray(list: Type, element: Type): Type | undefined {
  const common = list.kind === "array" ? commonType(list.element, element) : undefined;
  return common && { kind: "array", element: common };
}

function primary(node: PrimaryExpressionContext, context: Context): Expr {
  const compile = primaries.get(node.constructor);
  return compile ? compile(node, context) : notSupported(describe(node), node);
}

const describe = (node: PrimaryExpressionContext): string => {
  const text = node.getText();
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
