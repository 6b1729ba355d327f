import { reportCommand } from "../../analytics/command";
import type { Context } from "../../analytics/context";
import type { Connection } from "../kit/connect";
import { outputOf } from "../kit/output";

const shown: readonly (readonly string[])[] = [
  ["top-movers", "--since", "24h", "--limit", "5"],
  ["sector-performance", "--since", "24h"],
  ["ingest-freshness"],
];

/** Prints a few reports after the catch-up, each below its command. */
export async function showReports(
  connection: Connection,
  stateDir: string,
  dirOption: string,
): Promise<void> {
  const context: Context = {
    connect: async () => ({ connection }),
    stdout: outputOf(process.stdout),
    stderr: { isTTY: false, write: async () => {} },
    now: Date.now,
    stateDir,
  };
  for (const args of shown) {
    process.stdout.write(`\nnpm run report -- ${args.join(" ")}${dirOption}\n`);
    await reportCommand([...args, "--format", "table"], context);
  }
}
