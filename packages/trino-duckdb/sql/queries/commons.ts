import type { WithContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { columnExpr, type Expr, logic, type Part, substitute } from "../expr";
import { fail, notSupported } from "../failure";
import { nameOf } from "../names";
import { NEVER, outputName, type Query, type Relation } from "../relation";
import { compileQuery, type Surroundings } from "./query";

export type Commons = ReadonlyMap<string, Common>;

/** A common table expression: compiled once, read by each of its references. */
export interface Common {
  readonly name: string;
  readonly sql: string;
  readonly query: Query;
  readonly names: readonly (string | undefined)[];
  /** The predicates that each reference put on it. */
  readonly references: Expr[][];
}

export function defineCommons(
  node: WithContext,
  around: Surroundings,
): { commons: Commons; created: Common[] } {
  if (node.KW_RECURSIVE()) notSupported("WITH RECURSIVE", node);
  const commons = new Map(around.commons);
  const created: Common[] = [];
  for (const named of node.namedQuery()) {
    const name = nameOf(named.identifier());
    if (created.some((other) => other.name === name))
      fail("DUPLICATE_NAMED_QUERY", `WITH query name '${name}' specified more than once`, named);
    const query = compileQuery(named.query(), { ...around, commons });
    const aliases = named.columnAliases()?.identifier().map(nameOf);
    if (aliases && aliases.length !== query.columns.length)
      fail(
        "MISMATCHED_COLUMN_ALIASES",
        `Column alias list has ${aliases.length} entries but WITH query '${name}' has ${query.columns.length} columns`,
        named,
      );
    const common: Common = {
      name,
      sql: around.session.unique("w"),
      query,
      names: aliases ?? query.columns.map((column) => column.name),
      references: [],
    };
    commons.set(name, common);
    created.push(common);
    around.session.finishers.push(() => handOn(common));
  }
  return { commons, created };
}

/** A row matters when it matters to one of the references. */
function handOn(common: Common): void {
  const { references } = common;
  if (references.length === 0 || references.some((predicates) => predicates.length === 0)) return;
  const each = references.map((predicates) =>
    predicates.length === 1 && predicates[0] ? predicates[0] : logic("and", predicates),
  );
  common.query.push(each.length === 1 && each[0] ? each[0] : logic("or", each));
}

export const withClause = (commons: readonly Common[]): Part[] =>
  commons
    .flatMap((common, i): Part[] => [
      i === 0 ? "WITH " : ", ",
      `${common.sql} AS (`,
      ...common.query.parts,
      ")",
    ])
    .concat(" ");

export function commonReference(common: Common, alias: string, qualifier: readonly string[]): Relation {
  const predicates: Expr[] = [];
  common.references.push(predicates);
  const columns = common.query.columns.map(({ column }, i) => ({
    ...column,
    sql: `${alias}.${outputName(i)}`,
  }));
  const inside = new Map(columns.map((column, i) => [column.sql, common.query.columns[i]?.column]));
  return {
    fields: columns.map((column, i) => {
      const name = common.names[i];
      return { qualifier, column, ...(name !== undefined && { name }) };
    }),
    parts: [`${common.sql} AS ${alias}`],
    push: (predicate) => {
      predicates.push(
        substitute(predicate, (column) => {
          const source = inside.get(column.sql);
          return source && columnExpr(source);
        }),
      );
      return NEVER;
    },
  };
}
