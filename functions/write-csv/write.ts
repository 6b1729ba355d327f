import { gzipSync } from "node:zlib";
import type { FeedDefinition } from "../../data/feeds";
import { quarantineBody } from "../../data/records/quarantine";
import type { KinesisEventRecord } from "../shared/kinesis-event";
import type { PutObject } from "../shared/lake";
import { describe } from "../shared/log";
import { type CsvOptions, csvObjects } from "./core";

export interface Outcome {
  readonly rows: number;
  readonly quarantined: number;
  readonly objects: number;
  /** Rows by name of a field that no column knows; left out when there is none. */
  readonly unknownFields?: Readonly<Record<string, number>>;
  /** Sequence number from which Lambda must retry; undefined when everything is stored. */
  readonly retryFrom?: string;
  readonly reason?: string;
  /** A write was abandoned without an answer and may still arrive. */
  readonly unanswered?: true;
}

/**
 * Writes all objects of a batch. If one fails, the whole batch is retried from its first record.
 * Acknowledging some hours would start the retry at a later record and write the other hours again under new
 * names.
 */
export async function writeBatch(
  feed: FeedDefinition,
  put: PutObject,
  records: readonly KinesisEventRecord[],
  options: CsvOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const { objects, quarantine, rows, quarantined, unknownFields } = csvObjects(feed, records, options);
  const writes = objects.map(({ key, body }) => put(key, options.gzip ? gzipSync(body) : body, signal));
  if (quarantine) writes.push(put(quarantine.key, quarantineBody(quarantine.entries), signal));
  const failures = (await Promise.allSettled(writes)).flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  const outcome = {
    rows,
    quarantined,
    objects: objects.length,
    ...(Object.keys(unknownFields).length > 0 && { unknownFields }),
  };
  const first = records[0]?.kinesis.sequenceNumber;
  if (failures.length === 0 || first === undefined) return outcome;
  return {
    ...outcome,
    retryFrom: first,
    reason: describe(failures[0]),
    ...(failures.every(isAnswer) ? {} : { unanswered: true }),
  };
}

const isAnswer = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode !== undefined;
