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
 * Evaluates a batch. Alerts are published in event order, up to the first failure. The look-back is saved after that, or
 * before when no critical rule matches, with all that the batch's own rows refer to: the retry of the batch, or of its rest,
 * sees the same past.
 */
export async function evaluate(
  { feed, book, publisher, lookBack, since }: Evaluation,
  records: readonly KinesisEventRecord[],
  signal: AbortSignal,
): Promise<Evaluated> {
  const first = records[0]?.kinesis.sequenceNumber;
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
  const alertsOf = () =>
    valid.flatMap(({ row, sequenceNumber }) =>
      book.evaluate(row).map((alert) => ({ alert, sequenceNumber })),
    );
  const failed = (error: unknown) => failure(error);
  let past = await lookBack?.load(subjects, signal).catch(failed);
  if (past && "reason" in past) return past;
  let alerts = alertsOf();
  let isSaved = false;
  if (lookBack && past?.isKept) {
    const { sent } = past;
    const found = alerts.map(({ alert }) => alert);
    const isNew = ({ id, severity }: Alert) => severity === "critical" && !sent.has(id);
    // Without a new alert, the save proves that the table has the kept past. Before an alert, the table's past is read.
    const outcome = !found.some(isNew) && (await lookBack.saveUnchanged(past, found, signal).catch(failed));
    if (typeof outcome !== "boolean") return outcome;
    isSaved = outcome;
    if (!isSaved) {
      past = await lookBack.reload(subjects, signal).catch(failed);
      if ("reason" in past) return past;
      alerts = alertsOf();
    }
  }
  const done: Alert[] = [];
  let incomplete: Evaluated | undefined;
  for (const { alert, sequenceNumber } of alerts) {
    try {
      if (!past?.sent.has(alert.id) && (await publisher.publish(alert, signal))) counts.published++;
      else counts.repeated++;
      done.push(alert);
    } catch (error) {
      incomplete = failure(error, sequenceNumber);
      break;
    }
  }
  try {
    if (past && !isSaved) await lookBack?.save(past, done, signal);
  } catch (error) {
    return failure(error);
  }
  if (incomplete) return incomplete;
  book.forgetOld();
  return counts;
}
