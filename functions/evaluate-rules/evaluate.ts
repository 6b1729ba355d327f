import type { FeedDefinition } from "../../data/feeds";
import { type KinesisEventRecord, rowsOf } from "../shared/kinesis-event";
import { describe } from "../shared/log";
import type { Alert, RuleBook } from "./core";
import type { Publisher } from "./publish";

export interface Evaluated {
  readonly rows: number;
  readonly refused: number;
  readonly published: number;
  /** Alerts that were published before. */
  readonly repeated: number;
  readonly retryFrom?: string;
  readonly reason?: string;
}

/** Evaluates a batch. Alerts are published in event order, up to the first failure. */
export async function evaluate(
  feed: FeedDefinition,
  book: RuleBook,
  publisher: Pick<Publisher, "publish">,
  records: readonly KinesisEventRecord[],
  signal: AbortSignal,
  since?: string,
): Promise<Evaluated> {
  const alerts: { alert: Alert; sequenceNumber: string }[] = [];
  let rows = 0;
  let refused = 0;
  for (const record of records) {
    for (const read of rowsOf(feed, record, since)) {
      if (!read.ok) {
        refused++;
        continue;
      }
      rows++;
      for (const alert of book.evaluate(read.row))
        alerts.push({ alert, sequenceNumber: record.kinesis.sequenceNumber });
    }
  }
  let published = 0;
  let repeated = 0;
  for (const { alert, sequenceNumber } of alerts) {
    try {
      if (await publisher.publish(alert, signal)) published++;
      else repeated++;
    } catch (error) {
      return { rows, refused, published, repeated, retryFrom: sequenceNumber, reason: describe(error) };
    }
  }
  book.forgetOld();
  return { rows, refused, published, repeated };
}
