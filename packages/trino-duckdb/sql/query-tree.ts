import type { QueryContext, RootQueryContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { nameOf } from "./names";
import { sourceOf } from "./parse";

/** Implements ParsedQuery. It is apart from it to keep the parser's types out of the package's declarations. */
export class QueryTree {
  constructor(readonly root: RootQueryContext) {}

  get text(): string {
    return sourceOf(this.root);
  }

  tables(): string[][] {
    const found = new Map<string, string[]>();
    const visit = (node: object): void => {
      if (node instanceof grammar.TableRefContext) {
        const path = node.identifier().map(nameOf);
        found.set(path.join("."), path);
      }
      for (const child of (node as { children?: object[] | null }).children ?? []) visit(child);
    };
    visit(this.root);
    return [...found.values()];
  }
}

export function queryNode(query: object): QueryContext {
  if (!(query instanceof QueryTree)) throw new TypeError("The query was not made by parse()");
  return query.root.query();
}
