import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { readIfThere, writeAtomic } from "./atomic";

/** How records become text: JSON, or JSON in which dates and byte arrays survive. */
export interface Codec {
  stringify(record: unknown): string;
  parse(text: string): unknown;
}

/** Below this many records a log is never worth rewriting. */
const SMALL = 2000;

/**
 * An append-only file of JSON records, one checksummed line each: a change costs one write, however much is kept.
 * A record is kept once `append` returns, whatever kills the process; a line torn by the kill is cut off at the
 * next start. When most records are superseded the log is rewritten from what is alive.
 */
export class RecordLog<R> {
  readonly #path: string;
  readonly #alive: () => Iterable<R>;
  readonly #codec: Codec;
  #file: number;
  #size: number;
  #records: number;
  /** Records right after the last rewrite; it is done again at twice as many. */
  #base: number;

  constructor(path: string, apply: (record: R) => void, alive: () => Iterable<R>, codec: Codec = JSON) {
    this.#path = path;
    this.#codec = codec;
    this.#alive = alive;
    mkdirSync(dirname(path), { recursive: true });
    const { records, size } = replay(readIfThere(path) ?? Buffer.alloc(0), apply, codec);
    this.#records = records;
    this.#base = records;
    this.#size = size;
    this.#file = openSync(path, "a");
    ftruncateSync(this.#file, size);
    if (records > SMALL) this.#rewrite();
  }

  append(...records: R[]): void {
    const bytes = Buffer.from(records.map((record) => line(record, this.#codec)).join(""));
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (error) {
      // A full disk: leave no half record behind for the next one to be glued to.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    this.#records += records.length;
    if (this.#records > Math.max(SMALL, 2 * this.#base)) setImmediate(() => this.#rewriteUnlessClosed());
  }

  close(): void {
    if (this.#file < 0) return;
    closeSync(this.#file);
    this.#file = -1;
  }

  #rewriteUnlessClosed(): void {
    if (this.#file >= 0 && this.#records > Math.max(SMALL, 2 * this.#base)) this.#rewrite();
  }

  #rewrite(): void {
    const lines = Array.from(this.#alive(), (record) => line(record, this.#codec));
    const bytes = Buffer.from(lines.join(""));
    writeAtomic(this.#path, bytes);
    closeSync(this.#file);
    this.#file = openSync(this.#path, "a");
    this.#size = bytes.length;
    this.#records = lines.length;
    this.#base = lines.length;
  }
}

/** Whole records up to the first damaged line. */
function replay<R>(
  bytes: Buffer,
  apply: (record: R) => void,
  codec: Codec,
): { records: number; size: number } {
  let at = 0;
  let records = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
    const text = bytes.subarray(at + 9, end);
    if (bytes.toString("latin1", at, at + 8) !== checksum(text)) break;
    apply(codec.parse(text.toString("utf8")) as R);
    records++;
    at = end + 1;
  }
  return { records, size: at };
}

function line(record: unknown, codec: Codec): string {
  const text = codec.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

const checksum = (text: string | Uint8Array): string => crc32(text).toString(16).padStart(8, "0");
