import type { FeedDefinition } from "../../data/feeds";
import { type Part, partsOf } from "./each";
import { ReportFileError } from "./errors";
import { eachFeed, feedNamed, feedProperties, type NewestDays } from "./feeds";
import type { Report } from "./model";
import { lineOf, tokenize } from "./tokens";
import { propertiesOf, type Value } from "./values";
import { keepInWhere, type Placed } from "./where";
import { windowPredicate, windowProperties } from "./window";

export function bind(
  report: Report,
  values: ReadonlyMap<string, Value>,
  feeds: readonly FeedDefinition[],
  newestDays?: NewestDays,
): Placed {
  const parameters: string[] = [];
  const reportFeed = feedNamed(report.feed);
  const render = (text: string, feed: FeedDefinition | undefined): string =>
    tokenize(text)
      .map((token) => {
        if (token.kind === "text") return token.text;
        if (token.kind === "window") {
          if (!report.window) throw new Error(`${report.file}: {window} without "-- window: …"`);
          return render(windowPredicate(report.window, token.property, text, token.at), feed);
        }
        if (token.kind === "feed") {
          const property = feedProperties[token.property];
          if (!feed || !property) throw new Error(`${report.file}: no feed for {feed.${token.property}}`);
          return property(feed, newestDays);
        }
        const literal = values.get(token.name)?.literals[token.property];
        if (literal === undefined) throw new Error(`${report.file}: no value for :${token.name}`);
        parameters.push(literal);
        return "?";
      })
      .join("");
  const body = partsOf(report.file, report.headerLines, report.sql)
    .map((part) =>
      part.each
        ? feeds.map((feed) => render(part.text, feed)).join("\nUNION ALL\n")
        : render(part.text, reportFeed),
    )
    .join("\n");
  return keepInWhere(`-- ${report.id}\n${body.trim()}`, parameters);
}

export const usesNewestDay = (report: Report): boolean =>
  tokenize(report.sql).some((token) => token.kind === "feed" && token.property === "newest");

/** `file:line` of a line of the bound query. Lines repeated for each feed have no single line in the file. */
export function placeInFile(report: Report, queryLine: number): string {
  if (report.feed === eachFeed) return report.file;
  // The bound query begins with one line that the file does not have.
  let line = queryLine - 1;
  for (const token of tokenize(report.sql)) {
    const first = lineOf(report.sql, token.at);
    if (token.kind === "window" && line > first)
      line = Math.max(first, line - (windowProperties[token.property] ?? 1) + 1);
  }
  return `${report.file}:${report.headerLines + line}`;
}

/** Checks that every placeholder is known and that every declared parameter is used. */
export function checkPlaceholders(report: Report): void {
  const used = new Set<string>();
  for (const part of partsOf(report.file, report.headerLines, report.sql)) {
    const fail = (at: number, problem: string) =>
      new ReportFileError(report.file, report.headerLines + part.line - 1 + lineOf(part.text, at), problem);
    checkPart(report, part, used, fail);
  }
  for (const param of report.params)
    if (!used.has(param.name))
      throw new ReportFileError(
        report.file,
        param.line,
        `the parameter "${param.name}" is declared but not used`,
      );
}

function checkPart(
  report: Report,
  { each, text }: Part,
  used: Set<string>,
  fail: (at: number, problem: string) => ReportFileError,
): void {
  for (const token of tokenize(text)) {
    if (token.kind === "text") continue;
    const { kind, property, at } = token;
    if (kind === "parameter") {
      const param = report.params.find((declared) => declared.name === token.name);
      if (!param) throw fail(at, `:${token.name} is used but not declared`);
      if (!propertiesOf(param.type).includes(property))
        throw fail(at, `:${token.name} is a ${param.type} and has no .${property}`);
      used.add(token.name);
      continue;
    }
    const known = Object.keys(kind === "feed" ? feedProperties : windowProperties);
    if (!known.includes(property))
      throw fail(at, `{${kind}.${property}} is not known; known: ${known.filter(Boolean).join(", ")}`);
    if (report.feed === eachFeed && !each && (kind === "feed" || property === ""))
      throw fail(at, `{${kind}} is allowed only between "-- each feed" and "-- end feed"`);
    if (kind === "feed") continue;
    if (!report.window) throw fail(at, '{window} needs a header line "-- window: <from> <to>"');
    used.add(report.window.from).add(report.window.to);
  }
}
