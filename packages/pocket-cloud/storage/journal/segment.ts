import { closeSync, ftruncateSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { PRIVATE_FILE } from "../private";
import { decodeFrame, frameLength, HEADER, intact, type JournalRecord, positionOf, timeOf } from "./frames";

/** Bytes between index entries, so that one small read finds a record. */
const STRIDE = 16 * 1024;
const BLOCK = 256 * 1024;

interface Mark {
  readonly position: number;
  readonly offset: number;
  readonly time: number;
}

/** Called with an intact frame; returns false to stop. */
type Visit = (block: Buffer, at: number, length: number, offset: number) => boolean;

/** One file of a journal: consecutive frames, with a sparse index in memory. */
export class Segment {
  #file: number | undefined;
  #size: number;
  #marks: Mark[] | undefined;
  #sealed = false;

  private constructor(
    readonly path: string,
    readonly first: number,
    size: number,
  ) {
    this.#size = size;
  }

  static create(path: string, first: number): Segment {
    closeSync(openSync(path, "wx", PRIVATE_FILE));
    const segment = new Segment(path, first, 0);
    segment.#marks = [];
    return segment;
  }

  static open(path: string, first: number): Segment {
    return new Segment(path, first, statSync(path).size);
  }

  get size(): number {
    return this.#size;
  }

  /** Time of the first record; undefined when the segment is empty or its beginning damaged. */
  get firstTime(): number | undefined {
    const [mark] = this.#marks ?? [];
    if (mark) return mark.time;
    const [record] = this.read(this.first, 1, 1);
    return record?.time;
  }

  /** Appends all frames or none: a partial write is truncated. */
  append(frames: Buffer, first: number, time: number): void {
    const file = this.#open();
    const before = this.#size;
    try {
      for (let at = 0; at < frames.byteLength; )
        at += writeSync(file, frames, at, frames.byteLength - at, before + at);
    } catch (error) {
      ftruncateSync(file, before);
      throw error;
    }
    const marks = this.#index();
    const last = marks.at(-1);
    if (!last || before - last.offset >= STRIDE) marks.push({ position: first, offset: before, time });
    this.#size = before + frames.byteLength;
  }

  read(from: number, maxRecords: number, maxBytes: number): JournalRecord[] {
    const records: JournalRecord[] = [];
    let bytes = 0;
    this.#scan(
      this.#before(from, (mark) => mark.position),
      (block, at, length) => {
        if (positionOf(block, at) < from) return true;
        bytes += length;
        if (records.length > 0 && bytes > maxBytes) return false;
        records.push(decodeFrame(block, at, length));
        return records.length < maxRecords && bytes < maxBytes;
      },
    );
    return records;
  }

  /** Position of the first record that arrived at `time` or later; undefined when all are older. */
  positionAt(time: number): number | undefined {
    let found: number | undefined;
    this.#scan(
      this.#before(time, (mark) => mark.time),
      (block, at) => {
        if (timeOf(block, at) >= time) found = positionOf(block, at);
        return found === undefined;
      },
    );
    return found;
  }

  /** Reads all frames, truncates the file at the first damaged one, and returns the next position. */
  recover(): { next: number; lastTime: number; dropped: number } {
    let next = this.first;
    let lastTime = 0;
    const marks: Mark[] = [];
    const end = this.#scan(0, (block, at, length, offset) => {
      if (positionOf(block, at) !== next) return false;
      lastTime = timeOf(block, at);
      const last = marks.at(-1);
      if (!last || offset - last.offset >= STRIDE) marks.push({ position: next, offset, time: lastTime });
      next++;
      return length > 0;
    });
    const dropped = this.#size - end;
    if (dropped > 0) ftruncateSync(this.#open(), end);
    this.#size = end;
    this.#marks = marks;
    return { next, lastTime, dropped };
  }

  /** Ends appending. From then on the file is open only during reads. */
  seal(): void {
    this.#sealed = true;
    this.close();
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  #open(): number {
    this.#file ??= openSync(this.path, "r+");
    return this.#file;
  }

  /** Offset of the last mark before `value`. Marks with an equal value are not skipped. */
  #before(value: number, of: (mark: Mark) => number): number {
    const marks = this.#index();
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (of(marks[middle] as Mark) < value) low = middle + 1;
      else high = middle;
    }
    return marks[low - 1]?.offset ?? 0;
  }

  #index(): Mark[] {
    if (!this.#marks) {
      const marks: Mark[] = [];
      this.#scan(0, (block, at, _length, offset) => {
        const last = marks.at(-1);
        if (!last || offset - last.offset >= STRIDE)
          marks.push({ position: positionOf(block, at), offset, time: timeOf(block, at) });
        return true;
      });
      this.#marks = marks;
    }
    return this.#marks;
  }

  /** Visits intact frames from `offset` to the end, damage, or `false`; returns the offset where it stopped. */
  #scan(offset: number, visit: Visit): number {
    try {
      return this.#scanOpen(this.#open(), offset, visit);
    } finally {
      if (this.#sealed) this.close();
    }
  }

  #scanOpen(file: number, from: number, visit: Visit): number {
    let offset = from;
    let blockSize = BLOCK;
    while (offset + HEADER <= this.#size) {
      const block = Buffer.allocUnsafe(Math.min(blockSize, this.#size - offset));
      const got = readSync(file, block, 0, block.byteLength, offset);
      const bytes = block.subarray(0, got);
      let at = 0;
      let length = frameLength(bytes, at);
      while (length !== undefined && at + length <= got) {
        if (!intact(bytes, at, length) || !visit(bytes, at, length, offset + at)) return offset + at;
        at += length;
        length = frameLength(bytes, at);
      }
      if (Number.isNaN(length) || (at === 0 && got < blockSize)) return offset + at;
      offset += at;
      blockSize = Math.max(BLOCK, length ?? 0);
    }
    return offset;
  }
}
