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
