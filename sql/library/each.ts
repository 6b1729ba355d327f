import { ReportFileError } from "./errors";

/** The lines between these two are repeated for each feed and joined by UNION ALL. */
const open = /^\s*-- each feed\s*$/;
const close = /^\s*-- end feed\s*$/;

export interface Part {
  /** True for the lines that are repeated. */
  readonly each: boolean;
  readonly text: string;
  /** The first line's number in the query, from 1. */
  readonly line: number;
}

export function partsOf(file: string, headerLines: number, sql: string): Part[] {
  const parts: { each: boolean; lines: string[]; line: number }[] = [{ each: false, lines: [], line: 1 }];
  const error = (line: number, problem: string) => new ReportFileError(file, headerLines + line, problem);
  sql.split("\n").forEach((text, index) => {
    const current = parts.at(-1);
    if (open.test(text)) {
      if (current?.each) throw error(index + 1, '"-- each feed" inside another');
      parts.push({ each: true, lines: [], line: index + 2 });
    } else if (close.test(text)) {
      if (!current?.each) throw error(index + 1, '"-- end feed" without "-- each feed"');
      parts.push({ each: false, lines: [], line: index + 2 });
    } else current?.lines.push(text);
  });
  const last = parts.at(-1);
  if (last?.each) throw error(last.line - 1, '"-- each feed" without "-- end feed"');
  return parts.map(({ each, lines, line }) => ({ each, text: lines.join("\n"), line }));
}
