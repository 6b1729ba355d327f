import { readAt } from "./fingerprint";
import { lineEnd } from "./read-records";

export type InitialPosition = "START_OF_FILE" | "END_OF_FILE";

const CHUNK = 64 * 1024;

/** Where the first reading of a file begins: its start, or after its last complete line but never within its header. */
export function initialOffset(
  fd: number,
  size: number,
  { initialPosition, skipHeaderLines }: { initialPosition: InitialPosition; skipHeaderLines: number },
): number {
  if (initialPosition === "START_OF_FILE") return 0;
  if (skipHeaderLines > 0 && lineEnd(fd, 0, size, skipHeaderLines).found === undefined) return 0;
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    const newline = readAt(fd, start, end - start).lastIndexOf("\n");
    if (newline >= 0) return start + newline + 1;
  }
  return 0;
}
