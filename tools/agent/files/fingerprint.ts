import { createHash } from "node:crypto";
import { readSync } from "node:fs";

/** Bytes of a file's head, and before an offset, that identify its content. */
export const WINDOW = 1024;

/** Reads up to `length` bytes; fewer at the end of the file. */
export function readAt(fd: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(fd, bytes, filled, length - filled, start + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}

/** Head and tail of a file's content before an offset. */
export interface Ends {
  readonly head: Buffer;
  readonly tail: Buffer;
}

/** Undefined when the file is shorter. */
export function endsAt(fd: number, offset: number): Ends | undefined {
  const length = Math.min(WINDOW, offset);
  const head = readAt(fd, 0, length);
  const tail = readAt(fd, offset - length, length);
  return head.length === length && tail.length === length ? { head, tail } : undefined;
}

/** A hash of the content before an offset. Files with the same hash are the same file or copies. */
export const fingerprint = ({ head, tail }: Ends): string =>
  createHash("sha256").update(head).update(tail).digest("hex").slice(0, 32);

/**
 * The bytes read of a file that are still in flight, and WINDOW bytes before them: enough to fingerprint any offset that
 * may become a checkpoint, even after the file is truncated.
 */
export class RecentBytes {
  #head: Buffer;
  #parts: { readonly start: number; readonly bytes: Buffer }[];

  constructor(offset: number, { head, tail }: Ends) {
    this.#head = head;
    this.#parts = [{ start: offset - tail.length, bytes: tail }];
  }

  static readonly empty = (): RecentBytes =>
    new RecentBytes(0, { head: Buffer.alloc(0), tail: Buffer.alloc(0) });

  get head(): Buffer {
    return this.#head;
  }

  /** Adds bytes read from `start`. For a very long line, addHead and the last WINDOW bytes are enough. */
  add(start: number, bytes: Buffer): void {
    this.addHead(start, bytes);
    this.#parts.push({ start, bytes });
  }

  addHead(start: number, bytes: Buffer): void {
    if (start === this.#head.length && start < WINDOW)
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, WINDOW - start)]);
  }

  /** Drops the bytes that only offsets before this one need. */
  discardBefore(offset: number): void {
    const needed = offset - WINDOW;
    const isDone = ({ start, bytes }: { start: number; bytes: Buffer }) => start + bytes.length <= needed;
    while (this.#parts.length > 1 && this.#parts[0] && isDone(this.#parts[0])) this.#parts.shift();
  }

  ends(offset: number): Ends {
    const length = Math.min(WINDOW, offset);
    const from = offset - length;
    const tail = this.#parts.flatMap(({ start, bytes }) => {
      const piece = bytes.subarray(Math.max(0, from - start), Math.max(0, offset - start));
      return piece.length > 0 && start < offset ? [piece] : [];
    });
    return { head: this.#head.subarray(0, length), tail: Buffer.concat(tail) };
  }
}
