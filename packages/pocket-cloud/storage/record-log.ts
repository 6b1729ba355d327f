import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { writeAtomic } from "./atomic";
import { readLog } from "./log-lines";
import { makePrivateDirectory, PRIVATE_FILE } from "./private";

/** Converts records to text and back. */
export interface Codec {
  stringify(record: unknown): string;
  parse(text: string): unknown;
}

/** Characters of a line's checksum. */
const CHECKSUM = 8;

/** A log with fewer records is never rewritten. */
const MIN_RECORDS = 2000;

/**
 * An append-only file of JSON records, one line with a checksum each. A record survives a crash once `append` returned.
 * A line cut off by a crash, or damaged, is reported and removed at the next start. When most records are superseded, the log is rewritten with
 * the live ones.
 */
export class RecordLog<R> {
  readonly #path: string;
  readonly #live: () => Iterable<R>;
  readonly #codec: Codec;
  #file: number;
  #size: number;
  #records: number;
  /** Records after the last rewrite. At twice as many the log is rewritten again. */
  #rewritten: number;

  constructor(path: string, apply: (record: R) => void, live: () => Iterable<R>, codec: Codec = JSON) {
    this.#path = path;
    this.#codec = codec;
    this.#live = live;
    makePrivateDirectory(dirname(path));
    const { records, size } = readLog(path, (bytes) => apply(parseLine(bytes, codec) as R));
    this.#records = records;
    this.#rewritten = records;
    this.#size = size;
    this.#file = openSync(path, "a", PRIVATE_FILE);
    ftruncateSync(this.#file, size);
    if (records > MIN_RECORDS) this.#rewrite();
  }

  /** Does nothing after `close`: what a stop interrupts may still report its end. */
  append(...records: R[]): void {
    if (this.#file < 0) return;
    const bytes = Buffer.from(records.map((record) => line(record, this.#codec)).join(""));
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (error) {
      // Removes the partial record that a full disk leaves, so that the next record starts at its own offset.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    this.#records += records.length;
    if (this.#records > Math.max(MIN_RECORDS, 2 * this.#rewritten))
      setImmediate(() => this.#rewriteUnlessClosed());
  }

  close(): void {
    if (this.#file < 0) return;
    closeSync(this.#file);
    this.#file = -1;
  }

  #rewriteUnlessClosed(): void {
    if (this.#file >= 0 && this.#records > Math.max(MIN_RECORDS, 2 * this.#rewritten)) this.#rewrite();
  }

  #rewrite(): void {
    const lines = Array.from(this.#live(), (record) => line(record, this.#codec));
    const bytes = Buffer.from(lines.join(""));
    try {
      writeAtomic(this.#path, bytes);
    } catch {
      this.#rewritten = this.#records; // The disk is full. The long log stays valid.
      return;
    }
    closeSync(this.#file);
    this.#file = openSync(this.#path, "a", PRIVATE_FILE);
    this.#size = bytes.length;
    this.#records = lines.length;
    this.#rewritten = lines.length;
  }
}

/** Parses a line. Throws when its checksum is wrong. */
function parseLine(bytes: Buffer, codec: Codec): unknown {
  const text = bytes.subarray(CHECKSUM + 1);
  if (bytes.toString("latin1", 0, CHECKSUM) !== checksum(text)) throw new Error("the checksum is wrong");
  return codec.parse(text.toString("utf8"));
}

function line(record: unknown, codec: Codec): string {
  const text = codec.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

const checksum = (text: string | Uint8Array): string => crc32(text).toString(16).padStart(8, "0");
