import { flatten, type Part, renderAll } from "./expr";
import { fail, type Node, notSupported } from "./failure";
import { compileQuery } from "./queries/environment";
import { queryCompilers } from "./queries/query";
import { isQuestionMark, type QueryTree, treeOf } from "./query-tree";
import { type Scan, type Session, type TableSource, type TypedRead, typedReadSql } from "./session";
import { MOST_NAMES, withinStack } from "./size";
import type { ParsedQuery } from "./statements";
import { quoteName, type Type } from "./types";

export interface CompiledQuery<T extends TableSource = TableSource> {
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
  readonly scans: readonly Scan<T>[];
  /**
   * Fixes the query's SQL except for its scans, and disables the typed reads and hidden columns that it does not use. Call it
   * once, after the flags of all scans are set and before the scans are bound. Optional if no flag is set.
   */
  settle(): void;
  /** The DuckDB SQL. Every scan must be bound. */
  render(): string;
}

export interface CompileOptions<T extends TableSource = TableSource>
  extends Pick<Session, "catalog" | "schema" | "now" | "user"> {
  /** Finds a table or view; throws a QueryFailure if there is none. */
  readonly lookup: (catalog: string, schema: string, name: string, node: Node) => T;
  /** Values for the question marks, as SQL texts. */
  readonly parameters?: readonly string[];
}

/** Compiles a query to DuckDB SQL over scans of the tables it reads. */
export const compile = <T extends TableSource>(
  query: ParsedQuery,
  options: CompileOptions<T>,
): CompiledQuery<T> =>
  withinStack("STACK_OVERFLOW", "during analysis", () => compileTree(treeOf(query), options));

function compileTree<T extends TableSource>(tree: QueryTree, options: CompileOptions<T>): CompiledQuery<T> {
  let serial = 0;
  const node = tree.root.query();
  const positions = tree.mayHaveQuestionMarks ? questionMarks(node) : new Map<Node, number>();
  const given = options.parameters?.length ?? 0;
  // Athena ignores values for a statement without question marks.
  if (positions.size > 0 && positions.size !== given)
    fail(
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${positions.size} but found ${given}`,
      node,
    );
  const session: Session = {
    ...options,
    scans: [],
    finishers: [],
    parameters: { values: options.parameters ?? [], position: (mark) => positions.get(mark) },
    unique: (prefix) => {
      // Views that read views twice each double the query with every level.
      if (++serial > MOST_NAMES)
        notSupported(
          `a query with more than ${MOST_NAMES} columns and relations, counting those of its views,`,
        );
      return `${prefix}${serial}`;
    },
  };
  const compiled = compileQuery(node, {
    session,
    outer: undefined,
    commonTables: new Map(),
    compilers: queryCompilers,
  });
  for (const finish of [...session.finishers].reverse()) finish();
  let parts = compiled.parts;
  return {
    columns: compiled.columns.map(({ name, column }, i) => ({ name: name ?? `_col${i}`, type: column.type })),
    // Every table of a scan is one that `lookup` returned.
    scans: session.scans as Scan<T>[],
    settle: () => {
      parts = flatten(parts);
      settleScans(session.scans, parts);
    },
    render: () => renderAll(parts),
  };
}

/** A column of a file is read once: as one type, or as text. The path of each row is selected only where it is read. */
function settleScans(scans: readonly Scan[], parts: readonly Part[]): void {
  const text = parts.filter((part) => typeof part === "string").join("");
  const shortcuts = new Set(
    parts.map((part) => (typeof part === "object" && "shortcut" in part ? part.shortcut?.() : undefined)),
  );
  for (const scan of scans) {
    scan.readsPath = text.includes(`${scan.alias}.${quoteName("$path")}`);
    const reads = [...scan.typedReads.values()];
    const used = reads.filter((read) => read.enabled && shortcuts.has(typedReadSql(scan, read)));
    const isInText = ({ name }: TypedRead) => text.includes(`${scan.alias}.${quoteName(name)}`);
    const isOnlyUse = (read: TypedRead) =>
      used.filter(({ name }) => name === read.name).length === 1 && !isInText(read);
    for (const read of reads) {
      read.enabled = used.includes(read) && isOnlyUse(read);
      read.needsText = isInText(read) || (used.includes(read) && !read.enabled);
    }
  }
}

/** The question marks of a query in the order they are written. */
function questionMarks(root: object): Map<Node, number> {
  const found = new Map<Node, number>();
  const visit = (node: object): void => {
    if (isQuestionMark(node)) found.set(node, found.size);
    for (const child of (node as { children?: object[] | null }).children ?? []) visit(child);
  };
  visit(root);
  return found;
}
