import { gunzipSync } from "node:zlib";
import { failed, type Item, type Outcome } from "../delivery/item";

/** CloudWatch Logs sends its subscription data gzipped. */
export function decompress(items: readonly Item[]): Outcome {
  const outcome: Outcome = { items: [], failures: [] };
  for (const item of items) {
    try {
      outcome.items.push({ ...item, data: gunzipSync(item.data) });
    } catch (error) {
      outcome.failures.push(
        failed(item, "Decompression.Failed", `The record is not gzip: ${(error as Error).message}`),
      );
    }
  }
  return outcome;
}

interface LogData {
  readonly messageType?: string;
  readonly logEvents?: readonly { readonly message?: string }[];
}

/** Keeps only the messages of log events, one per line; control messages carry none. */
export function extractMessages(items: readonly Item[]): Outcome {
  const outcome: Outcome = { items: [], failures: [] };
  for (const item of items) {
    try {
      const { messageType, logEvents = [] } = JSON.parse(item.data.toString()) as LogData;
      if (messageType === "CONTROL_MESSAGE") continue;
      const text = logEvents.map(({ message = "" }) => `${message}\n`).join("");
      outcome.items.push({ ...item, data: Buffer.from(text) });
    } catch (error) {
      outcome.failures.push(
        failed(
          item,
          "CloudWatchLogProcessing.Failed",
          `The record is no CloudWatch Logs data: ${(error as Error).message}`,
        ),
      );
    }
  }
  return outcome;
}
