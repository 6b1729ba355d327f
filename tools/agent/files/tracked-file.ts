import { type BigIntStats, closeSync, fstatSync, openSync } from "node:fs";
import { endsAt, fingerprint, RecentBytes } from "./fingerprint";
import { type FoundFile, idOf } from "./glob";

/** A line, or the lines of a multi-line record. */
export interface RawRecord {
  readonly file: TrackedFile;
  readonly start: number;
  /** Offset of the next record. */
  readonly end: number;
  readonly data: Buffer;
  /** The line exceeds the maximum record size; `data` is its beginning. */
  readonly cut: boolean;
}

/** Where reading continues after a restart. */
export interface Checkpoint {
  readonly path: string;
  /** Undefined for content whose file was truncated; a copy of it may appear. */
  readonly id?: string;
  readonly offset: number;
  readonly fingerprint: string;
  /** When the file was last seen. */
  readonly seen: string;
}

/** The content of a file and the positions in it. It follows renames, and rotations that copy and truncate the file. */
export class TrackedFile {
  /** Undefined when the file of the content is unknown. */
  id: string | undefined;
  /** The first path it was seen under. */
  readonly origin: string;
  /** Everything before this offset has been returned as records. */
  read: number;
  size = 0;
  modified = 0;
  /** When it last grew or moved to another file. */
  changed: number;
  seen: number;
  /** Whether the pattern matches it now. */
  listed = false;
  deleted = false;
  /** The file size at which no further complete record was found. */
  exhausted = -1;
  /** How far the search for the end of a very long line has come. */
  scanned = 0;
  fd: number | undefined;
  recent: RecentBytes | undefined;
  /** The last computed fingerprint; most files rarely change. */
  #fingerprint: { readonly offset: number; readonly text: string } | undefined;
  #pending: { readonly end: number; done: boolean }[] = [];
  #first = 0;
  #acknowledged: number;

  constructor(
    public path: string,
    id: string | undefined,
    now: number,
    from?: Checkpoint,
  ) {
    this.id = id;
    this.origin = path;
    this.changed = now;
    this.seen = from ? Date.parse(from.seen) : now;
    this.read = from?.offset ?? 0;
    this.#acknowledged = this.read;
    this.#fingerprint = from && { offset: from.offset, text: from.fingerprint };
    if (this.read === 0) this.recent = RecentBytes.empty();
  }

  /** Everything before this offset has been acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  get allAcknowledged(): boolean {
    return this.#acknowledged === this.read;
  }

  get behind(): number {
    return this.id === undefined ? 0 : Math.max(0, this.size - this.#acknowledged);
  }

  open(): number {
    if (this.fd !== undefined) return this.fd;
    const fd = openSync(this.path, "r");
    if (idOf(fstatSync(fd, { bigint: true })) !== this.id) {
      closeSync(fd);
      throw new Error(`${this.path} was replaced while it was being opened`);
    }
    this.fd = fd;
    return fd;
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  observe({ size, modified }: { size: number; modified: number }, now: number): boolean {
    const changed = size !== this.size || modified !== this.modified;
    if (changed) this.changed = now;
    this.size = size;
    this.modified = modified;
    this.seen = now;
    return changed;
  }

  status(): BigIntStats | undefined {
    return this.fd === undefined ? undefined : fstatSync(this.fd, { bigint: true });
  }

  /** Whether the file still begins with the content read of it. */
  isUnchanged(): boolean {
    if (this.read === 0) return true;
    const ends = endsAt(this.open(), this.read);
    if (!ends || fingerprint(ends) !== this.fingerprintAt(this.read)) return false;
    this.recent ??= new RecentBytes(this.read, ends);
    return true;
  }

  fingerprintAt(offset: number): string {
    if (this.#fingerprint?.offset === offset) return this.#fingerprint.text;
    if (!this.recent) throw new Error(`${this.path} was never read up to ${offset}`);
    this.#fingerprint = { offset, text: fingerprint(this.recent.ends(offset)) };
    return this.#fingerprint.text;
  }

  /** Sets the offset of the first read. */
  startAt(offset: number): void {
    const ends = offset === 0 ? undefined : endsAt(this.open(), offset);
    this.recent = ends ? new RecentBytes(offset, ends) : RecentBytes.empty();
    this.#fingerprint = undefined;
    this.read = ends ? offset : 0;
    this.#acknowledged = this.read;
  }

  /** Continues in another file, a copy of this one. */
  moveTo(found: FoundFile, fd: number | undefined, now: number): void {
    this.close();
    this.fd = fd;
    this.path = found.path;
    this.id = found.id;
    this.exhausted = -1;
    this.deleted = false;
    this.observe(found, now);
    this.changed = now;
  }

  /** The file was truncated; its content may be in a copy. */
  detach(): void {
    this.close();
    this.id = undefined;
    this.listed = false;
  }

  /** Marks the records that end at `ends` as read. `bytes` are the bytes read before the last end. */
  take(ends: readonly number[], bytes: Buffer): void {
    const last = ends.at(-1) ?? this.read;
    this.recent?.add(last - bytes.length, bytes);
    for (const end of ends) this.#pending.push({ end, done: false });
    this.read = last;
    this.scanned = last;
  }

  /** Skips to an offset. */
  skip(end: number, bytes: Buffer): void {
    this.take([end], bytes);
    this.acknowledge(end);
  }

  /** The record that ends there was accepted, or will not be sent. The checkpoint advances only without gaps. */
  acknowledge(end: number): void {
    const pending = this.#pending;
    const at = indexOfEnd(pending, this.#first, end);
    if (at === undefined) return;
    (pending[at] as { done: boolean }).done = true;
    while (pending[this.#first]?.done) this.#acknowledged = pending[this.#first++]?.end ?? this.#acknowledged;
    if (this.#first > 4096 || this.#first === pending.length) {
      this.#pending = pending.slice(this.#first);
      this.#first = 0;
    }
    this.recent?.discardBefore(this.#acknowledged);
  }

  checkpoint(): Checkpoint {
    return {
      path: this.path,
      ...(this.id !== undefined && { id: this.id }),
      offset: this.#acknowledged,
      fingerprint: this.fingerprintAt(this.#acknowledged),
      seen: new Date(this.seen).toISOString(),
    };
  }
}

/** Binary search: pending records are in file order. */
function indexOfEnd(
  pending: readonly { readonly end: number }[],
  first: number,
  end: number,
): number | undefined {
  let [low, high] = [first, pending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pending[middle]?.end ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  return pending[low]?.end === end ? low : undefined;
}
