import type { SortItemContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { fail, type Node } from "../failure";
import { pathOf } from "../names";

/** ORDER BY 2: the position of an output column, from 0. */
export function ordinal(node: { getText(): string } & Node, count: number): number | undefined {
  const match = /^(\d+)(?:asc|desc)?(?:nulls(?:first|last))?$/i.exec(node.getText());
  if (!match) return undefined;
  const position = Number(match[1]);
  if (position < 1 || position > count)
    fail("INVALID_COLUMN_REFERENCE", `Position ${position} is not in select list`, node);
  return position - 1;
}

/** The name, if the item is just a name. */
export const nameOnly = (item: SortItemContext): string | undefined => {
  const name = item.columnRef()?.qualifiedName();
  const path = name ? pathOf(name) : [];
  if (path.length === 1) return path[0];
  const text = item.expression()?.getText();
  return text !== undefined && /^[a-z_]\w*$/i.test(text) ? text.toLowerCase() : undefined;
};
