import type { WithContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type Expr, logic, type Part } from "../expr";
import { fail, notSupported } from "../failure";
import { nameOf } from "../names";
import { derived, NEVER, type Relation } from "../relation";
import { type CommonTable, type CommonTables, compileQuery, type Environment } from "./environment";

export function defineCommonTables(
  node: WithContext,
  environment: Environment,
): { commonTables: CommonTables; created: CommonTable[] } {
  if (node.KW_RECURSIVE()) notSupported("WITH RECURSIVE", node);
  const commonTables = new Map(environment.commonTables);
  const created: CommonTable[] = [];
  for (const named of node.namedQuery()) {
    const name = nameOf(named.identifier());
    if (created.some((other) => other.name === name))
      fail("DUPLICATE_NAMED_QUERY", `WITH query name '${name}' specified more than once`, named);
    const query = compileQuery(named.query(), { ...environment, commonTables });
    const aliases = named.columnAliases()?.identifier().map(nameOf);
    if (aliases && aliases.length !== query.columns.length)
      fail(
        "MISMATCHED_COLUMN_ALIASES",
        `Column alias list has ${aliases.length} entries but WITH query '${name}' has ${query.columns.length} columns`,
        named,
      );
    const common: CommonTable = {
      name,
      sql: environment.session.unique("w"),
      query,
      names: aliases ?? query.columns.map((column) => column.name),
      references: [],
    };
    commonTables.set(name, common);
    created.push(common);
    environment.session.finishers.push(() => pushPredicates(common));
  }
  return { commonTables, created };
}

/** Pushes the disjunction of the references' predicates: a row that no reference selects is not read. */
function pushPredicates(common: CommonTable): void {
  const { references } = common;
  if (references.length === 0 || references.some((predicates) => predicates.length === 0)) return;
  const each = references.map((predicates) =>
    predicates.length === 1 && predicates[0] ? predicates[0] : logic("and", predicates),
  );
  common.query.push(each.length === 1 && each[0] ? each[0] : logic("or", each));
}

export const withClause = (tables: readonly CommonTable[]): Part[] =>
  tables
    .flatMap((common, i): Part[] => [
      i === 0 ? "WITH " : ", ",
      `${common.sql} AS (`,
      ...common.query.parts,
      ")",
    ])
    .concat(" ");

export function commonTableReference(
  common: CommonTable,
  alias: string,
  qualifier: readonly string[],
): Relation {
  const predicates: Expr[] = [];
  common.references.push(predicates);
  const push = (predicate: Expr) => {
    predicates.push(predicate);
    return NEVER;
  };
  const relation = derived({ ...common.query, push }, alias, qualifier, common.names);
  return { ...relation, parts: [`${common.sql} AS ${alias}`] };
}
