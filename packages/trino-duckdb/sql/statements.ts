import type { StatementContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type Node, notSupported } from "./failure";
import { nameOf } from "./names";
import { parseStatement, parseTypeNode, sourceOf } from "./parse";
import { QueryTree } from "./query-tree";
import { typeOf } from "./type-names";
import type { Type } from "./types";

/** A statement of Trino's grammar, with the queries inside it ready to compile. */
export type Statement = { readonly node: Node } & (
  | { readonly kind: "query"; readonly query: ParsedQuery }
  | {
      readonly kind: "explain";
      readonly statement: Statement;
      /** Upper case: LOGICAL, DISTRIBUTED, VALIDATE, IO. */
      readonly type: string;
      readonly format?: string;
    }
  | { readonly kind: "prepare"; readonly name: string; readonly text: string }
  /** The arguments are SQL texts. */
  | { readonly kind: "execute"; readonly name: string; readonly arguments: readonly string[] }
  | { readonly kind: "deallocate"; readonly name: string }
  | CreateView
  | CreateTableAs
  | Insert
  | { readonly kind: "other" }
);

/** A query inside a parsed statement. */
export interface ParsedQuery {
  /** The query as it was written. */
  readonly text: string;
  /** Whether it ends with ORDER BY. */
  readonly isOrdered: boolean;
  /** Every table name in the query, in lower case, without those of common table expressions. */
  tables(): string[][];
  /** The first question mark that is not in a WHERE clause. */
  parameterOutsideWhere(): Node | undefined;
}

export interface CreateView {
  readonly kind: "create view";
  readonly path: readonly string[];
  readonly replace: boolean;
  readonly query: ParsedQuery;
}

export interface CreateTableAs {
  readonly kind: "create table as";
  readonly path: readonly string[];
  readonly ifNotExists: boolean;
  readonly withData: boolean;
  readonly properties: ReadonlyMap<string, string | readonly string[]>;
  readonly query: ParsedQuery;
}

export interface Insert {
  readonly kind: "insert";
  readonly path: readonly string[];
  readonly columns?: readonly string[];
  readonly query: ParsedQuery;
}

/** Parses one statement; a trailing semicolon is allowed. */
export const parse = (sql: string): Statement => statementOf(parseStatement(sql));

/** Parses a type: "array(decimal(10,2))". */
export const parseType = (text: string): Type => typeOf(parseTypeNode(text));

function statementOf(node: StatementContext): Statement {
  if (node instanceof grammar.StatementDefaultContext)
    return { kind: "query", node, query: new QueryTree(node.rootQuery()) };
  if (node instanceof grammar.ExplainContext)
    return { kind: "explain", node, statement: statementOf(node.statement()), ...explainOptions(node) };
  if (node instanceof grammar.PrepareContext)
    return { kind: "prepare", node, name: nameOf(node.identifier()), text: sourceOf(node.statement()) };
  if (node instanceof grammar.ExecuteContext)
    return {
      kind: "execute",
      node,
      name: nameOf(node.identifier()),
      arguments: node.expression().map(sourceOf),
    };
  if (node instanceof grammar.DeallocateContext)
    return { kind: "deallocate", node, name: nameOf(node.identifier()) };
  if (node instanceof grammar.CreateViewContext)
    return {
      kind: "create view",
      node,
      path: pathIn(node.viewNameCreate()),
      replace: node.KW_REPLACE() !== null,
      query: new QueryTree(node.rootQuery()),
    };
  if (node instanceof grammar.CreateTableAsSelectContext) return createTableAs(node);
  if (node instanceof grammar.InsertIntoContext) {
    const columns = node.columnList()?.columnRef();
    return {
      kind: "insert",
      node,
      path: node.tableRef().identifier().map(nameOf),
      ...(columns && { columns: columns.map((one) => one.getText().replaceAll('"', "").toLowerCase()) }),
      query: new QueryTree(node.rootQuery()),
    };
  }
  return { kind: "other", node };
}

function createTableAs(node: grammar.CreateTableAsSelectContext): Statement {
  const root = node.rootQuery();
  if (!root) return notSupported("this CREATE TABLE AS", node);
  return {
    kind: "create table as",
    node,
    path: pathIn(node.tableNameCreate()),
    ifNotExists: node.KW_EXISTS() !== null,
    withData: node.KW_NO() === null,
    properties: propertiesOf(node.properties()),
    query: new QueryTree(root),
  };
}

const pathIn = (node: { getText(): string }): string[] =>
  node.getText().replaceAll(/["`]/g, "").toLowerCase().split(".");

/** The properties in WITH (…): strings and arrays of strings. */
function propertiesOf(node: grammar.PropertiesContext | null): Map<string, string | readonly string[]> {
  const found = new Map<string, string | readonly string[]>();
  for (const property of node?.propertyAssignments().property() ?? []) {
    const text = property.propertyValue().getText();
    const values = [...text.matchAll(/'((?:[^']|'')*)'/g)].map((match) =>
      (match[1] ?? "").replaceAll("''", "'"),
    );
    found.set(nameOf(property.identifier()), /^ARRAY/i.test(text) ? values : (values[0] ?? text));
  }
  return found;
}

function explainOptions(node: grammar.ExplainContext): { type: string; format?: string } {
  const found: { type: string; format?: string } = { type: "DISTRIBUTED" };
  for (const option of node.explainOption()) {
    const value = option
      .getText()
      .replace(/^(TYPE|FORMAT)/i, "")
      .toUpperCase();
    if (option instanceof grammar.ExplainTypeContext) found.type = value;
    else found.format = value;
  }
  return found;
}
