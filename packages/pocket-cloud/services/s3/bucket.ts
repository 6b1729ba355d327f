import { readdirSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDirectory } from "../../storage/private";
import { RecordLog } from "../../storage/record-log";
import type { FileStore } from "./file-store";
import { SortedKeys } from "./keys";
import type { Change, Part, StoredObject, Upload, Version } from "./records";

/** An upload in progress, with its parts by number. */
export interface OpenUpload {
  readonly upload: Upload;
  readonly parts: Map<number, Part>;
  /** Whether the key was written or deleted meanwhile. A restart of the cloud forgets it. */
  keyChanged?: boolean;
}

/**
 * The objects of one bucket. Descriptions are in memory and in a log, bytes in files with generated names. The line in
 * the log creates the object, so bytes and description become visible together. Keys are never file names.
 */
export class Bucket {
  readonly #versions = new Map<string, Version[]>();
  readonly keys = new SortedKeys();
  readonly uploads = new Map<string, OpenUpload>();
  readonly #log: RecordLog<Change>;

  constructor(
    readonly name: string,
    readonly dir: string,
    readonly files: FileStore,
  ) {
    makePrivateDirectory(dir);
    this.#log = new RecordLog<Change>(
      join(dir, "objects.log"),
      (change) => this.#apply(change),
      () => this.#liveChanges(),
    );
    this.keys.load(this.#versions.keys());
    this.#reconcile(new Set(readdirSync(files.dir)));
    this.#loaded = true;
  }
  #loaded = false;

  /** Newest first. */
  versions(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** The latest version of the key, unless it is a delete marker. */
  current(key: string): StoredObject | undefined {
    const top = this.#versions.get(key)?.[0];
    return top?.kind === "object" ? top : undefined;
  }

  get empty(): boolean {
    return this.#versions.size === 0;
  }

  commit(change: Change): void {
    this.#log.append(change);
    for (const file of this.#apply(change)) this.files.discard(file);
  }

  close(): void {
    this.#log.close();
  }

  /** Returns the files that are no longer used. */
  #apply(change: Change): string[] {
    if ("put" in change || "remove" in change)
      this.#markUploads("put" in change ? change.put.key : change.remove[0]);
    if ("put" in change)
      return [...this.#put(change.put), ...(change.completes ? this.#abort(change.completes) : [])];
    if ("redescribe" in change) return this.#redescribe(change.redescribe);
    if ("remove" in change) return this.#remove(...change.remove);
    if ("upload" in change) this.uploads.set(change.upload.id, { upload: change.upload, parts: new Map() });
    if ("part" in change) return this.#part(change.of, change.part);
    if ("abort" in change) return this.#abort(change.abort);
    return [];
  }

  #markUploads(key: string): void {
    for (const open of this.uploads.values()) if (open.upload.key === key) open.keyChanged = true;
  }

  #put(version: Version): string[] {
    const before = this.#versions.get(version.key);
    if (!before) {
      this.#versions.set(version.key, [version]);
      if (this.#loaded) this.keys.add(version.key);
      return [];
    }
    const replaced = before.findIndex((old) => old.versionId === version.versionId);
    const removed = replaced < 0 ? [] : before.splice(replaced, 1);
    before.unshift(version);
    return removed.flatMap(filesOf);
  }

  #redescribe(version: StoredObject): string[] {
    const all = this.#versions.get(version.key);
    const at = all?.findIndex((old) => old.versionId === version.versionId) ?? -1;
    if (all && at >= 0) all[at] = version;
    return [];
  }

  #remove(key: string, versionId: string): string[] {
    const all = this.#versions.get(key);
    const at = all?.findIndex((old) => old.versionId === versionId) ?? -1;
    if (!all || at < 0) return [];
    const removed = all.splice(at, 1);
    if (all.length === 0) {
      this.#versions.delete(key);
      if (this.#loaded) this.keys.remove(key);
    }
    return removed.flatMap(filesOf);
  }

  #part(uploadId: string, part: Part): string[] {
    const parts = this.uploads.get(uploadId)?.parts;
    const before = parts?.get(part.number);
    parts?.set(part.number, part);
    return before ? [before.file] : [];
  }

  #abort(uploadId: string): string[] {
    const open = this.uploads.get(uploadId);
    this.uploads.delete(uploadId);
    return open ? [...open.parts.values()].map((part) => part.file) : [];
  }

  *#liveChanges(): Iterable<Change> {
    for (const versions of this.#versions.values()) for (const put of [...versions].reverse()) yield { put };
    for (const { upload, parts } of this.uploads.values()) {
      yield { upload };
      for (const part of parts.values()) yield { part, of: upload.id };
    }
  }

  /** After a crash: deletes files without a description, and descriptions whose file is missing. */
  #reconcile(present: Set<string>): void {
    const used = new Set<string>();
    for (const change of [...this.#liveChanges()]) {
      const file =
        "put" in change && change.put.kind === "object"
          ? change.put.file
          : "part" in change
            ? change.part.file
            : undefined;
      if (file === undefined) continue;
      if (present.has(file)) used.add(file);
      else if ("put" in change) this.#forget(change.put);
    }
    for (const file of present) if (!used.has(file)) this.files.discard(file);
  }

  #forget(version: Version): void {
    this.#log.append({ remove: [version.key, version.versionId] });
    this.#remove(version.key, version.versionId);
    if (!this.#versions.has(version.key)) this.keys.remove(version.key);
  }
}

const filesOf = (version: Version): string[] => (version.kind === "object" ? [version.file] : []);
