import { ReportFileError } from "./errors";

/** Lines between these two are repeated for every feed and joined by UNION ALL. */
const open = /^\s*-- each feed\s*$/;
const close = /^\s*-- end feed\s*$/;

export interface Part {
  readonly each: boolean;
  readonly text: string;
  /** Line of the query it begins at, from 1. */
  readonly line: number;
}

export function partsOf(file: string, headerLines: number, sql: string): Part[] {
  const parts: { each: boolean; lines: string[]; line: number }[] = [{ each: false, lines: [], line: 1 }];
  sql.split("\n").forEach((text, index) => {
    const current = parts.at(-1);
    const fail = (problem: string) => new ReportFileError(file, headerLines + index + 1, problem);
    if (open.test(text)) {
      if (current?.each) throw fail('"-- each feed" inside another');
      parts.push({ each: true, lines: [], line: index + 2 });
    } else if (close.test(text)) {
      if (!current?.each) throw fail('"-- end feed" without "-- each feed"');
      parts.push({ each: false, lines: [], line: index + 2 });
    } else current?.lines.push(text);
  });
  const last = parts.at(-1);
  if (last?.each)
    throw new ReportFileError(file, headerLines + last.line - 1, '"-- each feed" without "-- end feed"');
  return parts.map(({ each, lines, line }) => ({ each, text: lines.join("\n"), line }));
}
