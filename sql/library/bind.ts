import type { FeedDefinition } from "../../data/feeds";
import { partsOf } from "./each";
import { ReportFileError } from "./errors";
import { eachFeed, feedNamed, feedProperties } from "./feeds";
import type { Report } from "./model";
import { lineOf, tokenize } from "./tokens";
import { propertiesOf, type Value } from "./values";

/** What Athena is given: a text that no value changes, and a literal for each of its question marks. */
export interface BoundQuery {
  readonly query: string;
  readonly parameters: readonly string[];
}

export function bind(
  report: Report,
  values: ReadonlyMap<string, Value>,
  feeds: readonly FeedDefinition[],
): BoundQuery {
  const parameters: string[] = [];
  const own = feedNamed(report.feed);
  const render = (text: string, feed: FeedDefinition | undefined): string =>
    tokenize(text)
      .map((token) => {
        if (token.kind === "text") return token.text;
        if (token.kind === "feed") {
          const property = feedProperties[token.property];
          if (!feed || !property)
            throw new Error(`${report.file}: {feed.${token.property}} has no feed to stand for`);
          return property(feed);
        }
        const literal = values.get(token.name)?.literals[token.property];
        if (literal === undefined) throw new Error(`${report.file}: no value for :${token.name}`);
        parameters.push(literal);
        return "?";
      })
      .join("");
  const body = partsOf(report.file, report.headerLines, report.sql)
    .map((part) =>
      part.each ? feeds.map((feed) => render(part.text, feed)).join("\nUNION ALL\n") : render(part.text, own),
    )
    .join("\n");
  return { query: `-- ${report.id}\n${body.trim()}`, parameters };
}

/** Every parameter used is declared with that property, and every one declared is used. */
export function checkPlaceholders(report: Report): void {
  const used = new Set<string>();
  for (const part of partsOf(report.file, report.headerLines, report.sql))
    for (const token of tokenize(part.text)) {
      if (token.kind === "text") continue;
      const line = report.headerLines + part.line - 1 + lineOf(part.text, token.at);
      if (token.kind === "feed") {
        if (!part.each && report.feed === eachFeed)
          throw new ReportFileError(
            report.file,
            line,
            '{feed} stands between "-- each feed" and "-- end feed"',
          );
        if (!Object.hasOwn(feedProperties, token.property))
          throw new ReportFileError(
            report.file,
            line,
            `{feed.${token.property}} is not known; known: ${Object.keys(feedProperties).filter(Boolean).join(", ")}`,
          );
        continue;
      }
      const param = report.params.find((declared) => declared.name === token.name);
      if (!param) throw new ReportFileError(report.file, line, `:${token.name} is used but not declared`);
      if (!propertiesOf(param.type).includes(token.property))
        throw new ReportFileError(
          report.file,
          line,
          `:${token.name} is a ${param.type} and has no .${token.property}`,
        );
      used.add(token.name);
    }
  for (const param of report.params)
    if (!used.has(param.name))
      throw new ReportFileError(
        report.file,
        param.line,
        `the parameter "${param.name}" is declared but not used`,
      );
}
