import { TableRefContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { nameOf } from "../../../../trino-duckdb/sql/names";

/** Every table name in a statement; names of common table expressions are among them, and may not exist. */
export function tableNames(root: object): string[][] {
  const found = new Map<string, string[]>();
  const visit = (node: object): void => {
    if (node instanceof TableRefContext) {
      const path = node.identifier().map(nameOf);
      found.set(path.join("."), path);
    }
    for (const child of (node as { children?: object[] | null }).children ?? []) visit(child);
  };
  visit(root);
  return [...found.values()];
}
