import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type FeedDefinition, type Row, validateRow } from "../../data/feeds";
import { pack } from "../../data/records/pack";
import { putPacks } from "../../functions/shared/put-packs";
import { linesOf, objectsUnder } from "../kit/objects";

export interface QuarantineRedriven {
  readonly key: string;
  /** Rows that are valid now and were sent. */
  readonly sent: number;
  /** Rows that are still invalid; they stay. */
  readonly kept: number;
}

export interface QuarantineOptions {
  readonly s3: S3Client;
  readonly kinesis: KinesisClient;
  readonly bucket: string;
  readonly stream: string;
  readonly lanes: number;
  readonly feed: FeedDefinition;
  readonly signal: AbortSignal;
}

/** Sends quarantined rows that the current contract accepts. Each object keeps only the rows that are still invalid. */
export async function* redriveQuarantine(options: QuarantineOptions): AsyncGenerator<QuarantineRedriven> {
  const { s3, bucket, feed } = options;
  for await (const { key, text, modified } of objectsUnder(s3, bucket, `quarantine/${feed.name}/`)) {
    const { rows, kept } = partition(feed, linesOf(text), modified.toISOString());
    // Sends first and removes then: an interruption in between sends rows twice, and the view shows each once.
    if (rows.length > 0) {
      const { packs } = pack(
        rows.map((row) => ({ key: String(row[feed.partitionKey] ?? ""), line: JSON.stringify(row) })),
        options.lanes,
      );
      await putPacks(options.kinesis, options.stream, packs, options.signal);
      await s3.send(
        kept.length === 0
          ? new DeleteObjectCommand({ Bucket: bucket, Key: key })
          : new PutObjectCommand({
              Bucket: bucket,
              Key: key,
              Body: kept.map((line) => `${line}\n`).join(""),
            }),
      );
    }
    yield { key, sent: rows.length, kept: kept.length };
  }
}

/** `arrival` replaces missing times, as it did when the row arrived. */
function partition(
  feed: FeedDefinition,
  lines: readonly string[],
  arrival: string,
): { rows: Row[]; kept: string[] } {
  const rows: Row[] = [];
  const kept: string[] = [];
  for (const line of lines) {
    const result = validateRow(feed, rawOf(line), arrival);
    if (result.ok) rows.push(result.row);
    else kept.push(line);
  }
  return { rows, kept };
}

function rawOf(line: string): unknown {
  try {
    const { raw } = JSON.parse(line) as { raw?: unknown };
    return typeof raw === "string" ? JSON.parse(raw) : raw;
  } catch {
    return undefined;
  }
}
