import type { QueryExecution } from "@aws-sdk/client-athena";
import { bytesText, secondsText } from "../plan/units";
import type { Output } from "../surroundings";

/** One line that rewrites itself, on a terminal only. */
export function progress(stderr: Output, now: () => number) {
  const started = now();
  let shown = false;
  return {
    show(execution: QueryExecution): void {
      if (!stderr.isTTY) return;
      shown = true;
      const bytes = execution.Statistics?.DataScannedInBytes ?? 0;
      const state = (execution.Status?.State ?? "QUEUED").toLowerCase();
      // Decoration: a failure to draw it is no failure of the report.
      stderr
        .write(`\r\u001b[K${state} · ${secondsText(now() - started)} · ${bytesText(bytes)}`)
        .catch(() => {});
    },
    async clear(): Promise<void> {
      if (shown) await stderr.write("\r\u001b[K");
      shown = false;
    },
  };
}
