import type { PrimaryExpressionContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { columnExpr, type Expr, make } from "../expr";
import { fail, type Node } from "../failure";
import { nameOf } from "../names";
import { resolve } from "../scope";
import { fieldName } from "../types";
import { type Context, compilePrimary } from "./context";

export function columnReference(path: readonly string[], node: Node, context: Context): Expr {
  return (
    reference(path, node, context) ??
    fail(
      "COLUMN_NOT_FOUND",
      `Column '${path.join(".")}' cannot be resolved or requester is not authorized to access requested resources`,
      node,
    )
  );
}

function reference(path: readonly string[], node: Node, context: Context): Expr | undefined {
  const [name] = path;
  const bound = path.length === 1 && name !== undefined ? context.bound.get(name) : undefined;
  if (bound) return bound;
  const field = resolve(context.scope, path, node);
  if (field) return columnExpr(field.column);
  // a.b may be the field b of the row a.
  if (path.length < 2) return undefined;
  const base = reference(path.slice(0, -1), node, context);
  return base && rowField(base, path[path.length - 1] ?? "");
}

function rowField(base: Expr, name: string): Expr | undefined {
  if (base.type.kind !== "row") return undefined;
  const index = base.type.fields.findIndex((field, i) => fieldName(field, i).toLowerCase() === name);
  const field = base.type.fields[index];
  return field && make(field.type)`struct_extract_at(${base}, ${String(index + 1)})`;
}

export function dereference(node: grammar.DereferenceContext, context: Context): Expr {
  const name = nameOf(node.identifier());
  const path = pathIn(node);
  const whole = path && reference(path, node, context);
  if (whole) return whole;
  if (path && !reference(path.slice(0, 1), node, context)) return columnReference(path, node, context);
  const base = compilePrimary(node.primaryExpression(), context);
  return (
    rowField(base, name) ??
    fail(
      "TYPE_MISMATCH",
      `Expression ${node.primaryExpression().getText()} is not of type ROW, or has no field '${name}'`,
      node,
    )
  );
}

function pathIn(node: PrimaryExpressionContext): string[] | undefined {
  if (node instanceof grammar.ColumnReferenceContext)
    return node.columnName().qualifiedName().identifier().map(nameOf);
  if (!(node instanceof grammar.DereferenceContext)) return undefined;
  const base = pathIn(node.primaryExpression());
  return base && [...base, nameOf(node.identifier())];
}
