import type { Table } from "@aws-sdk/client-glue";
import { fail, type KeyPredicate, type Scan } from "../../../../trino-duckdb";
import { type Partition, parseLocation } from "../sources/location";
import type { Objects } from "../sources/objects";
import { type Domain, domainOf } from "./domains";

export const isProjected = (table: Table): boolean =>
  table.Parameters?.["projection.enabled"]?.toLowerCase() === "true";

/** Keeps those folders that may hold partitions of the query, by the values of the known keys; the other values are null. */
type Prune = (folders: readonly Partition[], known: ReadonlySet<string>) => Promise<readonly Partition[]>;

/**
 * The projected partitions that have objects. Lists the folders under the location template whose names are values of
 * the projected columns, instead of computing all values of the ranges.
 */
export async function projectedPartitions(
  scan: Scan,
  table: Table,
  objects: Objects,
  now: number,
  prune: Prune,
): Promise<readonly Partition[]> {
  const parameters = table.Parameters ?? {};
  const keys = scan.table.partitionKeys.map(({ name }) => name);
  const domains = new Map(keys.map((key) => [key, domainOf(key, parameters, now)]));
  for (const [key, domain] of domains) if (domain.injected) checkInjected(scan, key);
  const template = parameters["storage.location.template"] ?? defaultTemplate(table, keys);
  for (const key of keys)
    if (!template.includes(`\${${key}}`))
      fail(
        "INVALID_TABLE_PROPERTY",
        `storage.location.template '${template}' lacks the partition column \${${key}}`,
      );
  const { bucket, prefix } = parseLocation(template, scan.table.name);
  const segments = prefix.split("/").filter((part, i, all) => part !== "" || i < all.length - 1);
  const known = new Set<string>();
  let found: readonly Partition[] = [{ bucket, prefix: "", values: keys.map(() => null) }];
  for (const segment of segments) {
    const names = placeholders(segment);
    if (names.length === 0) {
      found = found.map((folder) => ({ ...folder, prefix: `${folder.prefix}${segment}/` }));
      continue;
    }
    if (known.size > 0) found = await prune(found, known);
    found = found.flatMap((folder) => foldersOf(folder, segment, keys, domains, objects));
    for (const name of names) known.add(name);
  }
  return found;
}

/** The folders in a folder that match a segment of the template, with the values in their names. */
function foldersOf(
  { bucket, prefix, values }: Partition,
  segment: string,
  keys: readonly string[],
  domains: ReadonlyMap<string, Domain>,
  objects: Objects,
): Partition[] {
  const pattern = patternOf(segment, domains);
  const before = new Map(keys.flatMap((key, i) => (values[i] == null ? [] : [[key, values[i]] as const])));
  return foldersAt(objects, bucket, prefix, depthOf(segment, domains)).flatMap((name) => {
    const match = pattern.expression.exec(name);
    const next = match && bind(pattern.names, match, before, domains);
    return next
      ? [{ bucket, prefix: `${prefix}${name}/`, values: keys.map((key) => next.get(key) ?? null) }]
      : [];
  });
}

/** Names of folders `depth` levels down. */
function foldersAt(objects: Objects, bucket: string, prefix: string, depth: number): string[] {
  const names = objects.folders(bucket, prefix);
  return depth === 1
    ? names
    : names.flatMap((name) =>
        foldersAt(objects, bucket, `${prefix}${name}/`, depth - 1).map((rest) => `${name}/${rest}`),
      );
}

/** Values with slashes, such as dates in yyyy/MM/dd, span several folders. */
const depthOf = (segment: string, domains: ReadonlyMap<string, Domain>): number =>
  1 + placeholders(segment).reduce((sum, key) => sum + (domains.get(key)?.slashes ?? 0), 0);

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\$\{([^}]+)\}/g)].map((match) => (match[1] ?? "").toLowerCase());

function patternOf(
  segment: string,
  domains: ReadonlyMap<string, Domain>,
): { expression: RegExp; names: readonly string[] } {
  const names = placeholders(segment);
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pieces = segment.split(/\$\{[^}]+\}/).map(literal);
  const groups = names.map((key) => ((domains.get(key)?.slashes ?? 0) > 0 ? "(.+)" : "([^/]+)"));
  return {
    names,
    expression: new RegExp(`^${pieces.map((piece, i) => piece + (groups[i] ?? "")).join("")}$`),
  };
}

function bind(
  names: readonly string[],
  match: RegExpExecArray,
  before: ReadonlyMap<string, string>,
  domains: ReadonlyMap<string, Domain>,
): Map<string, string> | undefined {
  const values = new Map(before);
  for (const [i, name] of names.entries()) {
    const value = match[i + 1] ?? "";
    if (values.has(name) ? values.get(name) !== value : !domains.get(name)?.has(value)) return undefined;
    values.set(name, value);
  }
  return values;
}

const defaultTemplate = (table: Table, keys: readonly string[]): string =>
  `${(table.StorageDescriptor?.Location ?? "").replace(/\/$/, "")}/${keys.map((key) => `${key}=\${${key}}/`).join("")}`;

/** The query must compare an injected column with constants. */
function checkInjected(scan: Scan, key: string): void {
  const { sql: column = "", type } = scan.partitionColumns.find(({ name }) => name === key) ?? {};
  const isText = type?.kind === "varchar" && type.length === undefined;
  const isNamed = ({ comparison, sql }: KeyPredicate): boolean =>
    isText
      ? comparison?.column === key && comparison.operator === "="
      : sql.startsWith(`(${column} = `) || sql.startsWith(`(${column} IN (`);
  if (!scan.filters.some(({ predicates }) => predicates.some(isNamed)))
    fail(
      "CONSTRAINT_VIOLATION",
      `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    );
}
