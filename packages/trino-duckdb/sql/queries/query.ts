import type {
  QueryContext,
  QueryNoWithContext,
  RowCountContext,
  SortItemContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { columnExpr, type Part } from "../expr";
import { direction, sortKey } from "../expressions/sorting";
import { fail, type Node, notSupported } from "../failure";
import { pathOf } from "../names";
import { NEVER, outputName, type Query } from "../relation";
import type { Scope } from "../scope";
import type { Session } from "../session";
import { type Commons, defineCommons, withClause } from "./commons";
import { contextFor } from "./context";
import { setOperation, values } from "./sets";
import { compileSpecification, type Ordering } from "./specification";
import { tableQuery } from "./tables";

/** What queries are compiled in: the session, the enclosing scope, and the common table expressions in sight. */
export interface Surroundings {
  readonly session: Session;
  readonly outer: Scope | undefined;
  readonly commons: Commons;
}

export function compileQuery(node: QueryContext, around: Surroundings): Query {
  if (!(node instanceof grammar.QueryStatementContext)) return notSupported("this query", node);
  const clause = node.with();
  if (!clause) return compileBody(node.queryNoWith(), around);
  const defined = defineCommons(clause, around);
  const body = compileBody(node.queryNoWith(), { ...around, commons: defined.commons });
  return { ...body, parts: [...withClause(defined.created), ...body.parts] };
}

export function compileBody(node: QueryNoWithContext, around: Surroundings): Query {
  const limit = limitParts(node, around.session);
  const term = node.queryTerm();
  const sort = node.sortItem();
  const primary = term instanceof grammar.QueryTermDefaultContext ? term.queryPrimary() : undefined;
  if (primary instanceof grammar.QueryPrimaryDefaultContext) {
    const ordering: Ordering = { sort, tail: limit };
    return limited(compileSpecification(primary.querySpecification(), ordering, around), limit);
  }
  const inner = compileTerm(term, around);
  if (sort.length === 0 && limit.length === 0) return inner;
  const alias = around.session.unique("q");
  const columns = inner.columns.map((_, i) => `${alias}.${outputName(i)}`).join(", ");
  const parts: Part[] = [
    `SELECT ${columns} FROM (`,
    ...inner.parts,
    `) AS ${alias}`,
    ...orderOutputs(sort, inner, alias, around),
    ...limit,
  ];
  return limited({ ...inner, parts }, limit);
}

/** A predicate on the outside says nothing about rows before a LIMIT. */
const limited = (query: Query, limit: readonly Part[]): Query =>
  limit.length === 0 ? query : { ...query, push: () => NEVER };

export function compileTerm(term: grammar.QueryTermContext, around: Surroundings): Query {
  if (term instanceof grammar.SetOperationContext) return setOperation(term, around);
  if (!(term instanceof grammar.QueryTermDefaultContext)) return notSupported("this query", term);
  const primary = term.queryPrimary();
  if (primary instanceof grammar.QueryPrimaryDefaultContext)
    return compileSpecification(primary.querySpecification(), { sort: [], tail: [] }, around);
  if (primary instanceof grammar.SubqueryContext) {
    const inner = compileBody(primary.queryNoWith(), around);
    return { ...inner, parts: ["(", ...inner.parts, ")"] };
  }
  if (primary instanceof grammar.InlineTableContext) return values(primary, around);
  if (primary instanceof grammar.TableContext) return tableQuery(primary.tableRef(), around);
  return notSupported("this query", primary);
}

/** Ordering of a set operation or VALUES: by output columns. */
function orderOutputs(
  sort: readonly SortItemContext[],
  query: Query,
  alias: string,
  around: Surroundings,
): Part[] {
  if (sort.length === 0) return [];
  const fields = query.columns.map(({ column, name }, i) => ({
    qualifier: [],
    column: { ...column, sql: `${alias}.${outputName(i)}` },
    ...(name !== undefined && { name }),
  }));
  const context = contextFor(around, { fields }, "ORDER BY");
  return sort.flatMap((item, i): Part[] => {
    const position = ordinal(item, query.columns.length);
    const key =
      position === undefined
        ? sortKey(item, context)
        : columnExpr(fields[position]?.column ?? { sql: "", name: "", type: { kind: "unknown" } });
    return [i === 0 ? " ORDER BY " : ", ", key, direction(item)];
  });
}

/** ORDER BY 2: the position of an output column, from 0. */
export function ordinal(node: { getText(): string } & Node, count: number): number | undefined {
  const match = /^(\d+)(?:asc|desc)?(?:nulls(?:first|last))?$/i.exec(node.getText());
  if (!match) return undefined;
  const position = Number(match[1]);
  if (position < 1 || position > count)
    fail("INVALID_COLUMN_REFERENCE", `Position ${position} is not in select list`, node);
  return position - 1;
}

/** The plain name an item is, if it is one: an output column is meant before a source column. */
export const plainName = (item: SortItemContext): string | undefined => {
  const name = item.columnRef()?.qualifiedName();
  const path = name ? pathOf(name) : [];
  if (path.length === 1) return path[0];
  const text = item.expression()?.getText();
  return text !== undefined && /^[a-z_]\w*$/i.test(text) ? text.toLowerCase() : undefined;
};

function limitParts(node: QueryNoWithContext, session: Session): Part[] {
  if (node.KW_TIES()) return notSupported("FETCH FIRST … WITH TIES", node);
  const parts: Part[] = [];
  const rows = node._limit ? node._limit.rowCount() : node._fetchFirst;
  if (rows) parts.push(` LIMIT ${count(rows, session)}`);
  else if (node.KW_FETCH()) parts.push(" LIMIT 1");
  if (node._offset) parts.push(` OFFSET ${count(node._offset, session)}`);
  return parts;
}

function count(node: RowCountContext, session: Session): string {
  const index = session.parameters.position(node);
  const text = index === undefined ? node.getText() : (session.parameters.values[index] ?? "");
  if (!/^\d+$/.test(text)) return fail("INVALID_LIMIT_CLAUSE", `'${text}' is not a number of rows`, node);
  return text;
}
