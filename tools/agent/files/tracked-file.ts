import { type BigIntStats, closeSync, fstatSync, openSync } from "node:fs";
import { endsAt, fingerprint, Recent } from "./fingerprint";
import { type FoundFile, idOf } from "./glob";

/** What is read of a file at a time and sent as one: a line, or the lines of a multi-line record. */
export interface RawRecord {
  readonly file: TrackedFile;
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  readonly data: Buffer;
  /** Longer than a record may be: `data` is only its beginning. */
  readonly cut: boolean;
}

/** Where reading goes on after a restart. */
export interface Checkpoint {
  readonly path: string;
  /** Undefined for content whose file was truncated: a copy of it may turn up. */
  readonly id?: string;
  readonly offset: number;
  readonly fingerprint: string;
  /** When the file was last there. */
  readonly seen: string;
}

/**
 * The content of a file, wherever it is: it keeps its positions when the file is renamed, and when a rotation copies it
 * away and truncates the file.
 */
export class TrackedFile {
  /** Undefined when nobody knows where the content is. */
  id: string | undefined;
  /** The first path it was seen under. */
  readonly origin: string;
  /** Everything before it has been handed on. */
  read: number;
  size = 0;
  modified = 0;
  /** When it last grew or changed hands. */
  changed: number;
  seen: number;
  /** Whether the pattern names it now. */
  listed = false;
  deleted = false;
  /** The size at which there was no further record. */
  exhausted = -1;
  /** How far the end of a very long line was looked for. */
  scanned = 0;
  fd: number | undefined;
  recent: Recent | undefined;
  /** The last one that was asked for: most files rest most of the time. */
  #print: { readonly offset: number; readonly text: string } | undefined;
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
    this.#print = from && { offset: from.offset, text: from.fingerprint };
    if (this.read === 0) this.recent = Recent.ofNothing();
  }

  /** Everything before it has been acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  get settled(): boolean {
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

  /** Whether the file still begins with what was read of it. */
  holds(): boolean {
    if (this.read === 0) return true;
    const ends = endsAt(this.open(), this.read);
    if (!ends || fingerprint(ends) !== this.fingerprintAt(this.read)) return false;
    this.recent ??= new Recent(this.read, ends);
    return true;
  }

  fingerprintAt(offset: number): string {
    if (this.#print?.offset === offset) return this.#print.text;
    if (!this.recent) throw new Error(`${this.path} was never read up to ${offset}`);
    this.#print = { offset, text: fingerprint(this.recent.ends(offset)) };
    return this.#print.text;
  }

  /** Begins at an offset that nothing before is wanted of. */
  startAt(offset: number): void {
    const ends = offset === 0 ? undefined : endsAt(this.open(), offset);
    this.recent = ends ? new Recent(offset, ends) : Recent.ofNothing();
    this.#print = undefined;
    this.read = ends ? offset : 0;
    this.#acknowledged = this.read;
  }

  /** The content goes on in another file: a copy of this one. */
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

  /** The content's file was truncated. */
  lose(): void {
    this.close();
    this.id = undefined;
    this.listed = false;
  }

  /** Hands on what lies before each of the ends; `bytes` are those before the last of them, as many as were read. */
  take(ends: readonly number[], bytes: Buffer): void {
    const last = ends.at(-1) ?? this.read;
    this.recent?.add(last - bytes.length, bytes);
    for (const end of ends) this.#pending.push({ end, done: false });
    this.read = last;
    this.scanned = last;
  }

  /** Passes over what is not wanted. */
  skip(end: number, bytes: Buffer): void {
    this.take([end], bytes);
    this.acknowledge(end);
  }

  /** The record that ends there has arrived, or will never be sent. The checkpoint passes only over those without a gap. */
  acknowledge(end: number): void {
    const pending = this.#pending;
    const at = find(pending, this.#first, end);
    if (at === undefined) return;
    (pending[at] as { done: boolean }).done = true;
    while (pending[this.#first]?.done) this.#acknowledged = pending[this.#first++]?.end ?? this.#acknowledged;
    if (this.#first > 4096 || this.#first === pending.length) {
      this.#pending = pending.slice(this.#first);
      this.#first = 0;
    }
    this.recent?.settle(this.#acknowledged);
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

/** Pending records are in the order of the file. */
function find(pending: readonly { readonly end: number }[], first: number, end: number): number | undefined {
  let [low, high] = [first, pending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pending[middle]?.end ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  return pending[low]?.end === end ? low : undefined;
}
