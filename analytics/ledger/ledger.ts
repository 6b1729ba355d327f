import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { QueryExecution } from "@aws-sdk/client-athena";
import { Failure } from "../../tools/kit/errors";
import { type Given, textOption } from "../arguments";
import { billedBytes, costOf } from "../plan/prices";

export interface Entry {
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

interface Settings {
  readonly monthlyBudgetUsd?: number;
}

/** What the queries of one environment cost: a line each, in a file of this machine. */
export class Ledger {
  readonly #file: string;
  readonly #settings: string;

  constructor(stateDir: string, env: string) {
    this.#file = join(stateDir, "ledger", `${env}.ndjson`);
    this.#settings = join(stateDir, "ledger", `${env}.json`);
  }

  async add(report: string, execution: QueryExecution, region: string, now: number): Promise<void> {
    const reused = execution.Statistics?.ResultReuseInformation?.ReusedPreviousResult === true;
    const scannedBytes = reused ? 0 : (execution.Statistics?.DataScannedInBytes ?? 0);
    const entry: Entry = {
      at: new Date(now).toJSON(),
      report,
      query: execution.QueryExecutionId ?? "",
      state: execution.Status?.State ?? "",
      scannedBytes,
      billedBytes: billedBytes(scannedBytes),
      costUsd: costOf(scannedBytes, region),
      milliseconds: execution.Statistics?.TotalExecutionTimeInMillis ?? 0,
    };
    await mkdir(dirname(this.#file), { recursive: true });
    await appendFile(this.#file, `${JSON.stringify(entry)}\n`);
  }

  /** Of one month, "2026-03". A line cut short by a crash is passed over. */
  async month(month: string): Promise<Entry[]> {
    const text = await readOr(this.#file, "");
    return text.split("\n").flatMap((line) => {
      try {
        const entry = JSON.parse(line) as Entry;
        return entry.at.startsWith(month) ? [entry] : [];
      } catch {
        return [];
      }
    });
  }

  async budget(): Promise<number | undefined> {
    const text = await readOr(this.#settings, "{}");
    try {
      return (JSON.parse(text) as Settings).monthlyBudgetUsd;
    } catch {
      throw new Failure(`${this.#settings} is no JSON: correct it or delete it`);
    }
  }

  async setBudget(monthlyBudgetUsd: number): Promise<void> {
    await mkdir(dirname(this.#settings), { recursive: true });
    await writeFile(this.#settings, `${JSON.stringify({ monthlyBudgetUsd } satisfies Settings)}\n`);
  }
}

async function readOr(file: string, otherwise: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  }
}

/** In the state directory that is named, or this checkout's. */
export const ledgerOf = (
  given: Given,
  { stateDir = ".pricelake" }: { readonly stateDir?: string },
  env: string,
): Ledger => new Ledger(textOption(given, "dir") ?? stateDir, env);
