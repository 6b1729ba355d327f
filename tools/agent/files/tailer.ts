import { dirname } from "node:path";
import { Candidates } from "./candidates";
import { type FoundFile, foundFile, listFiles } from "./glob";
import { type InitialPosition, initialOffset, type ReadOptions, readRecords } from "./read-records";
import { type Checkpoint, type RawRecord, TrackedFile } from "./tracked-file";

export interface TailerOptions extends ReadOptions {
  readonly filePattern: string;
  readonly initialPosition: InitialPosition;
  /** Logs what happened to the files. */
  readonly log: (what: string) => void;
}

/** A fully read file that has not changed for this time is closed until it grows. */
const IDLE_MS = 600_000;
/** A deleted file may still be written to. It is closed after this time without changes. */
const DELETED_MS = 10_000;
/** Positions of missing files are kept for a week, in case they return. */
const GONE_MS = 7 * 86_400_000;
const MAX_GONE = 1000;

/** Follows the files of one pattern through rotation, and returns their records in order. */
export class Tailer {
  readonly #candidates: Candidates;
  #files: TrackedFile[];
  #firstScan: boolean;
  #turn = 0;
  #troubles = new Set<string>();

  /** `saved` is an earlier result of `checkpoint`; without it, reading begins at the initial position. */
  constructor(
    private readonly options: TailerOptions,
    saved: readonly Checkpoint[] | undefined,
    now: number,
  ) {
    this.#firstScan = saved === undefined;
    this.#files = (saved ?? []).map((from) => new TrackedFile(from.path, from.id, now, from));
    this.#candidates = new Candidates(options.log);
    if (saved) this.#findRenamed(now);
  }

  /** All tracked files, including those whose content was moved or truncated. */
  get files(): readonly TrackedFile[] {
    return this.#files;
  }

  /** Files and folders that cannot be read at present, with the reason. */
  get troubles(): ReadonlySet<string> {
    return this.#troubles;
  }

  /** Finds new, renamed, truncated and deleted files. */
  scan(now: number): void {
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
    for (const each of found) if (!ids.has(each.id)) trying(() => this.#addNew(each, now));
    for (const { found: each, fd } of this.#candidates.vanished(known)) this.#begin(each, now, fd);
    this.#forget(now);
    for (const trouble of troubles)
      if (!this.#troubles.has(trouble)) this.options.log(`cannot read: ${trouble}`);
    this.#troubles = troubles;
    this.#firstScan = false;
  }

  /** Complete records, from each file in turn, up to about `room` bytes. */
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
      if (!this.#troubles.has(trouble)) this.options.log(`cannot read: ${trouble}`);
      this.#troubles.add(trouble);
      return [];
    }
  }

  /** Updates a known file: its path, its size, and whether its content is unchanged. */
  #follow(file: TrackedFile, known: ReadonlyMap<string, FoundFile>, now: number): void {
    if (file.id === undefined) return;
    const found = known.get(file.id) ?? this.#unlisted(file);
    file.listed = known.has(file.id);
    if (!found) return;
    if (file.fd === undefined && file.read === 0) {
      // Nothing was read of it, so nothing identifies it: treat it as a new file.
      this.#files = this.#files.filter((each) => each !== file);
      return;
    }
    if (found.path !== file.path) {
      this.options.log(`${file.path} is now ${found.path}; continuing at ${file.read}`);
      file.path = found.path;
    }
    const changed = file.observe(found, now);
    if ((changed || file.recent === undefined) && !file.isUnchanged()) {
      this.#detach(file);
      return;
    }
    const idle = file.allAcknowledged && file.read >= file.size && now - file.changed > IDLE_MS;
    if (idle) file.close();
    else if (file.listed) file.open();
  }

  /** The status of an open file that the pattern does not match any more. */
  #unlisted(file: TrackedFile): FoundFile | undefined {
    const status = file.status();
    if (!status) return undefined;
    if (status.nlink === 0n && !file.deleted)
      this.options.log(`${file.path} was deleted; reading the rest of it`);
    file.deleted = status.nlink === 0n;
    return foundFile(file.path, status);
  }

  /** The file was truncated or replaced. */
  #detach(file: TrackedFile): void {
    const { path } = file;
    this.options.log(`${path} was truncated or replaced after ${file.read} bytes were read`);
    file.detach();
    // A copy of content detached earlier from the same path would have appeared by now.
    this.#files = this.#files.filter(
      (each) => each === file || each.id !== undefined || each.path !== path || !each.allAcknowledged,
    );
  }

  /** A file seen for the first time: the continuation of known content, a copy in progress, or a new file. */
  #addNew(found: FoundFile, now: number): void {
    if (this.#firstScan) {
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
    this.options.log(`${found.path} is a copy of the former ${verdict.path}; continuing at ${verdict.read}`);
    verdict.moveTo(found, fd, now);
    verdict.listed = verdict.isUnchanged();
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

  /** Finds files that were renamed out of the pattern while the agent was stopped, to read them to their end. */
  #findRenamed(now: number): void {
    const listed = new Set(listFiles(this.options.filePattern).files.map(({ id }) => id));
    const missing = this.#files.filter(({ id }) => id !== undefined && !listed.has(id));
    for (const folder of new Set(missing.map(({ path }) => dirname(path)))) {
      const inFolder = new Map(listFiles(`${escapeGlob(folder)}/*`).files.map((each) => [each.id, each]));
      for (const file of missing) {
        const found = dirname(file.path) === folder && file.id !== undefined && inFolder.get(file.id);
        if (found) this.#reopen(file, found, now);
      }
    }
  }

  #reopen(file: TrackedFile, found: FoundFile, now: number): void {
    const { path } = file;
    file.path = found.path;
    file.observe(found, now);
    if (file.isUnchanged()) {
      file.open();
      this.options.log(`${path} is now ${found.path}; continuing at ${file.read}`);
      return;
    }
    // Its inode was reused for another file.
    file.close();
    file.path = path;
  }

  #forget(now: number): void {
    const gone: TrackedFile[] = [];
    this.#files = this.#files.filter((file) => {
      if (file.listed || !file.allAcknowledged) return true;
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
    if (gone.length <= MAX_GONE) return;
    const oldest = new Set(gone.sort((a, b) => a.seen - b.seen).slice(0, gone.length - MAX_GONE));
    this.#files = this.#files.filter((file) => !oldest.has(file));
  }
}

const escapeGlob = (path: string): string => path.replace(/[\\*?[\]{}]/g, "\\$&");
