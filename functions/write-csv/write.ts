import { gzipSync } from "node:zlib";
import type { FeedDefinition } from "../../data/feeds";
import type { KinesisEventRecord } from "../shared/kinesis-event";
import type { PutObject } from "../shared/lake";
import { describe } from "../shared/log";
import { quarantineBody } from "../shared/quarantine";
import { csvObjects } from "./core";

export interface Outcome {
  readonly rows: number;
  readonly quarantined: number;
  readonly objects: number;
  /** Where Lambda has to begin again; nothing when all is stored. */
  readonly retryFrom?: string;
  readonly reason?: string;
}

/**
 * All of a batch or none of it: were some hours acknowledged and others not, the retry would begin at another record
 * and the hours already written would be written again under another name.
 */
export async function writeBatch(
  feed: FeedDefinition,
  put: PutObject,
  records: readonly KinesisEventRecord[],
  gzip: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const { objects, quarantine, rows } = csvObjects(feed, records, gzip);
  const writes = objects.map(({ key, body }) => put(key, gzip ? gzipSync(body) : body, signal));
  if (quarantine) writes.push(put(quarantine.key, quarantineBody(quarantine.rows), signal));
  const failure = (await Promise.allSettled(writes)).find((result) => result.status === "rejected");
  const outcome = { rows, quarantined: quarantine?.rows.length ?? 0, objects: objects.length };
  const first = records[0]?.kinesis.sequenceNumber;
  return failure && first !== undefined
    ? { ...outcome, retryFrom: first, reason: describe(failure.reason) }
    : outcome;
}
