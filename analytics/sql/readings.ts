import {
  AliasedRelationContext,
  ColumnReferenceContext,
  DereferenceContext,
  QueryContext,
  QuerySpecificationContext,
  QueryStatementContext,
  SubqueryExpressionContext,
  SubqueryRelationContext,
  TableNameContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type Bounds, boundsOf } from "./bounds";
import { childrenOf, find, lineOf, type Node, nameOf } from "./tree";

/** One table as one query block reads it, with what the block's own WHERE says of its columns. */
export interface Reading {
  readonly table: string;
  /** Of a qualified name. */
  readonly schema?: string;
  readonly bounds: ReadonlyMap<string, Bounds>;
  readonly block: QuerySpecificationContext;
  /** The block reads nothing else, so every column it names is this table's. */
  readonly alone: boolean;
  readonly line: number;
}

/** Every reading of a statement; a WITH query that is named twice is read twice, as Athena does. */
export function readingsIn(tree: Node): Reading[] {
  return readNode(tree, new Map());
}

type Definitions = ReadonlyMap<string, () => Reading[]>;

function readNode(node: Node, definitions: Definitions): Reading[] {
  if (node instanceof QueryStatementContext) return readQuery(node, definitions);
  if (node instanceof QuerySpecificationContext) return readBlock(node, definitions);
  return childrenOf(node).flatMap((child) => readNode(child, definitions));
}

function readQuery(query: QueryStatementContext, outer: Definitions): Reading[] {
  const definitions = new Map(outer);
  for (const named of query.with()?.namedQuery() ?? []) {
    const known = new Map(definitions);
    definitions.set(nameOf(named.identifier()), () => readNode(named.query(), known));
  }
  return readNode(query.queryNoWith(), definitions);
}

function readBlock(block: QuerySpecificationContext, definitions: Definitions): Reading[] {
  const relations = block.relation();
  const sources = relations.flatMap((relation) => [...find(relation, AliasedRelationContext, isQuery)]);
  // UNNEST brings no columns but those its alias names.
  const tables = sources.filter((source) => !/^unnest\(/i.test(source.getText()));
  const own = sources.flatMap((source): Reading[] => {
    const table = source.relationPrimary();
    if (!(table instanceof TableNameContext)) return [];
    const [name = "", schema] = nameOf(table).split(".").reverse();
    const definition = schema === undefined ? definitions.get(name) : undefined;
    if (definition) return definition();
    const alias = source.identifier();
    const bounds = boundsOf(block, new Set([alias ? nameOf(alias) : name]), tables.length === 1);
    return [
      {
        table: name,
        ...(schema !== undefined && { schema }),
        bounds,
        block,
        alone: sources.length === 1,
        line: lineOf(table),
      },
    ];
  });
  // Queries inside this block: derived tables, scalar subqueries, IN and EXISTS.
  const inner = childrenOf(block).flatMap((child) => [...outermostQueries(child)]);
  return [...own, ...inner.flatMap((query) => readNode(query, definitions))];
}

const isQuery = (node: Node): boolean => node instanceof QueryContext;

function* outermostQueries(node: Node): Generator<QueryContext> {
  if (node instanceof QueryContext) yield node;
  else for (const child of childrenOf(node)) yield* outermostQueries(child);
}

/** Columns a block itself names, with their qualifiers; not those of queries inside it. */
export function* columnsIn(
  node: Node,
): Generator<{ readonly node: Node; readonly qualifier?: string; readonly name: string }> {
  if (
    node instanceof QueryContext ||
    node instanceof SubqueryExpressionContext ||
    node instanceof SubqueryRelationContext
  )
    return;
  if (node instanceof DereferenceContext || node instanceof ColumnReferenceContext) {
    const [name = "", qualifier] = nameOf(node).split(".").reverse();
    yield { node, name, ...(qualifier !== undefined && { qualifier }) };
  } else for (const child of childrenOf(node)) yield* columnsIn(child);
}
