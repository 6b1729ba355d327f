import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { QueryExecution } from "@aws-sdk/client-athena";
import { STATE_DIRECTORY } from "../../tools/kit/connect";
import { Failure, Refusal } from "../../tools/kit/errors";
import { billedBytes, costOf } from "../plan/prices";
import { costText } from "../plan/units";

export interface LedgerEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly report: string;
  readonly query: string;
  readonly state: string;
  readonly scannedBytes: number;
  readonly billedBytes: number;
  readonly costUsd: number;
  readonly milliseconds: number;
}

interface BudgetFile {
  readonly monthlyBudgetUsd?: number;
}

/** Other users of the machine must not read what was queried. */
const PRIVATE = { mode: 0o600 };

/** The cost of each query of an environment, a line each in a file of this machine, and the monthly budget. */
export class Ledger {
  readonly #entries: string;
  readonly #budget: string;

  constructor(env: string, stateDir = STATE_DIRECTORY) {
    this.#entries = join(stateDir, "ledger", `${env}.ndjson`);
    this.#budget = join(stateDir, "ledger", `${env}.json`);
  }

  async add(report: string, execution: QueryExecution, region: string, now: number): Promise<void> {
    const reused = execution.Statistics?.ResultReuseInformation?.ReusedPreviousResult === true;
    const scannedBytes = reused ? 0 : (execution.Statistics?.DataScannedInBytes ?? 0);
    const entry: LedgerEntry = {
      at: new Date(now).toJSON(),
      report,
      query: execution.QueryExecutionId ?? "",
      state: execution.Status?.State ?? "",
      scannedBytes,
      billedBytes: billedBytes(scannedBytes),
      costUsd: costOf(scannedBytes, region),
      milliseconds: execution.Statistics?.TotalExecutionTimeInMillis ?? 0,
    };
    await mkdir(dirname(this.#entries), { recursive: true, mode: 0o700 });
    await appendFile(this.#entries, `${JSON.stringify(entry)}\n`, PRIVATE);
  }

  /** Entries of a month such as "2026-03". Skips a line that a crash cut off. */
  async month(month: string): Promise<LedgerEntry[]> {
    const text = await readOr(this.#entries, "");
    return text.split("\n").flatMap((line) => {
      try {
        const entry = JSON.parse(line) as LedgerEntry;
        return entry.at.startsWith(month) ? [entry] : [];
      } catch {
        return [];
      }
    });
  }

  async budget(): Promise<number | undefined> {
    const text = await readOr(this.#budget, "{}");
    try {
      return (JSON.parse(text) as BudgetFile).monthlyBudgetUsd;
    } catch {
      throw new Failure(`${this.#budget} is not JSON: correct it or delete it`);
    }
  }

  async setBudget(monthlyBudgetUsd: number): Promise<void> {
    await mkdir(dirname(this.#budget), { recursive: true, mode: 0o700 });
    await writeFile(this.#budget, `${JSON.stringify({ monthlyBudgetUsd } satisfies BudgetFile)}\n`, PRIVATE);
  }

  /** Refuses a query that would exceed the month's budget. Returns a warning from 80 % of the budget on. */
  async checkBudget(cost: number, now: number, allowOverBudget: boolean): Promise<string | undefined> {
    const budget = await this.budget();
    if (budget === undefined) return undefined;
    const spent = totalCost(await this.month(monthOf(now)));
    const text = `${costText(spent)} of this month's ${costText(budget)} are spent`;
    if (spent + cost > budget && !allowOverBudget)
      throw new Refusal(
        `refused: ${text} and this query adds about ${costText(cost)}; raise the budget (history --budget) or give --allow-over-budget`,
      );
    return spent + cost > 0.8 * budget ? `budget: ${text}` : undefined;
  }
}

export const monthOf = (now: number): string => new Date(now).toJSON().slice(0, 7);

export const totalCost = (entries: readonly LedgerEntry[]): number =>
  entries.reduce((total, { costUsd }) => total + costUsd, 0);

async function readOr(file: string, absent: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return absent;
    throw error;
  }
}
