import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { writeAtomic } from "./atomic";
import { allSlices, readLogInSlices } from "./log-lines";
import { makePrivateDirectory, PRIVATE_FILE } from "./private";

/** A log is rewritten when it has at least this size and this ratio to its live content. */
const MIN_REWRITE_BYTES = 8 * 2 ** 20;
const REWRITE_RATIO = 8;

/**
 * An append-only log of changes. Each line has a set of changes that apply together, and is written to the operating
 * system before `append` returns. A line cut off by a crash, or damaged, is reported and dropped. Byte arrays must be Buffers;
 * large ones `loggedAsBase64`.
 */
export class ChangeLog<Change extends object> {
  #file: number;
  #size: number;
  /** The size at which the live content is measured again. */
  #nextCheck = MIN_REWRITE_BYTES;

  private constructor(
    readonly path: string,
    size: number,
  ) {
    this.#file = openSync(path, "a", PRIVATE_FILE);
    ftruncateSync(this.#file, size);
    this.#size = size;
  }

  /** Opens the log and replays its changes. */
  static open<Change extends object>(path: string, replay: (change: Change) => void): ChangeLog<Change> {
    return allSlices(ChangeLog.openInSlices(path, replay));
  }

  /** Like open, and yields after some milliseconds each time, so that a long log does not stop the event loop. */
  static *openInSlices<Change extends object>(
    path: string,
    replay: (change: Change) => void,
  ): Generator<void, ChangeLog<Change>> {
    makePrivateDirectory(dirname(path));
    const { size } = yield* readLogInSlices(path, (line) => {
      for (const change of parse<Change>(line)) replay(change);
    });
    return new ChangeLog(path, size);
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

/** Buffer.toJSON writes {type, data} with an array of numbers: four times the bytes of base64, and far slower. */
export function loggedAsBase64(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  return Object.defineProperty(copy, "toJSON", { value: base64Json });
}

function base64Json(this: Buffer) {
  return { type: "Buffer", base64: this.toString("base64") };
}

/** A reviver takes most of the time of parsing, and few lines have a Buffer. */
function parse<Change>(line: Buffer): Change[] {
  return JSON.parse(line.toString("utf8"), line.includes(BUFFER) ? revive : undefined);
}

const BUFFER = '"type":"Buffer"';

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { type, data, base64 } = value as { type?: unknown; data?: unknown; base64?: unknown };
  if (type !== "Buffer") return value;
  if (typeof base64 === "string") return loggedAsBase64(Buffer.from(base64, "base64"));
  return Array.isArray(data) ? Buffer.from(data as number[]) : value;
}
