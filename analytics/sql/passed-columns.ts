import {
  OverContext,
  QueryContext,
  QueryNoWithContext,
  QuerySpecificationContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { find, type Node, nameOf } from "./parse";

/** The blocks whose rows a query returns: the terms of its UNION, or the only one. */
export const blocksOf = (query: Node): QuerySpecificationContext[] => [
  ...find(query, QuerySpecificationContext, isSubquery),
];

/**
 * Columns that a query returns as its blocks read them, by name. Trino applies a condition on such a column to the tables
 * of the blocks, through UNION and GROUP BY (its optimizer PredicatePushDown: visitUnion, visitAggregation). A LIMIT or a
 * window function must see all rows first.
 */
export function passedColumns(query: Node): readonly string[] {
  const limited = [...find(query, QueryNoWithContext, isSubquery)].some(
    (each) => each.KW_LIMIT() || each.KW_FETCH() || each.KW_OFFSET(),
  );
  const [first = [], ...others] = blocksOf(query).map(columnsOf);
  return limited ? [] : first.filter((name, at) => others.every((columns) => columns[at] === name));
}

/** The texts of a block's columns. One that is no grouping key has none. */
function columnsOf(block: QuerySpecificationContext): string[] {
  const items = block.selectList().selectItem().map(nameOf);
  const keys = block.groupBy()?.groupingElement().map(nameOf);
  const hasWindow = !find(block, OverContext, isSubquery).next().done;
  return items.map((item) => (hasWindow || keys?.includes(item) === false ? "" : item));
}

const isSubquery = (node: Node): boolean => node instanceof QueryContext;
