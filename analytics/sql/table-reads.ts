import {
  AliasedRelationContext,
  PatternRecognitionContext,
  QueryContext,
  QuerySpecificationContext,
  QueryStatementContext,
  TableNameContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type Bounds, boundsOf } from "./bounds";
import { childrenOf, find, lineOf, type Node, nameOf } from "./parse";
import { blocksOf, passedColumns } from "./passed-columns";

/** One read of a table by a query block. */
export interface TableRead {
  readonly table: string;
  /** Only if the name is qualified. */
  readonly schema?: string;
  /** Limits of the table's columns in the block's WHERE and, in a WITH query, in the WHERE of the block that reads the WITH query. */
  readonly bounds: ReadonlyMap<string, Bounds>;
  readonly block: QuerySpecificationContext;
  /** True if the block reads nothing else: all columns that it names are this table's. */
  readonly onlySource: boolean;
  readonly line: number;
}

/** Every table read of a statement. A WITH query that is used twice counts twice, because Athena runs it twice. */
export const tableReads = (tree: Node): TableRead[] => readNode(tree, new Map());

/** The reads of a WITH query, by its name and by the bounds of its columns where it is read. */
type WithQueries = ReadonlyMap<string, (outside: TableRead["bounds"]) => TableRead[]>;

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
    const passed = named.columnAliases() ? [] : passedColumns(named.query());
    const blocks = blocksOf(named.query());
    withQueries.set(nameOf(named.identifier()), (outside) => {
      const bounds = [...outside].filter(([column]) => passed.includes(column));
      return readNode(named.query(), earlier).map((read) =>
        read.onlySource && blocks.includes(read.block)
          ? { ...read, bounds: new Map([...bounds, ...read.bounds]) }
          : read,
      );
    });
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
    const alias = source.identifier();
    const isPlain = hasOwnColumns(source);
    const bounds = isPlain
      ? boundsOf(block, new Set([alias ? nameOf(alias) : name]), tables.length === 1)
      : new Map();
    if (withQuery) return withQuery(tables.length === 1 ? bounds : new Map());
    return [
      {
        table: name,
        ...(schema !== undefined && { schema }),
        bounds,
        block,
        onlySource: sources.length === 1 && isPlain,
        line: lineOf(table),
      },
    ];
  });
  // Derived tables, scalar subqueries, IN and EXISTS.
  const subqueries = childrenOf(block).flatMap((child) => [...outermostQueries(child)]);
  return [...reads, ...subqueries.flatMap((query) => readNode(query, withQueries))];
}

/** Whether the block sees the source's columns under their own names: AS t(a, b) and MATCH_RECOGNIZE give it others. */
const hasOwnColumns = (source: AliasedRelationContext): boolean =>
  source.columnAliases() === null &&
  !(source.parent instanceof PatternRecognitionContext && source.parent.KW_MATCH_RECOGNIZE());

function* outermostQueries(node: Node): Generator<QueryContext> {
  if (node instanceof QueryContext) yield node;
  else for (const child of childrenOf(node)) yield* outermostQueries(child);
}
