import type {
  ExpressionContext,
  InlineTableContext,
  SetOperationContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { RowConstructorContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { coerce, commonOf } from "../casts";
import { columnExpr, type Expr, join, make, type Part, substitute } from "../expr";
import { type Context, compileExpression } from "../expressions/context";
import { fail, type Node, notSupported } from "../failure";
import { NEVER, outputName, type Query } from "../relation";
import { duckType, type Type, typeName } from "../types";
import { contextFor, type Environment } from "./environment";

export function setOperation(node: SetOperationContext, environment: Environment): Query {
  if (!node._left || !node._right) return notSupported("this set operation", node);
  const { term } = environment.compilers;
  const sides = [term(node._left, environment), term(node._right, environment)] as const;
  const [left, right] = sides;
  const word = (node._operator?.text ?? "UNION").toUpperCase();
  const all = node.setQuantifier()?.KW_ALL() ? " ALL" : "";
  if (left.columns.length !== right.columns.length)
    fail(
      "TYPE_MISMATCH",
      `${word} query has different number of fields: ${left.columns.length}, ${right.columns.length}`,
      node,
    );
  const columns = left.columns.map((column, i) => {
    const other = right.columns[i]?.column.type ?? column.column.type;
    const type = commonOf([column.column.type, other]);
    if (!type)
      return fail(
        "TYPE_MISMATCH",
        `column ${i + 1} in ${word} query has incompatible types: ${typeName(column.column.type)}, ${typeName(other)}`,
        node,
      );
    const hasNoNaN = () =>
      sides.every((side) => side.isEmpty?.() || side.columns[i]?.column.hasNoNaN?.() === true);
    const sql = environment.session.unique("u");
    return { ...column, column: { sql, name: column.column.name, type, hasNoNaN } };
  });
  const types = columns.map(({ column }) => column.type);
  const coerced = sides.map((side) => coerceColumns(side, types, environment));
  const united = (some: readonly (readonly Part[])[]): Part[] =>
    some.flatMap((side, i) => (i === 0 ? side : [` ${word}${all} `, ...side]));
  /** DuckDB plans a side without rows too, which takes as long as a small query. */
  const filled = (): Part[] => {
    const some = coerced.filter((_, i) => !sides[i]?.isEmpty?.());
    return united(some.length > 0 ? some : coerced);
  };
  const isUnion = word === "UNION";
  return {
    columns,
    parts: isUnion && all !== "" ? [{ deferred: filled }] : united(coerced),
    ...(isUnion && { isEmpty: () => sides.every(({ isEmpty }) => isEmpty?.() === true) }),
    push: (predicate) => {
      const enforced = sides.map((side) => {
        const sources = new Map(columns.map(({ column }, i) => [column.sql, side.columns[i]?.column]));
        return side.push(
          substitute(predicate, (column) => coercedSource(sources.get(column.sql), column.type)),
        );
      });
      return () => enforced.every((one) => one());
    },
  };
}

const coercedSource = (
  source: { sql: string; name: string; type: Type } | undefined,
  type: Type,
): Expr | undefined => source && coerce(columnExpr(source), type);

/** One side with its columns coerced to the common types. */
function coerceColumns(side: Query, types: readonly Type[], environment: Environment): Part[] {
  const alias = environment.session.unique("s");
  const columns = side.columns.map(({ column }, i) => {
    const own = columnExpr({ ...column, sql: `${alias}.${outputName(i)}` });
    return make(column.type)`${coerce(own, types[i] ?? column.type)} AS ${outputName(i)}`;
  });
  return ["(SELECT ", ...join(columns), " FROM (", ...side.parts, `) AS ${alias})`];
}

/** VALUES: each row is a parenthesised list or a single expression. */
export function values(node: InlineTableContext, environment: Environment): Query {
  const context = contextFor(
    environment,
    environment.outer && { fields: [], parent: environment.outer },
    "VALUES",
  );
  const rows = node.expression().map((one) => cells(one, context));
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width))
    fail("TYPE_MISMATCH", "Values rows have mismatched sizes", node);
  const types = Array.from({ length: width }, (_, i) => columnType(rows, i, node));
  const columns = types.map((type) => ({ column: { sql: environment.session.unique("u"), name: "", type } }));
  const body = rows.flatMap((row, r): Part[] => [
    r === 0 ? "(" : ", (",
    ...join(row.map((cell, i) => castCell(cell, types[i]))),
    ")",
  ]);
  const alias = environment.session.unique("v");
  const names = types.map((_, i) => outputName(i)).join(", ");
  return {
    columns,
    parts: [`SELECT ${names} FROM (VALUES `, ...body, `) AS ${alias}(${names})`],
    push: () => NEVER,
  };
}

const castCell = (cell: Expr, type: Type | undefined): Part => {
  if (!type) return cell;
  const value = coerce(cell, type);
  return { type, parts: ["CAST(", value, ` AS ${duckType(type)})`] };
};

function columnType(rows: readonly (readonly Expr[])[], index: number, node: Node): Type {
  const types = rows.flatMap((row) => (row[index] ? [row[index].type] : []));
  return (
    commonOf(types) ??
    fail("TYPE_MISMATCH", `Values rows have mismatched types: ${types.map(typeName).join(" vs ")}`, node)
  );
}

/** A row's cells: those of its constructor, or the fields of another expression that is a row. */
function cells(node: ExpressionContext, context: Context): readonly Expr[] {
  const row = findNode(node, RowConstructorContext);
  if (row) return row.expression().map((cell) => compileExpression(cell, context));
  const cell = compileExpression(node, context);
  if (cell.type.kind !== "row") return [cell];
  return cell.type.fields.map(({ type }, i) => make(type)`struct_extract_at(${cell}, ${String(i + 1)})`);
}

/** Finds a node of a kind below nodes with a single child. */
function findNode<N>(node: object, kind: new (...args: never[]) => N): N | undefined {
  if (node instanceof kind) return node;
  const children = (node as { children?: object[] }).children ?? [];
  return children.length === 1 && children[0] ? findNode(children[0], kind) : undefined;
}
