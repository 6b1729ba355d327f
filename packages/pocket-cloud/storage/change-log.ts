import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { readIfThere, writeAtomic } from "./atomic";

/** Rewritten when it holds this much, most of it overtaken. */
const WORTH_REWRITING = 8 * 2 ** 20;
const OVERTAKEN = 8;

/**
 * Changes in the order they were made, a line for each set that is one whole. A set is with the operating system
 * before `append` returns; a line torn by a kill is dropped. Byte arrays must be Buffers.
 */
export class ChangeLog<Change extends object> {
  #file: number;
  #size: number;
  /** What is live is counted again when the log has come this far. */
  #worth = WORTH_REWRITING;

  constructor(
    readonly path: string,
    replay: (change: Change) => void,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    const bytes = readIfThere(path) ?? Buffer.alloc(0);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    for (let from = 0; from < whole; ) {
      const until = bytes.indexOf(0x0a, from);
      for (const change of JSON.parse(bytes.toString("utf8", from, until), revive) as Change[])
        replay(change);
      from = until + 1;
    }
    this.#file = openSync(path, "a");
    if (whole < bytes.byteLength) ftruncateSync(this.#file, whole);
    this.#size = whole;
  }

  append(changes: readonly Change[]): void {
    const line = Buffer.from(`${JSON.stringify(changes)}\n`);
    try {
      for (let at = 0; at < line.byteLength; ) at += writeSync(this.#file, line, at);
    } catch (error) {
      // A full disk: leave no half line behind for the next one to be glued to.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += line.byteLength;
  }

  /** Keeps only what is, once what was outweighs it by far. */
  compact(liveBytes: () => number, live: () => Iterable<Change>): void {
    if (this.#size < this.#worth) return;
    this.#worth = Math.max(WORTH_REWRITING, liveBytes() * OVERTAKEN);
    if (this.#size < this.#worth) return;
    const lines: string[] = [];
    for (const change of live()) lines.push(`${JSON.stringify([change])}\n`);
    const text = lines.join("");
    try {
      writeAtomic(this.path, text);
    } catch {
      return; // What is kept is kept in the long log too; there is no room for a second one.
    }
    closeSync(this.#file);
    this.#file = openSync(this.path, "a");
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

/** Buffers write themselves as {type, data}. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { type, data } = value as { type?: unknown; data?: unknown };
  return type === "Buffer" && Array.isArray(data) ? Buffer.from(data as number[]) : value;
}
