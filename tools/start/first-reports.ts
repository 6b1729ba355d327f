import { reportCommand } from "../../analytics/command";
import type { Context } from "../../analytics/context";
import { withActivity } from "../kit/activity";
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
  signal: AbortSignal,
): Promise<void> {
  let table = "";
  const context: Context = {
    connect: async () => ({ connection }),
    // Kept until the report ends, because the activity's line is drawn meanwhile.
    stdout: {
      ...outputOf(process.stdout),
      write: async (text) => {
        table += text;
      },
    },
    stderr: { isTTY: false, write: async () => {} },
    now: Date.now,
    stateDir,
    signal,
  };
  for (const args of shown) {
    signal.throwIfAborted();
    process.stdout.write(`\nnpm run report -- ${args.join(" ")}${dirOption}\n`);
    await withActivity(
      () => `asking for ${args[0]}`,
      () => reportCommand([...args, "--format", "table"], context),
    );
    signal.throwIfAborted();
    process.stdout.write(table);
    table = "";
  }
}
