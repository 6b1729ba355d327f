import { UsageError } from "../../tools/kit/errors";
import { parsed, parseOptions } from "../../tools/kit/options";
import type { Context } from "../context";
import { costText } from "../plan/units";
import { type RenderInput, rowsOf } from "../render/model";
import { Ledger, type LedgerEntry, monthOf, totalCost } from "../run/ledger";
import { sharedOptions } from "../run/options";
import { listOptions, writeList } from "./list";

export const historyOptions = {
  ...sharedOptions,
  ...listOptions,
  month: parsed(
    "MONTH",
    "the month to show (default: this one)",
    (text) => (/^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? text : undefined),
    "a month such as 2026-03",
  ),
  budget: parsed(
    "USD",
    "sets the monthly budget",
    (text) => (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
    "US dollars a month, such as 5 or 0.50",
  ),
};

/** `history [--month 2026-03] [--env e] [--format table|json] [--budget 5]`: the queries of a month and their cost. */
export async function history(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, historyOptions);
  if (positionals.length > 0) throw new UsageError(`history takes no argument "${positionals[0]}"`);
  const { env, dir, format, budget, month = monthOf(context.now()) } = values;
  const ledger = new Ledger(env, dir ?? context.stateDir);
  if (budget !== undefined) {
    await ledger.setBudget(budget);
    await context.stderr.write(`budget of ${env}: ${costText(budget)} a month\n`);
    return 0;
  }
  const entries = await ledger.month(month);
  await writeList(summarize(entries), format, context);
  const limit = await ledger.budget();
  const limitText = limit === undefined ? "no budget set" : `of a budget of ${costText(limit)}`;
  const total = costText(totalCost(entries));
  await context.stderr.write(`${month}, ${env}: ${entries.length} queries, ${total}, ${limitText}\n`);
  return 0;
}

function summarize(entries: readonly LedgerEntry[]): RenderInput {
  const reports = [...new Set(entries.map(({ report }) => report))].sort();
  const rows = reports.map((report) => {
    const runs = entries.filter((entry) => entry.report === report);
    const sum = (amount: (entry: LedgerEntry) => number): string =>
      String(runs.reduce((total, entry) => total + amount(entry), 0));
    return [
      report,
      String(runs.length),
      String(runs.filter(({ state }) => state !== "SUCCEEDED").length),
      sum(({ scannedBytes }) => scannedBytes),
      sum(({ billedBytes }) => billedBytes),
      sum(({ costUsd }) => costUsd),
      runs.at(-1)?.at.replace("T", " ").replace("Z", "") ?? null,
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
    rows: rowsOf(rows),
  };
}
