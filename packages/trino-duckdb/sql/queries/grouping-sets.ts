import type { GroupByContext, GroupingElementContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { fail } from "../failure";

/** Source: Trino's "analyzer.max-grouping-sets"; the texts are those of its analyzer. */
const MOST_SETS = 2048;
const MOST_INTEGER = 2 ** 31 - 1;

/** Refuses a GROUP BY of too many sets before any of them is made: CUBE has a set for each subset of its columns. */
export function checkGroupingSets(node: GroupByContext): void {
  let count = 1;
  for (const element of node.groupingElement()) {
    count *= setsOf(element);
    const limit = `grouping sets but can contain at most ${MOST_SETS}`;
    if (count > MOST_INTEGER)
      fail("TOO_MANY_GROUPING_SETS", `GROUP BY has more than ${MOST_INTEGER} ${limit}`, node);
    if (count > MOST_SETS) fail("TOO_MANY_GROUPING_SETS", `GROUP BY has ${count} ${limit}`, node);
  }
}

function setsOf(element: GroupingElementContext): number {
  if (element instanceof grammar.CubeContext) return 2 ** element.groupingSet().length;
  if (element instanceof grammar.RollupContext) return element.groupingSet().length + 1;
  if (element instanceof grammar.MultipleGroupingSetsContext) return element.groupingSet().length;
  return 1;
}
