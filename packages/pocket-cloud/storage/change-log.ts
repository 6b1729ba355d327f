import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { writeAtomic } from "./atomic";
import { readLog } from "./log-lines";
import { makePrivateDirectory, PRIVATE_FILE } from "./private";

/** A log is rewritten when it has at least this size and this ratio to its live content. */
const MIN_REWRITE_BYTES = 8 * 2 ** 20;
const REWRITE_RATIO = 8;

/**
 * An append-only log of changes. Each line has a set of changes that apply together, and is written to the operating
 * system before `append` returns. A line cut off by a crash, or damaged, is reported and dropped. Byte arrays must be Buffers.
 */
export class ChangeLog<Change extends object> {
  #file: number;
  #size: number;
  /** The size at which the live content is measured again. */
  #nextCheck = MIN_REWRITE_BYTES;

  constructor(
    readonly path: string,
    replay: (change: Change) => void,
  ) {
    makePrivateDirectory(dirname(path));
    const { size } = readLog(path, (line) => {
      for (const change of JSON.parse(line.toString("utf8"), revive) as Change[]) replay(change);
    });
    this.#file = openSync(path, "a", PRIVATE_FILE);
    ftruncateSync(this.#file, size);
    this.#size = size;
  }

  append(changes: readonly Change[]): void {
    const line = Buffer.from(`${JSON.stringify(changes)}\n`);
    try {
      for (let at = 0; at < line.byteLength; ) at += writeSync(this.#file, line, at);
    } catch (error) {
      // Removes the partial line that a full disk leaves, so that the next line starts at its own offset.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += line.byteLength;
  }

  /** Rewrites the log with its live content once that is a small part of it. */
  compact(liveBytes: () => number, live: () => Iterable<Change>): void {
    if (this.#size < this.#nextCheck) return;
    this.#nextCheck = Math.max(MIN_REWRITE_BYTES, liveBytes() * REWRITE_RATIO);
    if (this.#size < this.#nextCheck) return;
    const lines: string[] = [];
    for (const change of live()) lines.push(`${JSON.stringify([change])}\n`);
    const text = lines.join("");
    try {
      writeAtomic(this.path, text);
    } catch {
      return; // The disk is full. The long log stays valid.
    }
    closeSync(this.#file);
    this.#file = openSync(this.path, "a", PRIVATE_FILE);
    this.#size = Buffer.byteLength(text);
  }

  close(): void {
    closeSync(this.#file);
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }
}

/** Buffer.toJSON writes {type, data}. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { type, data } = value as { type?: unknown; data?: unknown };
  return type === "Buffer" && Array.isArray(data) ? Buffer.from(data as number[]) : value;
}
