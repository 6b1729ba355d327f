import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDirectory } from "../private";
import {
  decodeFrame,
  encodeFrames,
  frameLength,
  type JournalRecord,
  type NewRecord,
  positionOf,
} from "./frames";
import { Segment } from "./segment";
import { Tail, TailBudget } from "./tail";

export type { JournalRecord, NewRecord } from "./frames";
export { TailBudget } from "./tail";

export interface JournalOptions {
  /** Memory for recent records, shared with other logs. */
  readonly tail?: TailBudget;
  /** Size at which a new file begins. */
  readonly segmentBytes?: number;
  /** Time span of a file after which a new one begins. */
  readonly segmentMillis?: number;
  /** Called when damaged bytes at the end of the log were dropped. */
  readonly onDropped?: (bytes: number, path: string) => void;
}

const SUFFIX = ".log";

/**
 * A log of records in files of bounded size, written before `append` returns. After a crash it has all records whose
 * append returned, possibly some of the interrupted append, and no partial record.
 */
export class Journal {
  readonly #segments: Segment[] = [];
  readonly #tail: Tail;
  readonly #segmentBytes: number;
  readonly #segmentMillis: number;
  #next = 1;
  #lastTime = 0;

  constructor(
    readonly dir: string,
    options: JournalOptions = {},
  ) {
    this.#tail = new Tail(options.tail ?? new TailBudget(0));
    this.#segmentBytes = options.segmentBytes ?? 16 * 1024 * 1024;
    this.#segmentMillis = options.segmentMillis ?? Number.POSITIVE_INFINITY;
    makePrivateDirectory(dir);
    const names = readdirSync(dir).filter((name) => name.endsWith(SUFFIX));
    for (const name of names.sort())
      this.#segments.push(Segment.open(join(dir, name), Number.parseInt(name, 10)));
    const last = this.#segments.at(-1);
    for (const segment of this.#segments) if (segment !== last) segment.seal();
    if (!last) return;
    const { next, lastTime, dropped } = last.recover();
    this.#next = next;
    this.#lastTime = lastTime || (this.#segments.at(-2)?.recover().lastTime ?? 0);
    if (dropped > 0) options.onDropped?.(dropped, last.path);
  }

  /** Position of the next record. */
  get next(): number {
    return this.#next;
  }

  /** Position of the oldest record; `next` when there is none. */
  get first(): number {
    return this.#segments[0]?.first ?? this.#next;
  }

  get lastTime(): number {
    return this.#lastTime;
  }

  /** Appends records with the arrival time `time`; returns the position of the first. */
  append(records: readonly NewRecord[], time: number): number {
    const first = this.#next;
    if (records.length === 0) return first;
    const arrived = Math.max(time, this.#lastTime);
    const frames = encodeFrames(records, first, arrived);
    this.#current(arrived).append(frames, first, arrived);
    this.#next = first + records.length;
    this.#lastTime = arrived;
    this.#tail.add({ first, count: records.length, frames });
    return first;
  }

  /** Returns at most the given records and bytes, but at least one record. A short result does not mean the end. */
  read(from: number, maxRecords: number, maxBytes = Number.POSITIVE_INFINITY): JournalRecord[] {
    const start = Math.max(from, this.first);
    if (start >= this.#next || maxRecords <= 0) return [];
    const recent = this.#tail.from(start);
    if (recent) return fromChunks(recent, start, maxRecords, maxBytes);
    const records: JournalRecord[] = [];
    for (let at = this.#segmentOf(start); at < this.#segments.length && records.length === 0; at++)
      records.push(...(this.#segments[at]?.read(start, maxRecords, maxBytes) ?? []));
    return records;
  }

  /** Position of the first record that arrived at `time` or later; `next` when all are older. */
  positionAt(time: number): number {
    for (let at = this.#segments.length - 1; at >= 0; at--) {
      const begins = this.#segments[at]?.firstTime;
      if (at > 0 && (begins === undefined || begins >= time)) continue;
      return this.#segments[at]?.positionAt(time) ?? this.#segments[at + 1]?.first ?? this.#next;
    }
    return this.#next;
  }

  /** Deletes files that only have records before `position`, except the newest file. */
  trimBefore(position: number): void {
    while (this.#segments.length > 1 && (this.#segments[1]?.first ?? 0) <= position)
      this.#segments.shift()?.remove();
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  remove(): void {
    this.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #current(time: number): Segment {
    const last = this.#segments.at(-1);
    if (last && last.size === 0) return last;
    if (last && last.size < this.#segmentBytes && time - (last.firstTime ?? time) < this.#segmentMillis)
      return last;
    last?.seal();
    const name = String(this.#next).padStart(16, "0") + SUFFIX;
    const segment = Segment.create(join(this.dir, name), this.#next);
    this.#segments.push(segment);
    return segment;
  }

  #segmentOf(position: number): number {
    let at = this.#segments.length - 1;
    while (at > 0 && (this.#segments[at]?.first ?? 0) > position) at--;
    return at;
  }
}

function fromChunks(
  chunks: readonly { readonly frames: Buffer }[],
  from: number,
  maxRecords: number,
  maxBytes: number,
): JournalRecord[] {
  const records: JournalRecord[] = [];
  let bytes = 0;
  for (const { frames } of chunks) {
    for (let at = 0; at < frames.byteLength; ) {
      const length = frameLength(frames, at) ?? Number.NaN;
      if (positionOf(frames, at) >= from) {
        bytes += length;
        if (records.length >= maxRecords || (records.length > 0 && bytes > maxBytes)) return records;
        records.push(decodeFrame(frames, at, length));
      }
      at += length;
    }
  }
  return records;
}
