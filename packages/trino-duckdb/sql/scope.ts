import type { Column } from "./expr";
import { fail, type Node } from "./failure";

/** A column that the statement can refer to as [[catalog.]schema.]relation.column. */
export interface Field {
  /** Innermost last: ["awsdatacatalog", "db", "t"] or ["alias"]. */
  readonly qualifier: readonly string[];
  /** Undefined for a column without a name. */
  readonly name?: string;
  readonly column: Column;
  /** The table's hidden column "$path", which * does not include. */
  readonly file?: Column;
}

export interface Scope {
  readonly fields: readonly Field[];
  readonly parent?: Scope;
}

/** Resolves a column name, innermost scope first; undefined if no scope has it. */
export function resolve(scope: Scope | undefined, path: readonly string[], node: Node): Field | undefined {
  for (let at = scope; at; at = at.parent) {
    const matches = at.fields.filter((field) => named(field, path));
    if (matches.length > 1) fail("AMBIGUOUS_NAME", `Column '${path.join(".")}' is ambiguous`, node);
    if (matches[0]) return matches[0];
    const hidden = path.at(-1) === "$path" ? fileOf(at, path.slice(0, -1), node) : undefined;
    if (hidden) return hidden;
  }
  return undefined;
}

function fileOf(scope: Scope, qualifier: readonly string[], node: Node): Field | undefined {
  const files = scope.fields.filter((field) => field.file && endsWith(field.qualifier, qualifier));
  const tables = new Set(files.map((field) => field.file?.sql));
  if (tables.size > 1) fail("AMBIGUOUS_NAME", "Column '$path' is ambiguous", node);
  const [field] = files;
  return field?.file && { qualifier: field.qualifier, name: "$path", column: field.file };
}

export function named(field: Field, path: readonly string[]): boolean {
  return field.name === path[path.length - 1] && endsWith(field.qualifier, path.slice(0, -1));
}

export function endsWith(qualifier: readonly string[], suffix: readonly string[]): boolean {
  const offset = qualifier.length - suffix.length;
  return offset >= 0 && suffix.every((part, i) => qualifier[offset + i] === part);
}
