import { findReport } from "../../sql/library/library";
import type { Report } from "../../sql/library/model";
import { optionName } from "../../sql/library/values";
import { UsageError } from "../../tools/kit/errors";
import { parse } from "../arguments";
import type { Surroundings } from "../surroundings";

/** `show <name>`: what it tells, its parameters and columns, and its query. */
export async function show(args: readonly string[], { stdout, reports }: Surroundings): Promise<number> {
  const { positionals } = parse(args, {});
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new UsageError("show takes one report's name");
  const report = findReport(name, reports);
  await stdout.write(
    `${describeReport(report)}\nQuery (${report.file})\n${report.sql.replace(/^/gm, "  ")}\n`,
  );
  return 0;
}

/** Also what `<name> --help` prints. */
export function describeReport(report: Report): string {
  const params = report.params.map((param) => {
    const bounds = [
      ...(param.oneOf ? [param.oneOf.join("|")] : [param.type]),
      ...(param.min !== undefined ? [`from ${param.min}`] : []),
      ...(param.max !== undefined ? [`to ${param.max}`] : []),
      `default ${param.default || "empty"}`,
    ];
    return `  --${optionName(param.name).padEnd(14)} ${param.doc} (${bounds.join(", ")})\n`;
  });
  const columns = report.columns.map(
    (column) =>
      `  ${column.name.padEnd(22)} ${column.type.padEnd(10)} ${column.doc}${column.unit ? ` (${column.unit})` : ""}\n`,
  );
  return [
    `${report.id}: ${report.title}\n\n${report.description}\n`,
    params.length > 0 ? `\nParameters\n${params.join("")}` : "",
    `\nColumns\n${columns.join("")}`,
    report.notes.length > 0 ? `\nNotes\n${report.notes.map((note) => `  ${note}\n`).join("")}` : "",
  ].join("");
}
