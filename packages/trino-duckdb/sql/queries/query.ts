import type {
  QueryContext,
  QueryNoWithContext,
  RowCountContext,
  SortItemContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { columnExpr, type Part } from "../expr";
import { direction, sortKey } from "../expressions/sorting";
import { fail, notSupported } from "../failure";
import { NEVER, outputName, type Query } from "../relation";
import type { Session } from "../session";
import { defineCommonTables, withClause } from "./common-tables";
import { contextFor, type Environment, type QueryCompilers } from "./environment";
import { ordinal } from "./ordering";
import { setOperation, values } from "./sets";
import { compileSpecification, type Ordering } from "./specification";
import { tableQuery } from "./tables";

export const queryCompilers: QueryCompilers = { query: compileQuery, term: compileTerm };

function compileQuery(node: QueryContext, environment: Environment): Query {
  if (!(node instanceof grammar.QueryStatementContext)) return notSupported("this query", node);
  const clause = node.with();
  if (!clause) return compileBody(node.queryNoWith(), environment);
  const defined = defineCommonTables(clause, environment);
  const body = compileBody(node.queryNoWith(), { ...environment, commonTables: defined.commonTables });
  return { ...body, parts: [...withClause(defined.created), ...body.parts] };
}

function compileBody(node: QueryNoWithContext, environment: Environment): Query {
  const limit = limitParts(node, environment.session);
  const term = node.queryTerm();
  const sort = node.sortItem();
  const primary = term instanceof grammar.QueryTermDefaultContext ? term.queryPrimary() : undefined;
  if (primary instanceof grammar.QueryPrimaryDefaultContext) {
    const ordering: Ordering = { sort, tail: limit };
    return limited(compileSpecification(primary.querySpecification(), ordering, environment), limit);
  }
  const inner = compileTerm(term, environment);
  if (sort.length === 0 && limit.length === 0) return inner;
  const alias = environment.session.unique("q");
  const columns = inner.columns.map((_, i) => `${alias}.${outputName(i)}`).join(", ");
  const parts: Part[] = [
    `SELECT ${columns} FROM (`,
    ...inner.parts,
    `) AS ${alias}`,
    ...orderOutputs(sort, inner, alias, environment),
    ...limit,
  ];
  return limited({ ...inner, parts }, limit);
}

/** Predicates must not move below a LIMIT. */
const limited = (query: Query, limit: readonly Part[]): Query =>
  limit.length === 0 ? query : { ...query, push: () => NEVER };

function compileTerm(term: grammar.QueryTermContext, environment: Environment): Query {
  if (term instanceof grammar.SetOperationContext) return setOperation(term, environment);
  if (!(term instanceof grammar.QueryTermDefaultContext)) return notSupported("this query", term);
  const primary = term.queryPrimary();
  if (primary instanceof grammar.QueryPrimaryDefaultContext)
    return compileSpecification(primary.querySpecification(), { sort: [], tail: [] }, environment);
  if (primary instanceof grammar.SubqueryContext) {
    const inner = compileBody(primary.queryNoWith(), environment);
    return { ...inner, parts: ["(", ...inner.parts, ")"] };
  }
  if (primary instanceof grammar.InlineTableContext) return values(primary, environment);
  if (primary instanceof grammar.TableContext) return tableQuery(primary.tableRef(), environment);
  return notSupported("this query", primary);
}

/** ORDER BY of a set operation or VALUES: by output columns only. */
function orderOutputs(
  sort: readonly SortItemContext[],
  query: Query,
  alias: string,
  environment: Environment,
): Part[] {
  if (sort.length === 0) return [];
  const fields = query.columns.map(({ column, name }, i) => ({
    qualifier: [],
    column: { ...column, sql: `${alias}.${outputName(i)}` },
    ...(name !== undefined && { name }),
  }));
  const context = contextFor(environment, { fields }, "ORDER BY");
  return sort.flatMap((item, i): Part[] => {
    const position = ordinal(item, query.columns.length);
    const key =
      position === undefined
        ? sortKey(item, context)
        : columnExpr(fields[position]?.column ?? { sql: "", name: "", type: { kind: "unknown" } });
    return [i === 0 ? " ORDER BY " : ", ", key, direction(item)];
  });
}

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
