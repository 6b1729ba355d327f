import { closeSync, fstatSync, openSync } from "node:fs";
import { endsAt, fingerprint, readAt, WINDOW } from "./fingerprint";
import { type FoundFile, idOf } from "./glob";
import type { TrackedFile } from "./tracked-file";

interface Candidate {
  found: FoundFile;
  readonly fd: number;
  /** When it was first seen with content. */
  readonly since: number;
}

/** Time that a copy waits for its original to be truncated, plus the time to copy it at the given rate. */
const HOLD_MS = 5000;
const COPY_BYTES_PER_MS = 10_000;

/**
 * New files that may be copies of known ones. A rotation by copy and truncation creates the copy before it truncates the
 * original: read at once, the copy's lines would be sent twice. So a file with the same content as a known one waits;
 * when the original is truncated, reading continues in the copy.
 */
export class Candidates {
  readonly #waiting = new Map<string, Candidate>();

  constructor(private readonly log: (what: string) => void) {}

  judge(found: FoundFile, files: readonly TrackedFile[], now: number): TrackedFile | "wait" | "new" {
    if (found.size === 0) return "wait";
    const { fd, since } = this.#candidate(found, now);
    const head = readAt(fd, 0, Math.min(WINDOW, found.size));
    const moved = files.find(
      (file) => file.id === undefined && found.size >= file.read && continues(fd, file),
    );
    if (moved) return moved;
    const holdMillis = HOLD_MS + found.size / COPY_BYTES_PER_MS;
    const isCopy = files.some((file) => file.id !== undefined && isCopyOf(fd, head, found.size, file));
    if (!isCopy) return "new";
    if (now - since < holdMillis) return "wait";
    this.log(`${found.path} has the same content as another file that still exists: it is sent too`);
    return "new";
  }

  /** Removes a candidate and returns its open file descriptor. */
  release(id: string): number | undefined {
    const fd = this.#waiting.get(id)?.fd;
    this.#waiting.delete(id);
    return fd;
  }

  /** Removes and returns the candidates that no longer have a name; their content would be lost otherwise. */
  vanished(known: ReadonlyMap<string, unknown>): { readonly found: FoundFile; readonly fd: number }[] {
    const gone = [...this.#waiting].filter(([id]) => !known.has(id));
    for (const [id] of gone) this.#waiting.delete(id);
    return gone.map(([, candidate]) => candidate);
  }

  close(): void {
    for (const { fd } of this.vanished(new Map())) closeSync(fd);
  }

  #candidate(found: FoundFile, now: number): Candidate {
    const known = this.#waiting.get(found.id);
    if (known) {
      known.found = found;
      return known;
    }
    const fd = openSync(found.path, "r");
    if (idOf(fstatSync(fd, { bigint: true })) !== found.id) {
      closeSync(fd);
      throw new Error(`${found.path} was replaced while it was being opened`);
    }
    const candidate = { found, fd, since: now };
    this.#waiting.set(found.id, candidate);
    return candidate;
  }
}

/** Whether the file begins with the content read of a truncated file. */
function continues(fd: number, file: TrackedFile): boolean {
  if (file.read === 0) return false;
  const ends = endsAt(fd, file.read);
  return ends !== undefined && fingerprint(ends) === file.fingerprintAt(file.read);
}

/** Whether the file equals the start of another one: it may be a copy that is still being written. */
function isCopyOf(fd: number, head: Buffer, size: number, file: TrackedFile): boolean {
  if (file.size === 0 || (file.fd === undefined && !file.listed)) return false;
  const known = file.recent && file.recent.head.length >= head.length ? file.recent.head : undefined;
  if (known && !known.subarray(0, head.length).equals(head)) return false;
  const now = Number(fstatSync(file.open()).size);
  // Truncated since the last scan; the next scan handles it.
  if (now < file.size) return true;
  if (size > now) return false;
  const theirs = endsAt(file.open(), size);
  const mine = endsAt(fd, size);
  return !theirs || !mine || fingerprint(mine) === fingerprint(theirs);
}
