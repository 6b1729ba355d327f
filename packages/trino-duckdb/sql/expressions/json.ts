import type * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { cast, coerce } from "../casts";
import { build, type Expr, join, make, type Part } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { raise } from "../raise";
import { typeOf } from "../type-names";
import {
  array,
  BOOLEAN,
  isNumeric,
  isText,
  JSON_TYPE,
  quoteText,
  type Type,
  typeName,
  VARCHAR,
} from "../types";
import { type Context, compileExpression } from "./context";
import { textOf } from "./literals";

/** The JSON functions of the SQL standard. Paths have members, positions, `last` and wildcards. */
interface Sequence {
  readonly document: Expr;
  readonly items: Expr;
  readonly isError: Expr;
  readonly isEmpty: Expr;
  /** The only item, as JSON. */
  readonly item: Expr;
  readonly isSingle: Expr;
}

const text = make(VARCHAR);
const boolean = make(BOOLEAN);

function sequence(node: grammar.JsonPathInvocationContext, context: Context): Sequence {
  if (node.jsonArgument().length > 0) notSupported("PASSING of a JSON path", node);
  const document = documentOf(node.jsonValueExpression(), context);
  const { strict, steps } = parsePath(textOf(node.string()), node);
  const items = make(
    array(VARCHAR),
  )`trino_json_sequence(${document}, ${String(strict)}, ${quoteText(JSON.stringify(steps))})`;
  return {
    document,
    items,
    isError: boolean`(len(${items}) = 1 AND ${items}[1] IS NULL)`,
    isEmpty: boolean`(len(${items}) = 0)`,
    item: text`${items}[1]`,
    isSingle: boolean`(len(${items}) = 1)`,
  };
}

function documentOf(node: grammar.JsonValueExpressionContext, context: Context): Expr {
  const value = compileExpression(node.expression(), context);
  if (isText(value.type) || value.type.kind === "unknown") return coerce(value, VARCHAR);
  if (value.type.kind === "varbinary") return notSupported("JSON as varbinary", node);
  return fail("TYPE_MISMATCH", `Cannot read input of type ${typeName(value.type)} as JSON`, node);
}

function parsePath(source: string, node: Node): { strict: boolean; steps: object[] } {
  const bad = () => fail("INVALID_PATH", `mismatched input in the JSON path '${source}'`, node);
  const head = /^\s*(lax|strict)\s*\$/.exec(source);
  if (!head) return bad();
  const steps: object[] = [];
  let rest = source.slice(head[0].length).trim();
  while (rest !== "") {
    const step =
      /^(?:\.\s*(?:([A-Za-z_][\w]*)(?!\s*\()|"((?:[^"]|"")*)"|(\*))|\[\s*(?:(\d+)|(last)|(\*))\s*\])\s*/.exec(
        rest,
      );
    if (!step) return notSupported(`the JSON path '${source}'`, node);
    const [, name, quoted, members, index, last] = step;
    const member = name ?? quoted?.replaceAll('""', '"');
    if (member !== undefined) steps.push({ member });
    else if (members) steps.push({ all: "members" });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push(last ? { index: "last" } : { all: "elements" });
    rest = rest.slice(step[0].length);
  }
  return { strict: head[1] === "strict", steps };
}

const pathError = (type: Type): Expr => raise(type, "PATH_EVALUATION_ERROR", "path evaluation failed");

export function jsonExists(node: grammar.JsonExistsContext, context: Context): Expr {
  const { document, isError, isEmpty } = sequence(node.jsonPathInvocation(), context);
  const behaviour = node.jsonExistsErrorBehavior();
  const onError = behaviour?.KW_TRUE()
    ? "true"
    : behaviour?.KW_UNKNOWN()
      ? "NULL"
      : behaviour?.KW_ERROR()
        ? pathError(BOOLEAN)
        : "false";
  return boolean`CASE WHEN ${document} IS NULL THEN NULL WHEN ${isError} THEN ${onError} ELSE NOT ${isEmpty} END`;
}

export function jsonValue(node: grammar.JsonValueContext, context: Context): Expr {
  const { document, isError, isEmpty, isSingle, item } = sequence(node.jsonPathInvocation(), context);
  const returned = node.type();
  const type = returned ? typeOf(returned) : VARCHAR;
  const behaviour = (given: grammar.JsonValueBehaviorContext | undefined): Expr | string => {
    const otherwise = given?.expression();
    if (otherwise) return coerce(compileExpression(otherwise, context), type);
    return given?.KW_ERROR() ? pathError(type) : "NULL";
  };
  const [onEmpty, onError] = [behaviour(node._emptyBehavior), behaviour(node._errorBehavior)];
  const scalar = text`CASE WHEN ${item} LIKE '"%' THEN json_extract_string(CAST(${item} AS JSON), '$') ELSE ${item} END`;
  const result = make(type);
  const converted =
    type.kind === "varchar"
      ? cast(scalar, type, true, node)
      : result`coalesce(${cast(scalar, type, true, node)}, ${onError})`;
  return result`CASE WHEN ${document} IS NULL THEN NULL WHEN ${isError} THEN ${onError} WHEN ${isEmpty} THEN ${onEmpty} WHEN NOT ${isSingle} OR ${item} LIKE '{%' OR ${item} LIKE '[%' THEN ${onError} WHEN ${item} = 'null' THEN NULL ELSE ${converted} END`;
}

export function jsonQuery(node: grammar.JsonQueryContext, context: Context): Expr {
  const { document, items, isError, isEmpty, isSingle, item } = sequence(node.jsonPathInvocation(), context);
  const returned = node.type();
  if (returned && typeOf(returned).kind !== "varchar") notSupported("JSON_QUERY … RETURNING this type", node);
  const behaviour = (given: grammar.JsonQueryBehaviorContext | undefined): Expr | string => {
    if (given?.KW_ERROR()) return pathError(VARCHAR);
    return given?.KW_ARRAY() ? "'[]'" : given?.KW_OBJECT() ? "'{}'" : "NULL";
  };
  const [onEmpty, onError] = [behaviour(node._emptyBehavior), behaviour(node._errorBehavior)];
  const wrapper = node.jsonQueryWrapperBehavior();
  const wrapped = text`('[' || array_to_string(${items}, ',') || ']')`;
  const plain = node.KW_OMIT()
    ? text`CASE WHEN ${item} LIKE '"%' THEN json_extract_string(CAST(${item} AS JSON), '$') ELSE ${item} END`
    : item;
  const single = text`CASE WHEN ${isSingle} THEN ${plain} ELSE ${onError} END`;
  const conditional = text`CASE WHEN ${isSingle} AND (${item} LIKE '{%' OR ${item} LIKE '[%') THEN ${item} ELSE ${wrapped} END`;
  const value = !wrapper?.KW_WITH() ? single : wrapper.KW_CONDITIONAL() ? conditional : wrapped;
  return text`CASE WHEN ${document} IS NULL THEN NULL WHEN ${isError} THEN ${onError} WHEN ${isEmpty} THEN ${onEmpty} ELSE ${value} END`;
}

/** The JSON text of a value; NULL for NULL. */
function member(node: grammar.JsonValueExpressionContext, context: Context): Expr {
  const value = compileExpression(node.expression(), context);
  if (node.KW_FORMAT()) return notSupported("FORMAT JSON", node);
  const { kind } = value.type;
  if (kind === "unknown") return text`CAST(NULL AS VARCHAR)`;
  if (isText(value.type) || isNumeric(value.type) || kind === "boolean")
    return text`CAST(${cast(kind === "char" ? cast(value, VARCHAR, false, node) : value, JSON_TYPE, false, node)} AS VARCHAR)`;
  return notSupported(`JSON of ${typeName(value.type)}`, node);
}

const object = (node: { type(): grammar.TypeContext | null } & Node): void => {
  if (node.type()) notSupported("RETURNING of a JSON function", node);
};

export function jsonObject(node: grammar.JsonObjectContext, context: Context): Expr {
  object(node);
  if (node.KW_UNIQUE() && node.KW_WITH()) notSupported("WITH UNIQUE KEYS", node);
  const absent = node.KW_ABSENT() !== null;
  const members = node.jsonObjectMember().map((one) => {
    const key = coerce(compileExpression(one.expression(), context), VARCHAR);
    const value = member(one.jsonValueExpression(), context);
    const name = text`CAST(to_json(${key}) AS VARCHAR)`;
    return absent ? text`(${name} || ':' || ${value})` : text`(${name} || ':' || coalesce(${value}, 'null'))`;
  });
  return joined("{", members, "}");
}

export function jsonArray(node: grammar.JsonArrayContext, context: Context): Expr {
  object(node);
  const absent = node.KW_ABSENT() !== null || node.KW_ON() === null;
  const values = node.jsonValueExpression().map((one) => member(one, context));
  return joined("[", absent ? values : values.map((value) => text`coalesce(${value}, 'null')`), "]");
}

/** NULLs are left out. */
function joined(open: string, values: readonly Expr[], close: string): Expr {
  if (values.length === 0) return text`'${open}${close}'`;
  const list: Part[] = ["array_to_string([", ...join(values), "], ',')"];
  return build(VARCHAR, [`('${open}' || coalesce(`, ...list, `, '') || '${close}')`]);
}
