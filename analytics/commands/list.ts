import { loadReport, reportIds } from "../../sql/library/library";
import { optionName } from "../../sql/library/values";
import { UsageError } from "../../tools/kit/errors";
import { parse } from "../arguments";
import { json } from "../render/json";
import { table } from "../render/table";
import type { Surroundings } from "../surroundings";
import { terminalOf } from "./deliver";

/** `list [--format table|json]` */
export async function list(args: readonly string[], { stdout, reports }: Surroundings): Promise<number> {
  const { given, positionals } = parse(args, { format: { type: "string" } });
  const format = given.format ?? "table";
  if (positionals.length > 0) throw new UsageError(`list takes no "${positionals[0]}"`);
  if (format !== "table" && format !== "json")
    throw new UsageError(`list knows the formats table and json, not "${format}"`);
  const all = reportIds(reports).map((id) => loadReport(id, reports));
  const input = {
    title: "Reports",
    description: "",
    columns: ["report", "title", "parameters"].map((name) => ({ name, type: "varchar" })),
    rows: rowsOf(
      all.map((report) => [
        report.id,
        report.title,
        report.params.map((param) => `--${optionName(param.name)} ${param.default || '""'}`).join(" "),
      ]),
    ),
  };
  for await (const piece of format === "json" ? json(input) : table(input, terminalOf(stdout)))
    await stdout.write(piece);
  return 0;
}

async function* rowsOf(rows: string[][]): AsyncGenerator<string[][]> {
  yield rows;
}
