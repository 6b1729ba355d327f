import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A saved report as Athena shows it in its console. */
export interface SavedReport {
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

/** Every `sql/<feed>/<report>.sql`, in path order. */
export function savedReports(root: string): SavedReport[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql"))
    .sort()
    .map((path) => readReport(path, readFileSync(join(root, path), "utf8")));
}

export function readReport(path: string, text: string): SavedReport {
  const header: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, key = "", value = ""] = /^-- (name|description): (.+?)\s*$/.exec(line) ?? [];
    if (!line.startsWith("--")) break;
    if (key !== "") header[key] = header[key] === undefined ? value : `${header[key]} ${value}`;
  }
  const { name, description } = header;
  if (name !== basename(path, ".sql") || description === undefined)
    throw new Error(
      `sql/${path}: the header needs "-- name: ${basename(path, ".sql")}" and a "-- description: …"`,
    );
  return { name, description, text };
}
