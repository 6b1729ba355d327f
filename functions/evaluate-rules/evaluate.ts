import type { FeedDefinition, Row } from "../../data/feeds";
import { type KinesisEventRecord, rowsOf } from "../shared/kinesis-event";
import { describe } from "../shared/log";
import type { Alert, RuleBook } from "./core";
import type { LookBack } from "./look-back";
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

export interface Evaluation {
  readonly feed: FeedDefinition;
  readonly book: RuleBook;
  readonly publisher: Pick<Publisher, "publish">;
  /** The past of critical rules; without it they use what the container remembers. */
  readonly lookBack?: LookBack;
  /** First day of the feed's tables. */
  readonly since?: string | undefined;
}

/**
 * Evaluates a batch. Alerts are published in event order, up to the first failure. The look-back is saved after that,
 * with all that the batch's own rows refer to: the retry of the batch, or of its rest, sees the same past.
 */
export async function evaluate(
  { feed, book, publisher, lookBack, since }: Evaluation,
  records: readonly KinesisEventRecord[],
  signal: AbortSignal,
): Promise<Evaluated> {
  const first = records[0]?.kinesis.sequenceNumber;
  const alerts: { alert: Alert; sequenceNumber: string }[] = [];
  const valid: { row: Row; sequenceNumber: string }[] = [];
  let refused = 0;
  for (const record of records) {
    for (const read of rowsOf(feed, record, since)) {
      if (!read.ok) {
        refused++;
        continue;
      }
      valid.push({ row: read.row, sequenceNumber: record.kinesis.sequenceNumber });
    }
  }
  const counts = { rows: valid.length, refused, published: 0, repeated: 0 };
  const failure = (error: unknown, retryFrom = first) => ({
    ...counts,
    ...(retryFrom !== undefined && { retryFrom }),
    reason: describe(error),
  });
  const subjects = valid.map(({ row }) => String(row[feed.partitionKey]));
  const past = await lookBack?.load(subjects, signal).catch((error: unknown) => failure(error));
  if (past && "reason" in past) return past;
  for (const { row, sequenceNumber } of valid)
    for (const alert of book.evaluate(row)) alerts.push({ alert, sequenceNumber });
  const done: Alert[] = [];
  let failed: Evaluated | undefined;
  for (const { alert, sequenceNumber } of alerts) {
    try {
      if (!past?.sent.has(alert.id) && (await publisher.publish(alert, signal))) counts.published++;
      else counts.repeated++;
      done.push(alert);
    } catch (error) {
      failed = failure(error, sequenceNumber);
      break;
    }
  }
  try {
    if (past) await lookBack?.save(past, done, signal);
  } catch (error) {
    return failure(error);
  }
  if (failed) return failed;
  book.forgetOld();
  return counts;
}
