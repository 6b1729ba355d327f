import type { Report } from "../../sql/library/model";
import { optionName } from "../../sql/library/values";
import { UsageError } from "../../tools/kit/errors";
import { parseOptions } from "../../tools/kit/options";
import type { Context } from "../context";
import { sharedOptions } from "../run/options";
import { findReport } from "./find-report";

/** `show <name>`: description, parameters, columns and query of a report. */
export async function show(args: readonly string[], { stdout, reports }: Context): Promise<number> {
  const { positionals } = parseOptions(args, sharedOptions);
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new UsageError("show takes the name of one report");
  const report = findReport(name, reports);
  const query = report.sql.replace(/^/gm, "  ");
  await stdout.write(`${describeReport(report)}\nQuery (${report.file})\n${query}\n`);
  return 0;
}

/** Also the text of `<name> --help`. */
export function describeReport(report: Report): string {
  const params = report.params.map((param) => {
    const facts = [
      param.oneOf ? param.oneOf.join("|") : param.type,
      ...(param.min !== undefined ? [`from ${param.min}`] : []),
      ...(param.max !== undefined ? [`to ${param.max}`] : []),
      `default ${param.default || "empty"}`,
    ];
    return `  --${optionName(param.name).padEnd(14)} ${param.doc} (${facts.join(", ")})\n`;
  });
  const columns = report.columns.map(
    ({ name, type, doc, unit }) =>
      `  ${name.padEnd(22)} ${type.padEnd(10)} ${doc}${unit ? ` (${unit})` : ""}\n`,
  );
  return [
    `${report.id}: ${report.title}\n\n${report.description}\n`,
    params.length > 0 ? `\nParameters\n${params.join("")}` : "",
    `\nColumns\n${columns.join("")}`,
    report.notes.length > 0 ? `\nNotes\n${report.notes.map((note) => `  ${note}\n`).join("")}` : "",
  ].join("");
}
