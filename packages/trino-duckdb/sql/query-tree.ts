import type { RootQueryContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import type { Node } from "./failure";
import { nameOf } from "./names";
import { sourceOf } from "./parse";
import { withinStack } from "./size";

/** Read once: as a member of a module, each would be looked up for every node. */
const { FilterContext, ParameterContext, QueryNoWithContext, QueryStatementContext } = grammar;
const { RowCountContext, TableRefContext, WhereClauseContext, WithContext } = grammar;

/** Implements ParsedQuery. It is apart from it to keep the parser's types out of the package's declarations. */
export class QueryTree {
  #marked: boolean | undefined;

  constructor(readonly root: RootQueryContext) {}

  get text(): string {
    return sourceOf(this.root);
  }

  get isOrdered(): boolean {
    const query = this.root.query();
    return query instanceof QueryStatementContext && query.queryNoWith().sortItem().length > 0;
  }

  tables(): string[][] {
    const found = new Map<string, string[]>();
    /** `common` are the names of the common table expressions that the node sees. */
    const visit = (node: object, common: ReadonlySet<string>): void => {
      if (node instanceof TableRefContext) {
        const path = node.identifier().map(nameOf);
        const [first = ""] = path;
        if (path.length > 1 || !common.has(first)) found.set(path.join("."), path);
      }
      if (!(node instanceof QueryStatementContext)) {
        for (const child of childrenOf(node)) visit(child, common);
        return;
      }
      const seen = new Set(common);
      for (const named of node.with()?.namedQuery() ?? []) {
        visit(named, seen);
        seen.add(nameOf(named.identifier()));
      }
      visit(node.queryNoWith(), seen);
    };
    withinStack("STACK_OVERFLOW", "during analysis", () => visit(this.root, new Set()));
    return [...found.values()];
  }

  /** A text may have one in a literal or a name. */
  get mayHaveQuestionMarks(): boolean {
    this.#marked ??= this.text.includes("?");
    return this.#marked;
  }

  parameterOutsideWhere(): Node | undefined {
    if (!this.mayHaveQuestionMarks) return undefined;
    return withinStack("STACK_OVERFLOW", "during analysis", () => outsideWhere(this.root, false));
  }
}

export const isQuestionMark = (node: object): node is Node =>
  node instanceof ParameterContext || (node instanceof RowCountContext && node.QUESTION_MARK() !== null);

/** The WHERE of an aggregate's FILTER is not the query's, and a subquery in a WHERE clause has its own. */
function outsideWhere(node: object, inWhere: boolean): Node | undefined {
  if (isQuestionMark(node)) return inWhere ? undefined : node;
  const inside =
    node instanceof WhereClauseContext ||
    (inWhere && !(node instanceof QueryNoWithContext || node instanceof WithContext));
  const parts = node instanceof FilterContext ? [node.whereClause().booleanExpression()] : childrenOf(node);
  for (const part of parts) {
    const found = outsideWhere(part, inside);
    if (found) return found;
  }
  return undefined;
}

const childrenOf = (node: object): readonly object[] =>
  (node as { children?: object[] | null }).children ?? [];

export function treeOf(query: object): QueryTree {
  if (!(query instanceof QueryTree)) throw new TypeError("The query was not made by parse()");
  return query;
}
