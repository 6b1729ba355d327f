import type { Column } from "./expr";
import { fail, type Node } from "./failure";

/** A column as the statement may name it: [catalog, schema,] relation, column. */
export interface Field {
  /** Innermost last: ["awsdatacatalog", "db", "t"] or ["alias"]. */
  readonly qualifier: readonly string[];
  /** Undefined for a column that has no name of its own. */
  readonly name?: string;
  readonly column: Column;
}

export interface Scope {
  readonly fields: readonly Field[];
  readonly parent?: Scope;
}

/** The column a name stands for, innermost scope first; undefined when no scope has it. */
export function resolve(scope: Scope | undefined, path: readonly string[], node: Node): Field | undefined {
  for (let at = scope; at; at = at.parent) {
    const matches = at.fields.filter((field) => named(field, path));
    if (matches.length > 1) fail("AMBIGUOUS_NAME", `Column '${path.join(".")}' is ambiguous`, node);
    if (matches[0]) return matches[0];
  }
  return undefined;
}

export function named(field: Field, path: readonly string[]): boolean {
  return field.name === path[path.length - 1] && endsWith(field.qualifier, path.slice(0, -1));
}

export function endsWith(qualifier: readonly string[], suffix: readonly string[]): boolean {
  const offset = qualifier.length - suffix.length;
  return offset >= 0 && suffix.every((part, i) => qualifier[offset + i] === part);
}
