import type { PrimaryExpressionContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { cast, coerce, unify } from "../casts";
import { build, type Expr, join, make } from "../expr";
import { fail, notSupported, QueryFailure } from "../failure";
import { extract, instant, local } from "../functions/time";
import { nameOf } from "../names";
import { parseExpression } from "../parse";
import { raise } from "../raise";
import { typeOf } from "../type-names";
import {
  array,
  BIGINT,
  BOOLEAN,
  DATE,
  duckType,
  quoteText,
  timestamp,
  typeName,
  UNKNOWN,
  VARCHAR,
} from "../types";
import { callFunction, compileCall, grouping, listAggregate } from "./calls";
import { coalesce, searchedCase, simpleCase } from "./conditionals";
import { type Context, compileExpression, compilePrimary, compileValue } from "./context";
import { jsonArray, jsonExists, jsonObject, jsonQuery, jsonValue } from "./json";
import { intervalLiteral, numberLiteral, textLiteral, textOf, typedLiteral } from "./literals";
import { subqueryParts } from "./predicates";
import { columnReference, dereference } from "./references";

type Compile = (node: never, context: Context) => Expr;
type Kind<N> = new (...args: never[]) => N;

const on = <N extends PrimaryExpressionContext>(
  kind: Kind<N>,
  compile: (node: N, context: Context) => Expr,
): [unknown, Compile] => [kind, compile as Compile];

/** The compilers by kind of primary expression. Other kinds are not supported. */
export const primaries: ReadonlyMap<unknown, (node: PrimaryExpressionContext, context: Context) => Expr> =
  new Map([
    on(grammar.NullLiteralContext, () => ({ ...make(UNKNOWN)`NULL`, literal: null })),
    on(grammar.NumericLiteralContext, (node) => numberLiteral(node.number())),
    on(grammar.BooleanLiteralContext, (node) => {
      const value = node.getText().toLowerCase() === "true";
      return { ...make(BOOLEAN)`${String(value)}`, literal: value };
    }),
    on(grammar.StringLiteralContext, (node) => textLiteral(textOf(node.string()))),
    on(
      grammar.BinaryLiteralContext,
      (node) => make({ kind: "varbinary" })`unhex('${node.getText().slice(2, -1).replaceAll(/\s/g, "")}')`,
    ),
    on(grammar.TypeConstructorContext, (node) =>
      typedLiteral(node.identifier()?.getText() ?? "double", textOf(node.string()), node),
    ),
    on(grammar.IntervalLiteralContext, (node) => intervalLiteral(node.interval())),
    on(grammar.ParameterContext, parameter),
    on(grammar.ParenthesizedExpressionContext, (node, context) => {
      const inner = compileExpression(node.expression(), context);
      return inner.logic || inner.column ? inner : { ...inner, parts: ["(", ...inner.parts, ")"] };
    }),
    on(grammar.ColumnReferenceContext, (node, context) =>
      columnReference(node.columnName().qualifiedName().identifier().map(nameOf), node, context),
    ),
    on(grammar.DereferenceContext, dereference),
    on(grammar.SubscriptContext, subscript),
    on(grammar.CastContext, (node, context) =>
      cast(
        compileExpression(node.expression(), context),
        typeOf(node.type()),
        node.KW_TRY_CAST() !== null,
        node,
      ),
    ),
    on(grammar.SearchedCaseContext, searchedCase),
    on(grammar.SimpleCaseContext, simpleCase),
    on(grammar.CoalesceContext, (node, context) =>
      coalesce(
        node.expression().map((one) => compileExpression(one, context)),
        node,
      ),
    ),
    on(grammar.NormalizeContext, (node, context) => {
      const form = node.normalForm()?.getText().toUpperCase() ?? "NFC";
      const value = compileValue(node.valueExpression(), context);
      return callFunction("normalize", form === "NFC" ? [value] : [value, textLiteral(form)], node, context);
    }),
    on(grammar.FunctionCallContext, compileCall),
    on(grammar.JsonExistsContext, jsonExists),
    on(grammar.JsonValueContext, jsonValue),
    on(grammar.JsonQueryContext, jsonQuery),
    on(grammar.JsonObjectContext, jsonObject),
    on(grammar.JsonArrayContext, jsonArray),
    on(grammar.ListAggContext, listAggregate),
    on(grammar.GroupingOperationContext, grouping),
    on(grammar.CurrentTimestampContext, (node, context) =>
      instant(context.session.now, Math.min(6, Number(node._precision?.text ?? 3))),
    ),
    on(grammar.LocalTimestampContext, (node, context) => ({
      ...local(instant(context.session.now)),
      type: timestamp(Math.min(6, Number(node._precision?.text ?? 3))),
    })),
    on(
      grammar.CurrentDateContext,
      (_node, context) => make(DATE)`CAST(${local(instant(context.session.now))} AS DATE)`,
    ),
    on(grammar.CurrentUserContext, (_node, context) => make(VARCHAR)`${quoteText(context.session.user)}`),
    on(grammar.CurrentSchemaContext, (_node, context) => make(VARCHAR)`${quoteText(context.session.schema)}`),
    on(
      grammar.CurrentCatalogContext,
      (_node, context) => make(VARCHAR)`${quoteText(context.session.catalog)}`,
    ),
    on(grammar.ExtractContext, (node, context) => {
      const field = nameOf(node.identifier());
      const value = compileValue(node.valueExpression(), context);
      return (
        extract(field, value) ??
        fail("TYPE_MISMATCH", `Cannot extract ${field} from ${typeName(value.type)}`, node)
      );
    }),
    on(grammar.SubstringContext, (node, context) =>
      callFunction(
        "substr",
        node.valueExpression().map((one) => compileValue(one, context)),
        node,
        context,
      ),
    ),
    on(grammar.PositionContext, (node, context) => {
      const [needle, text] = node.valueExpression().map((one) => compileValue(one, context));
      return needle && text
        ? callFunction("strpos", [text, needle], node, context)
        : notSupported("POSITION", node);
    }),
    on(grammar.TrimContext, trim),
    on(grammar.ArrayConstructorContext, (node, context) => {
      const values = unify(
        node.expression().map((one) => compileExpression(one, context)),
        node,
        "All ARRAY elements",
      );
      const type = array(values[0]?.type ?? UNKNOWN);
      return build(type, ["CAST([", ...join(values), `] AS ${duckType(type)})`]);
    }),
    on(grammar.RowConstructorContext, (node, context) => {
      const values = node.expression().map((one) => compileExpression(one, context));
      return build({ kind: "row", fields: values.map(({ type }) => ({ type })) }, [
        "struct_pack(",
        ...values.flatMap((value, i) => [`${i === 0 ? "" : ", "}field${i} := `, value]),
        ")",
      ]);
    }),
    on(grammar.SubqueryExpressionContext, (node, context) => {
      const { parts, type } = subqueryParts(node.query(), context, node);
      return build(type, parts, { opaque: true });
    }),
    on(grammar.ExistsContext, (node, context) => {
      const query = context.compileQuery(node.query(), context.scope);
      return build(BOOLEAN, ["EXISTS (", ...query.parts, ")"], { opaque: true });
    }),
    on(grammar.LambdaContext, (node) =>
      fail("SYNTAX_ERROR", "Lambda expression should always be used inside a function", node),
    ),
  ] as [unknown, (node: PrimaryExpressionContext, context: Context) => Expr][]);

/**
 * A question mark is replaced by the SQL text of its parameter. A text that is not an expression, or that names
 * columns, is taken as a string.
 */
function parameter(node: grammar.ParameterContext, context: Context): Expr {
  const { values, position } = context.session.parameters;
  const index = position(node);
  const text = index === undefined ? undefined : values[index];
  if (text === undefined)
    return fail(
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${(index ?? 0) + 1} but found ${values.length}`,
      node,
    );
  try {
    return compileExpression(parseExpression(text), { ...context, scope: undefined, bound: new Map() });
  } catch (error) {
    if (error instanceof QueryFailure && ["SYNTAX_ERROR", "COLUMN_NOT_FOUND"].includes(error.code))
      return textLiteral(text);
    throw error;
  }
}

/** An index out of bounds or a missing key is an error. element_at returns NULL instead. */
function subscript(node: grammar.SubscriptContext, context: Context): Expr {
  const base = compilePrimary(node.primaryExpression(), context);
  const index = compileValue(node.valueExpression(), context);
  if (base.type.kind === "array") {
    const at = coerce(index, BIGINT);
    const { element } = base.type;
    const low = raise(element, "INVALID_FUNCTION_ARGUMENT", ["Array subscript must be at least 1: ", at]);
    const high = raise(element, "INVALID_FUNCTION_ARGUMENT", [
      "Array subscript ",
      at,
      " must be less than or equal to array length",
    ]);
    const result = make(element);
    return result`CASE WHEN ${at} < 1 THEN ${low} WHEN ${at} > len(${base}) THEN ${high} ELSE list_extract(${base}, ${at}) END`;
  }
  if (base.type.kind === "map") {
    const key = coerce(index, base.type.key);
    const missing = raise(base.type.value, "INVALID_FUNCTION_ARGUMENT", ["Key not present in map: ", key]);
    const result = make(base.type.value);
    return result`CASE WHEN ${base} IS NULL OR map_contains(${base}, ${key}) THEN map_extract_value(${base}, ${key}) ELSE ${missing} END`;
  }
  if (base.type.kind === "row" && typeof index.literal === "number") {
    const field = base.type.fields[index.literal - 1];
    if (field) return make(field.type)`struct_extract_at(${base}, ${String(index.literal)})`;
  }
  return fail(
    "TYPE_MISMATCH",
    `Cannot use ${typeName(index.type)} for subscript of ${typeName(base.type)}`,
    node,
  );
}

function trim(node: grammar.TrimContext, context: Context): Expr {
  const side = node.trimsSpecification()?.getText().toLowerCase();
  const name = side === "leading" ? "ltrim" : side === "trailing" ? "rtrim" : "trim";
  const sources = [node._trimSource, node._trimChar].flatMap((one) =>
    one ? [compileValue(one, context)] : [],
  );
  return callFunction(name, sources, node, context);
}
