import { loadReport, reportIds } from "../../sql/library/library";
import { optionName } from "../../sql/library/values";
import { UsageError } from "../../tools/kit/errors";
import { choice, parseOptions } from "../../tools/kit/options";
import type { Context } from "../context";
import { json } from "../render/json";
import { type RenderInput, rowsOf } from "../render/model";
import { table } from "../render/table";
import { terminalOf } from "../run/delivery";
import { sharedOptions } from "../run/options";

export const listOptions = { format: choice("NAME", "table (default) or json", ["table", "json"]) };

/** `list [--format table|json]`. Accepts --env and --dir as every command does; the reports do not depend on them. */
export async function list(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...sharedOptions, ...listOptions });
  if (positionals.length > 0) throw new UsageError(`list takes no argument "${positionals[0]}"`);
  const reports = reportIds(context.reports).map((id) => loadReport(id, context.reports));
  const rows = reports.map(({ id, title, params }) => [
    id,
    title,
    params.map((param) => `--${optionName(param.name)} ${param.default || '""'}`).join(" "),
  ]);
  const columns = ["report", "title", "parameters"].map((name) => ({ name, type: "varchar" }));
  const input = { title: "Reports", description: "", columns, rows: rowsOf(rows) };
  await writeList(input, values.format, context);
  return 0;
}

export async function writeList(
  input: RenderInput,
  format: "table" | "json" | undefined,
  { stdout }: Context,
): Promise<void> {
  for await (const piece of format === "json" ? json(input) : table(input, terminalOf(stdout)))
    await stdout.write(piece);
}
