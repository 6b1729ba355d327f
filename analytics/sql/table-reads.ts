import {
  AliasedRelationContext,
  QueryContext,
  QuerySpecificationContext,
  QueryStatementContext,
  TableNameContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type Bounds, boundsOf } from "./bounds";
import { childrenOf, find, lineOf, type Node, nameOf } from "./parse";

/** One read of a table by a query block. */
export interface TableRead {
  readonly table: string;
  /** Only if the name is qualified. */
  readonly schema?: string;
  /** Limits of the table's columns in the block's WHERE. */
  readonly bounds: ReadonlyMap<string, Bounds>;
  readonly block: QuerySpecificationContext;
  /** True if the block reads nothing else: all columns that it names are this table's. */
  readonly onlySource: boolean;
  readonly line: number;
}

/** Every table read of a statement. A WITH query that is used twice counts twice, because Athena runs it twice. */
export const tableReads = (tree: Node): TableRead[] => readNode(tree, new Map());

type WithQueries = ReadonlyMap<string, () => TableRead[]>;

function readNode(node: Node, withQueries: WithQueries): TableRead[] {
  if (node instanceof QueryStatementContext) return readQuery(node, withQueries);
  if (node instanceof QuerySpecificationContext) return readBlock(node, withQueries);
  return childrenOf(node).flatMap((child) => readNode(child, withQueries));
}

function readQuery(query: QueryStatementContext, outer: WithQueries): TableRead[] {
  const withQueries = new Map(outer);
  for (const named of query.with()?.namedQuery() ?? []) {
    // A WITH query sees only those before it.
    const earlier = new Map(withQueries);
    withQueries.set(nameOf(named.identifier()), () => readNode(named.query(), earlier));
  }
  return readNode(query.queryNoWith(), withQueries);
}

function readBlock(block: QuerySpecificationContext, withQueries: WithQueries): TableRead[] {
  const sources = block
    .relation()
    .flatMap((relation) => [
      ...find(relation, AliasedRelationContext, (node) => node instanceof QueryContext),
    ]);
  // UNNEST adds only the columns that its alias names.
  const tables = sources.filter((source) => !/^unnest\(/i.test(source.getText()));
  const reads = sources.flatMap((source): TableRead[] => {
    const table = source.relationPrimary();
    if (!(table instanceof TableNameContext)) return [];
    const [name = "", schema] = nameOf(table).split(".").reverse();
    const withQuery = schema === undefined ? withQueries.get(name) : undefined;
    if (withQuery) return withQuery();
    const alias = source.identifier();
    return [
      {
        table: name,
        ...(schema !== undefined && { schema }),
        bounds: boundsOf(block, new Set([alias ? nameOf(alias) : name]), tables.length === 1),
        block,
        onlySource: sources.length === 1,
        line: lineOf(table),
      },
    ];
  });
  // Derived tables, scalar subqueries, IN and EXISTS.
  const subqueries = childrenOf(block).flatMap((child) => [...outermostQueries(child)]);
  return [...reads, ...subqueries.flatMap((query) => readNode(query, withQueries))];
}

function* outermostQueries(node: Node): Generator<QueryContext> {
  if (node instanceof QueryContext) yield node;
  else for (const child of childrenOf(node)) yield* outermostQueries(child);
}
