import { dirname } from "node:path";
import { Candidates } from "./candidates";
import { type FoundFile, foundFile, listFiles } from "./glob";
import { type InitialPosition, initialOffset, type Reading, readRecords } from "./read-records";
import { type Checkpoint, type RawRecord, TrackedFile } from "./tracked-file";

export interface TailerOptions extends Reading {
  readonly filePattern: string;
  readonly initialPosition: InitialPosition;
  /** Tells what happened to the files. */
  readonly say: (what: string) => void;
}

/** A file that is fully read and quiet for so long is closed until it grows. */
const IDLE_MS = 600_000;
/** A deleted file lives on for whoever writes to it; when nobody did for so long, it is let go. */
const DELETED_MS = 10_000;
/** Positions of files that are gone are kept for a week, should they come back. */
const GONE_MS = 7 * 86_400_000;
const MOST_GONE = 1000;

/** Follows the files of one pattern, through whatever becomes of them, and hands out their records in order. */
export class Tailer {
  readonly #candidates: Candidates;
  #files: TrackedFile[];
  #first: boolean;
  #turn = 0;
  #troubles = new Set<string>();

  /** `saved` is what `checkpoint` returned before; without any, the initial position counts. */
  constructor(
    private readonly options: TailerOptions,
    saved: readonly Checkpoint[] | undefined,
    now: number,
  ) {
    this.#first = saved === undefined;
    this.#files = (saved ?? []).map((from) => new TrackedFile(from.path, from.id, now, from));
    this.#candidates = new Candidates(options.say);
    if (saved) this.#findRenamed(now);
  }

  /** The files as they are known, those without content of their own included. */
  get files(): readonly TrackedFile[] {
    return this.#files;
  }

  /** What cannot be read at present, and why. */
  get troubles(): ReadonlySet<string> {
    return this.#troubles;
  }

  /** Finds what has become of the files. */
  look(now: number): void {
    const { files: found, problems } = listFiles(this.options.filePattern);
    const troubles = new Set(problems);
    const known = new Map(found.map((each) => [each.id, each]));
    const trying = (what: () => void) => {
      try {
        what();
      } catch (error) {
        troubles.add(error instanceof Error ? error.message : String(error));
      }
    };
    for (const file of [...this.#files]) trying(() => this.#follow(file, known, now));
    const ids = new Set(this.#files.map(({ id }) => id));
    for (const each of found) if (!ids.has(each.id)) trying(() => this.#meet(each, now));
    for (const { found: each, fd } of this.#candidates.vanished(known)) this.#begin(each, now, fd);
    this.#forget(now);
    for (const trouble of troubles)
      if (!this.#troubles.has(trouble)) this.options.say(`cannot read: ${trouble}`);
    this.#troubles = troubles;
    this.#first = false;
  }

  /** Complete records, of each file in turn, until about `room` bytes are found. */
  read(room: number, now: number): RawRecord[] {
    const records: RawRecord[] = [];
    for (let left = room, idle = 0; left > 0 && idle < this.#files.length; ) {
      const file = this.#files[this.#turn++ % this.#files.length];
      const got = file ? this.#readFrom(file, left, now) : [];
      idle = got.length > 0 ? 0 : idle + 1;
      for (const record of got) {
        records.push(record);
        left -= record.data.length;
      }
    }
    return records;
  }

  checkpoint(): Checkpoint[] {
    return this.#files
      .filter((file) => file.id !== undefined || file.acknowledged > 0)
      .map((file) => file.checkpoint());
  }

  close(): void {
    for (const file of this.#files) file.close();
    this.#candidates.close();
  }

  #readFrom(file: TrackedFile, room: number, now: number): RawRecord[] {
    if (file.id === undefined || file.recent === undefined || (file.fd === undefined && !file.listed))
      return [];
    try {
      return readRecords(file, this.options, room, now);
    } catch (error) {
      const trouble = `${file.path}: ${error instanceof Error ? error.message : error}`;
      if (!this.#troubles.has(trouble)) this.options.say(`cannot read: ${trouble}`);
      this.#troubles.add(trouble);
      return [];
    }
  }

  /** Where a known file is now, and whether it still has what was read of it. */
  #follow(file: TrackedFile, known: ReadonlyMap<string, FoundFile>, now: number): void {
    if (file.id === undefined) return;
    const found = known.get(file.id) ?? this.#unlisted(file);
    file.listed = known.has(file.id);
    if (!found) return;
    if (file.fd === undefined && file.read === 0) {
      // Nothing tells whether it is the same file: it is met anew.
      this.#files = this.#files.filter((each) => each !== file);
      return;
    }
    if (found.path !== file.path) {
      this.options.say(`${file.path} is now ${found.path}; reading goes on at ${file.read}`);
      file.path = found.path;
    }
    const changed = file.observe(found, now);
    if ((changed || file.recent === undefined) && !file.holds()) {
      this.#truncated(file);
      return;
    }
    const idle = file.settled && file.read >= file.size && now - file.changed > IDLE_MS;
    if (idle) file.close();
    else if (file.listed) file.open();
  }

  /** What an open file says of itself when no name of the pattern leads to it. */
  #unlisted(file: TrackedFile): FoundFile | undefined {
    const status = file.status();
    if (!status) return undefined;
    if (status.nlink === 0n && !file.deleted)
      this.options.say(`${file.path} was deleted; what is left of it is read`);
    file.deleted = status.nlink === 0n;
    return foundFile(file.path, status);
  }

  /** The file has other content now, and nobody knows yet what that is. */
  #truncated(file: TrackedFile): void {
    const { path } = file;
    this.options.say(`${path} no longer has what was read of it up to ${file.read}`);
    file.lose();
    // Of what was lost before from the same path, a copy would have turned up by now.
    this.#files = this.#files.filter(
      (each) => each === file || each.id !== undefined || each.path !== path || !each.settled,
    );
  }

  /** A file that nobody knows: one that continues a known content, one that may be a copy in the making, or a new one. */
  #meet(found: FoundFile, now: number): void {
    if (this.#first) {
      const file = this.#begin(found, now);
      file.startAt(initialOffset(file.open(), found.size, this.options));
      return;
    }
    const verdict = this.#candidates.judge(found, this.#files, now);
    if (verdict === "wait") return;
    const fd = this.#candidates.release(found.id);
    if (verdict === "new") {
      this.#begin(found, now, fd);
      return;
    }
    this.options.say(
      `${found.path} is a copy of what ${verdict.path} was; reading goes on at ${verdict.read}`,
    );
    verdict.moveTo(found, fd, now);
    verdict.listed = verdict.holds();
  }

  #begin(found: FoundFile, now: number, fd?: number): TrackedFile {
    const file = new TrackedFile(found.path, found.id, now);
    file.fd = fd;
    file.observe(found, now);
    file.listed = true;
    file.open();
    this.#files.push(file);
    return file;
  }

  /** Files that were renamed out of the pattern while nobody looked are read to their end. */
  #findRenamed(now: number): void {
    const listed = new Set(listFiles(this.options.filePattern).files.map(({ id }) => id));
    const away = this.#files.filter(({ id }) => id !== undefined && !listed.has(id));
    for (const folder of new Set(away.map(({ path }) => dirname(path)))) {
      const there = new Map(listFiles(`${escapeGlob(folder)}/*`).files.map((each) => [each.id, each]));
      for (const file of away) {
        const found = dirname(file.path) === folder && file.id !== undefined && there.get(file.id);
        if (found) this.#reopen(file, found, now);
      }
    }
  }

  #reopen(file: TrackedFile, found: FoundFile, now: number): void {
    const { path } = file;
    file.path = found.path;
    file.observe(found, now);
    if (file.holds()) {
      file.open();
      this.options.say(`${path} is now ${found.path}; reading goes on at ${file.read}`);
      return;
    }
    // Another file got its inode.
    file.close();
    file.path = path;
  }

  #forget(now: number): void {
    const gone: TrackedFile[] = [];
    this.#files = this.#files.filter((file) => {
      if (file.listed || !file.settled) return true;
      if (file.fd !== undefined) {
        const quiet = now - file.changed;
        if (file.read < file.size && file.exhausted !== file.size) return true;
        if (!file.deleted) {
          if (quiet > IDLE_MS) file.close();
          return true;
        }
        if (quiet <= DELETED_MS) return true;
        file.close();
        return false;
      }
      if (now - file.seen > GONE_MS) return false;
      gone.push(file);
      return true;
    });
    if (gone.length <= MOST_GONE) return;
    const oldest = new Set(gone.sort((a, b) => a.seen - b.seen).slice(0, gone.length - MOST_GONE));
    this.#files = this.#files.filter((file) => !oldest.has(file));
  }
}

const escapeGlob = (path: string): string => path.replace(/[\\*?[\]{}]/g, "\\$&");
