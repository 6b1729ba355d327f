import type { Table } from "@aws-sdk/client-glue";
import { fail, type Scan } from "../../../../trino-duckdb";
import { type Partition, parseLocation } from "../sources/location";
import type { Objects } from "../sources/objects";
import { type Domain, domainOf } from "./domains";

export const isProjected = (table: Table): boolean =>
  table.Parameters?.["projection.enabled"]?.toLowerCase() === "true";

/**
 * The projected partitions that have objects. Lists the folders under the location template whose names are values of
 * the projected columns, instead of computing all values of the ranges.
 */
export function projectedPartitions(scan: Scan, table: Table, objects: Objects, now: number): Partition[] {
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
  const found: Partition[] = [];
  const walk = (at: string, index: number, values: ReadonlyMap<string, string>): void => {
    const segment = segments[index];
    if (segment === undefined) {
      found.push({ bucket, prefix: at, values: keys.map((key) => values.get(key) ?? null) });
      return;
    }
    if (!segment.includes("${")) {
      walk(`${at}${segment}/`, index + 1, values);
      return;
    }
    const spans = depthOf(segment, domains);
    const pattern = patternOf(segment, domains);
    for (const name of foldersAt(objects, bucket, at, spans)) {
      const match = pattern.expression.exec(name);
      const next = match && bind(pattern.names, match, values, domains);
      if (next) walk(`${at}${name}/`, index + 1, next);
    }
  };
  walk("", 0, new Map());
  return found;
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
  const column = scan.partitionColumns.find(({ name }) => name === key)?.sql ?? "";
  const named = scan.filters.some((filter) =>
    new RegExp(`^\\(*${column.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")} (=|IN) `).test(filter.sql),
  );
  if (!named)
    fail(
      "CONSTRAINT_VIOLATION",
      `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    );
}
