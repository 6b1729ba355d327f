import { setTimeout as sleep } from "node:timers/promises";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { FeedDefinition, Validated } from "../../data/feeds";
import type { Refusal } from "../../data/feeds/row";
import { lanesFor, pack, RECORD_BYTES } from "../../data/records/pack";
import { unreadableLine } from "../../data/records/unreadable-line";
import { putPacks } from "../../functions/shared/put-packs";
import type { FileRow } from "./file-row";

export interface Replayed {
  readonly rows: number;
  /** Invalid lines; they were sent too, and the functions quarantine them. */
  readonly refused: number;
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
}

export interface ReplayOptions {
  readonly kinesis: KinesisClient;
  readonly stream: string;
  readonly feed: FeedDefinition;
  readonly lanes: number;
  /** Rows a second; by default as fast as the stream accepts them. */
  readonly rate?: number;
  readonly signal: AbortSignal;
  /** `limit`: what the sender waits for at present. */
  readonly onSent?: (rows: number, limit: "stream" | "rate" | undefined) => void;
  /** Why the stream does not take records that are sent again until it does. Its limit of bytes is no such reason. */
  readonly onRefused?: (reason: string) => void;
}

const ROWS_AT_ONCE = 2000;
export const SHARD_BYTES_PER_SECOND = 1_048_576;
/** The service's second is not exactly ours. */
const SHARE_OF_LIMIT = 0.98;

/** Spreads bytes over time. */
class Pace {
  readonly #began = Date.now();
  #bytes = 0;

  constructor(private readonly bytesPerSecond: number) {}

  /** Milliseconds to wait after so many bytes more. */
  after(bytes: number): number {
    this.#bytes += bytes;
    return Math.max(0, this.#began + (1000 * this.#bytes) / this.bytesPerSecond - Date.now());
  }
}

/** Sends a file's rows through the pipeline, in the file's order per key. */
export async function replay(rows: AsyncIterable<FileRow>, options: ReplayOptions): Promise<Replayed> {
  const { kinesis, stream, feed, lanes, rate, signal } = options;
  const began = Date.now();
  let pace: Pace | undefined;
  const total = { rows: 0, refused: 0, records: 0, bytes: 0 };
  const size = rate === undefined ? ROWS_AT_ONCE : Math.max(1, Math.min(ROWS_AT_ONCE, Math.ceil(rate / 4)));
  for await (const batch of inBatches(rows, size)) {
    signal.throwIfAborted();
    const events = batch.map((row) => {
      const { result } = row;
      if (result.ok)
        return { key: String(result.row[feed.partitionKey] ?? ""), line: acceptedLine(row, result) };
      total.refused++;
      return { key: "", line: refusedLine(row, result) };
    });
    const { packs, tooLarge } = pack(events, lanes);
    if (tooLarge.length > 0)
      throw new Error(`a row of ${tooLarge[0]?.length} characters exceeds the maximum size of a record`);
    // From the first refusal on, packs go out at the pace that the shards take. Refused packs would wait longer than that.
    const { records } = await putPacks(kinesis, stream, packs, signal, Math.random, ({ reason }) => {
      if (!/ProvisionedThroughputExceeded/.test(String(reason))) options.onRefused?.(String(reason));
      pace ??= new Pace((lanes / lanesFor(1)) * SHARD_BYTES_PER_SECOND * SHARE_OF_LIMIT);
    });
    const bytes = packs.reduce((sum, { data }) => sum + data.byteLength, 0);
    total.records += records;
    total.bytes += bytes;
    total.rows += batch.length;
    const forStream = pace?.after(bytes) ?? 0;
    const forRate = rate === undefined ? 0 : began + (1000 * total.rows) / rate - Date.now();
    const wait = Math.max(forStream, forRate, 0);
    options.onSent?.(total.rows, wait === 0 ? undefined : forStream >= forRate ? "stream" : "rate");
    if (wait > 0) await sleep(wait, null, { signal });
  }
  return { ...total, rows: total.rows - total.refused, seconds: (Date.now() - began) / 1000 };
}

type Accepted = Extract<Validated, { ok: true }>;

/** The row, with the fields that no column knows: the functions count and report them. */
function acceptedLine({ fields }: FileRow, { row, unknown }: Accepted): string {
  if (!unknown) return JSON.stringify(row);
  const given = fields();
  const withFields = (valueFor: (name: string) => unknown) =>
    JSON.stringify({ ...row, ...Object.fromEntries(unknown.map((name) => [name, valueFor(name)])) });
  const line = withFields((name) => given[name] ?? null);
  if (fits(line)) return line;
  const names = withFields(() => null);
  return fits(names) ? names : JSON.stringify(row);
}

const KEPT_CHARACTERS = 2048;

/** The line as the file has it; only its beginning when it exceeds a record. */
function refusedLine({ line }: FileRow, { column, reason }: Refusal): string {
  const text = line();
  if (fits(text)) return text;
  return unreadableLine({
    column,
    reason: `${reason}; longer than a record, only its beginning is kept`,
    text: text.slice(0, KEPT_CHARACTERS),
  });
}

const fits = (line: string): boolean => Buffer.byteLength(line) < RECORD_BYTES;

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
