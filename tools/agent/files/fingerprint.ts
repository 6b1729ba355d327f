import { createHash } from "node:crypto";
import { readSync } from "node:fs";

/** As much of a file's head, and of what precedes an offset, as tells it from any other. */
export const WINDOW = 1024;

/** Up to `length` bytes from `start`; fewer where the file ends. */
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

/** Head and tail of what a file has before an offset. */
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

/** Names the content before an offset: a file that has the same there is the same file, or a copy of it. */
export const fingerprint = ({ head, tail }: Ends): string =>
  createHash("sha256").update(head).update(tail).digest("hex").slice(0, 32);

/**
 * What was read of a file and is still under way, with a little before it: enough to fingerprint any offset that may
 * become a checkpoint, even when the file itself has been truncated meanwhile.
 */
export class Recent {
  #head: Buffer;
  #parts: { readonly start: number; readonly bytes: Buffer }[];

  constructor(offset: number, { head, tail }: Ends) {
    this.#head = head;
    this.#parts = [{ start: offset - tail.length, bytes: tail }];
  }

  static readonly ofNothing = (): Recent => new Recent(0, { head: Buffer.alloc(0), tail: Buffer.alloc(0) });

  get head(): Buffer {
    return this.#head;
  }

  /** Bytes that were read from `start`. Of a very long line it is enough to add the last ones, with its head told. */
  add(start: number, bytes: Buffer): void {
    this.tellHead(start, bytes);
    this.#parts.push({ start, bytes });
  }

  tellHead(start: number, bytes: Buffer): void {
    if (start === this.#head.length && start < WINDOW)
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, WINDOW - start)]);
  }

  /** Nothing before this offset will be asked for any more. */
  settle(offset: number): void {
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
