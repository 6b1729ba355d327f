import { UsageError } from "../../tools/kit/errors";
import { parse, textOption } from "../arguments";
import { monthOf } from "../ledger/budget";
import { type Entry, type Ledger, ledgerOf } from "../ledger/ledger";
import { costText } from "../plan/units";
import { json } from "../render/json";
import type { RenderInput } from "../render/model";
import { table } from "../render/table";
import type { Surroundings } from "../surroundings";
import { terminalOf } from "./deliver";
import { environmentOf } from "./options";

/** `history [--month 2026-03] [--env e] [--format table|json] [--budget 5]`: what was run, and what it cost. */
export async function history(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { given, positionals } = parse(args, {
    env: { type: "string" },
    dir: { type: "string" },
    month: { type: "string" },
    format: { type: "string" },
    budget: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`history takes no "${positionals[0]}"`);
  const env = environmentOf(given);
  const { stdout, stderr, now } = surroundings;
  const ledger = ledgerOf(given, surroundings, env);
  const budgetText = textOption(given, "budget");
  if (budgetText !== undefined) return setBudget(ledger, budgetText, env, surroundings);
  const month = textOption(given, "month") ?? monthOf(now());
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new UsageError(`--month takes a month such as 2026-03, not "${month}"`);
  const format = textOption(given, "format") ?? "table";
  if (format !== "table" && format !== "json")
    throw new UsageError(`history knows the formats table and json, not "${format}"`);
  const entries = await ledger.month(month);
  const input = summary(entries);
  for await (const piece of format === "json" ? json(input) : table(input, terminalOf(stdout)))
    await stdout.write(piece);
  const total = entries.reduce((sum, entry) => sum + entry.costUsd, 0);
  const budget = await ledger.budget();
  const limit = budget === undefined ? "no budget set" : `of a budget of ${costText(budget)}`;
  await stderr.write(`${month}, ${env}: ${entries.length} queries, ${costText(total)}, ${limit}\n`);
  return 0;
}

async function setBudget(
  ledger: Ledger,
  text: string,
  env: string,
  { stderr }: Surroundings,
): Promise<number> {
  const budget = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || budget <= 0)
    throw new UsageError(`--budget takes US dollars a month, such as 5 or 0.50, not "${text}"`);
  await ledger.setBudget(budget);
  await stderr.write(`budget of ${env}: ${costText(budget)} a month\n`);
  return 0;
}

function summary(entries: readonly Entry[]): RenderInput {
  const reports = [...new Set(entries.map((entry) => entry.report))].sort();
  const sum = (own: readonly Entry[], pick: (entry: Entry) => number): number =>
    own.reduce((total, entry) => total + pick(entry), 0);
  const rows = reports.map((report) => {
    const own = entries.filter((entry) => entry.report === report);
    return [
      report,
      String(own.length),
      String(own.filter((entry) => entry.state !== "SUCCEEDED").length),
      String(sum(own, (entry) => entry.scannedBytes)),
      String(sum(own, (entry) => entry.billedBytes)),
      String(sum(own, (entry) => entry.costUsd)),
      own.at(-1)?.at.replace("T", " ").replace("Z", "") ?? null,
    ];
  });
  return {
    title: "History",
    description: "",
    columns: [
      { name: "report", type: "varchar" },
      { name: "queries", type: "bigint" },
      { name: "not_succeeded", type: "bigint" },
      { name: "scanned_bytes", type: "bigint", unit: "B" },
      { name: "billed_bytes", type: "bigint", unit: "B" },
      { name: "cost_usd", type: "double", unit: "USD", digits: 6 },
      { name: "last_run", type: "timestamp", unit: "UTC" },
    ],
    rows: (async function* () {
      yield rows;
    })(),
  };
}
