import type { QueryContext, QueryTermContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Expr } from "../expr";
import { expressionCompilers } from "../expressions";
import type { Context } from "../expressions/context";
import type { Query } from "../relation";
import type { Field, Scope } from "../scope";
import type { Session } from "../session";

/** What a query is compiled in. */
export interface Environment {
  readonly session: Session;
  /** The scope of the enclosing query, for correlated subqueries. */
  readonly outer: Scope | undefined;
  /** The common table expressions in scope. */
  readonly commonTables: CommonTables;
  /** Fields of the relations to the left, which UNNEST and LATERAL may name. */
  readonly lateral?: readonly Field[];
  /** The fields to the left of the LATERAL that is being compiled. */
  readonly lateralOf?: readonly Field[];
  /** Compilers of queries and terms, passed along to avoid circular imports. */
  readonly compilers: QueryCompilers;
}

export type CommonTables = ReadonlyMap<string, CommonTable>;

/** A common table expression: compiled once, read by each of its references. */
export interface CommonTable {
  readonly name: string;
  readonly sql: string;
  readonly query: Query;
  readonly names: readonly (string | undefined)[];
  /** The predicates that each reference pushed down. */
  readonly references: Expr[][];
}

export interface QueryCompilers {
  readonly query: (node: QueryContext, environment: Environment) => Query;
  readonly term: (node: QueryTermContext, environment: Environment) => Query;
}

export const compileQuery = (node: QueryContext, environment: Environment): Query =>
  environment.compilers.query(node, environment);

/** A scope with some fields, inside the scope of the enclosing query. */
export const scopeOf = ({ outer }: Environment, fields: readonly Field[]): Scope => ({
  fields,
  ...(outer && { parent: outer }),
});

export const contextFor = (environment: Environment, scope: Scope | undefined, where: string): Context => ({
  session: environment.session,
  compilers: expressionCompilers,
  scope,
  bound: new Map(),
  aggregates: false,
  windows: false,
  where,
  compileQuery: (query, outer) => compileQuery(query, { ...environment, outer }),
});
