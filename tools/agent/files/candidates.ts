import { closeSync, fstatSync, openSync } from "node:fs";
import { endsAt, fingerprint, readAt, WINDOW } from "./fingerprint";
import { type FoundFile, idOf } from "./glob";
import type { TrackedFile } from "./tracked-file";

interface Candidate {
  found: FoundFile;
  readonly fd: number;
  /** When it was first seen with something in it. */
  readonly since: number;
}

/** How long a file that repeats another may wait for that other to be truncated, besides the time its copying takes. */
const HOLD_MS = 5000;
const COPIED_PER_MS = 10_000;

/**
 * Files seen for the first time while others are known. A rotation by copy and truncation shows a copy before the
 * truncation: sent at once, its lines would be sent twice. So a file that has word for word what was read of another
 * waits a moment; when the other is truncated it is the copy, and reading goes on in it.
 */
export class Candidates {
  readonly #waiting = new Map<string, Candidate>();

  constructor(private readonly say: (what: string) => void) {}

  judge(found: FoundFile, files: readonly TrackedFile[], now: number): TrackedFile | "wait" | "new" {
    if (found.size === 0) return "wait";
    const { fd, since } = this.#candidate(found, now);
    const head = readAt(fd, 0, Math.min(WINDOW, found.size));
    const lost = files.find(
      (file) => file.id === undefined && found.size >= file.read && continues(fd, file),
    );
    if (lost) return lost;
    const patience = HOLD_MS + found.size / COPIED_PER_MS;
    const repeats = files.some((file) => file.id !== undefined && repeatsIt(fd, head, found.size, file));
    if (!repeats) return "new";
    if (now - since < patience) return "wait";
    this.say(`${found.path} repeats another file, which is still there: it is sent as well`);
    return "new";
  }

  /** A candidate that is none any more, with the file open. */
  release(id: string): number | undefined {
    const fd = this.#waiting.get(id)?.fd;
    this.#waiting.delete(id);
    return fd;
  }

  /** Candidates whose names are gone: what is in them would be lost. */
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

/** Whether the file has, and goes on after, what was read of content that lost its file. */
function continues(fd: number, file: TrackedFile): boolean {
  if (file.read === 0) return false;
  const ends = endsAt(fd, file.read);
  return ends !== undefined && fingerprint(ends) === file.fingerprintAt(file.read);
}

/** Whether all the file has so far stands at another's start, too: then it may be a copy in the making. */
function repeatsIt(fd: number, head: Buffer, size: number, file: TrackedFile): boolean {
  if (file.size === 0 || (file.fd === undefined && !file.listed)) return false;
  const known = file.recent && file.recent.head.length >= head.length ? file.recent.head : undefined;
  if (known && !known.subarray(0, head.length).equals(head)) return false;
  const now = Number(fstatSync(file.open()).size);
  // Truncated since it was looked at: the next look will know.
  if (now < file.size) return true;
  if (size > now) return false;
  const theirs = endsAt(file.open(), size);
  const mine = endsAt(fd, size);
  return !theirs || !mine || fingerprint(mine) === fingerprint(theirs);
}
