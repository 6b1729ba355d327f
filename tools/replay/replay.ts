import { setTimeout as sleep } from "node:timers/promises";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { FeedDefinition } from "../../data/feeds";
import { pack, RECORD_BYTES } from "../../data/records/pack";
import { putPacks } from "../../functions/shared/put-packs";
import { UsageError } from "../kit/errors";
import type { FileRow } from "./read-file";

export interface Replayed {
  readonly rows: number;
  /** Invalid lines; they were sent too, and the functions quarantine them. */
  readonly refused: number;
  readonly records: number;
}

export interface ReplayOptions {
  readonly kinesis: KinesisClient;
  readonly stream: string;
  readonly feed: FeedDefinition;
  readonly lanes: number;
  /** Rows a second; by default as fast as the stream accepts them. */
  readonly rate?: number;
  readonly signal: AbortSignal;
  readonly onRefused?: (row: FileRow) => void;
  readonly onSent?: (rows: number) => void;
}

const ROWS_AT_ONCE = 2000;

/** Sends a file's rows through the pipeline, in the file's order per key. */
export async function replay(rows: AsyncIterable<FileRow>, options: ReplayOptions): Promise<Replayed> {
  const { kinesis, stream, feed, lanes, rate, signal } = options;
  const began = Date.now();
  const total = { rows: 0, refused: 0, records: 0 };
  const size = rate === undefined ? ROWS_AT_ONCE : Math.max(1, Math.min(ROWS_AT_ONCE, Math.ceil(rate / 4)));
  for await (const batch of inBatches(rows, size)) {
    signal.throwIfAborted();
    if (total.rows === 0 && batch.every(({ result }) => !result.ok)) throw wrongFeed(feed.name, batch);
    const events = batch.map((row) => {
      if (row.result.ok)
        return { key: String(row.result.row[feed.partitionKey] ?? ""), line: JSON.stringify(row.result.row) };
      options.onRefused?.(row);
      total.refused++;
      return { key: "", line: refusedLine(row) };
    });
    const { packs, tooLarge } = pack(events, lanes);
    if (tooLarge.length > 0)
      throw new Error(`a row of ${tooLarge[0]?.length} characters exceeds the maximum size of a record`);
    total.records += (await putPacks(kinesis, stream, packs, signal)).records;
    total.rows += batch.length;
    options.onSent?.(total.rows);
    if (rate !== undefined)
      await sleep(Math.max(0, began + (1000 * total.rows) / rate - Date.now()), null, { signal });
  }
  return { ...total, rows: total.rows - total.refused };
}

/** A file of another kind is refused before any of its rows are sent. */
function wrongFeed(feed: string, [first]: readonly FileRow[]): UsageError {
  const reason =
    first && !first.result.ok
      ? `: line ${first.number}, ${first.result.column ?? "the line"} ${first.result.reason}`
      : "";
  return new UsageError(`the first lines of the file are not rows of ${feed}${reason}`);
}

const KEPT_CHARACTERS = 2048;

/** The record for an invalid line; only its beginning when it exceeds a record. */
function refusedLine({ number, given }: FileRow): string {
  const line = JSON.stringify({ line: number, given });
  if (Buffer.byteLength(line) < RECORD_BYTES) return line;
  return JSON.stringify({ line: number, given: JSON.stringify(given).slice(0, KEPT_CHARACTERS), cut: true });
}

async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
