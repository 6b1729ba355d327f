import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkPlaceholders } from "./bind";
import { ReportFileError } from "./errors";
import { eachFeed, feedNamed, knownFeeds } from "./feeds";
import { readHeader } from "./header";
import type { Report } from "./model";

export const reportsFolder = join(__dirname, "..");

/** Ids of all saved reports: paths below the folder, without .sql. */
export function reportIds(folder = reportsFolder): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql"))
    .map((path) => path.replaceAll("\\", "/").slice(0, -".sql".length))
    .sort();
}

export function loadReport(id: string, folder = reportsFolder): Report {
  const path = join(folder, `${id}.sql`);
  return parseReport(relative(join(folder, ".."), path), id, readFileSync(path, "utf8"));
}

export function parseReport(file: string, id: string, text: string): Report {
  const report = readHeader(file, id, text);
  if (report.feed !== eachFeed && !feedNamed(report.feed)) {
    const known = [...knownFeeds().map((feed) => feed.name), eachFeed];
    throw new ReportFileError(file, 1, `unknown feed "${report.feed}"; known: ${known.join(", ")}`);
  }
  checkPlaceholders(report);
  return report;
}
