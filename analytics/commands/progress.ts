import type { QueryExecution } from "@aws-sdk/client-athena";
import type { Output } from "../../tools/kit/output";
import { progressLine } from "../../tools/kit/progress";
import { bytesText, secondsText } from "../plan/units";

/** State, duration and scanned bytes of a running query, on a terminal only. */
export function progress(stderr: Output, now: () => number) {
  const started = now();
  const line = progressLine(stderr);
  return {
    clear: line.clear,
    show({ Status, Statistics }: QueryExecution): void {
      const state = (Status?.State ?? "QUEUED").toLowerCase();
      const bytes = bytesText(Statistics?.DataScannedInBytes ?? 0);
      line.show(`${state} · ${secondsText(now() - started)} · ${bytes}`);
    },
  };
}
