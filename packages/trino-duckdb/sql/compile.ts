import type { QueryContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { renderAll } from "./expr";
import { fail, type Node } from "./failure";
import { compileQuery } from "./queries/query";
import type { Scan, Session, TableSource } from "./session";
import type { Type } from "./types";

export interface CompiledQuery<Table extends TableSource = TableSource> {
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  readonly scans: readonly Scan<Table>[];
  /** The DuckDB SQL, once every scan is bound. */
  readonly render: () => string;
}

/** What a caller knows; the rest of a session begins empty. */
export type CompileOptions<Table extends TableSource = TableSource> = Pick<
  Session,
  "catalog" | "schema" | "now" | "user"
> & {
  readonly lookup: (...name: Parameters<Session["lookup"]>) => Table;
  readonly parameters?: readonly string[];
};

export function compile<Table extends TableSource>(
  query: QueryContext,
  options: CompileOptions<Table>,
): CompiledQuery<Table> {
  let serial = 0;
  const positions = questionMarks(query);
  const given = options.parameters?.length ?? 0;
  // Values for a statement without question marks go unnoticed.
  if (positions.size > 0 && positions.size !== given)
    fail(
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${positions.size} but found ${given}`,
      query,
    );
  const session: Session = {
    ...options,
    scans: [],
    finishers: [],
    parameters: { values: options.parameters ?? [], position: (node) => positions.get(node) },
    unique: (prefix) => `${prefix}${++serial}`,
  };
  const compiled = compileQuery(query, { session, outer: undefined, commons: new Map() });
  for (const finish of [...session.finishers].reverse()) finish();
  return {
    columns: compiled.columns.map(({ name, column }, i) => ({ name: name ?? `_col${i}`, type: column.type })),
    // `lookup` is the only source of the tables that scans name.
    scans: session.scans as Scan<Table>[],
    render: () => renderAll(compiled.parts),
  };
}

/** The question marks of a statement in the order of their writing. */
function questionMarks(root: object): Map<Node, number> {
  const found = new Map<Node, number>();
  const visit = (node: object): void => {
    if (
      node instanceof grammar.ParameterContext ||
      (node instanceof grammar.RowCountContext && node.QUESTION_MARK())
    )
      found.set(node, found.size);
    for (const child of (node as { children?: object[] | null }).children ?? []) visit(child);
  };
  visit(root);
  return found;
}
