import { createHash } from "node:crypto";
import type { Source } from "../../data/history/source";

/** An object of csv/. A retry of its batch overwrites it with another etag. */
export interface CsvObject {
  readonly key: string;
  readonly etag: string;
  readonly modified: number;
}

/** A day's partition in history: the run that is verified and visible. */
export interface HistoryDay {
  readonly run: string;
  /** Digest of the objects of csv/ that the run has read. */
  readonly inputs: string;
  readonly rows: number;
  /** The hours that have rows, "00 01 23"; "" when they are not known. */
  readonly hours: string;
}

export interface DayState {
  readonly day: string;
  /** Digest of the day's objects in csv/; undefined without any. */
  readonly csv: string | undefined;
  readonly history: HistoryDay | undefined;
  /** The newest run with a saved list of objects: it was verified, whether it has a partition or not. */
  readonly verified: string | undefined;
  /** Whether the view reads the day from history. */
  readonly shown: boolean;
}

/**
 * What a day needs. write: a new run. show: its partition is verified and complete, and only the view does not read it
 * yet. restore: a verified run lost its partition, and csv/ no longer has all of its rows. hide: the view reads history,
 * which has no partition. settled: nothing.
 */
export type Step =
  | {
      readonly kind: "write";
      readonly source: Source;
      readonly reason: string;
      /** Keys of objects that the last run has not read. */
      readonly fresh: readonly string[];
      /** Objects of the last run that csv/ no longer has as they were. */
      readonly gone: readonly CsvObject[];
    }
  | { readonly kind: "restore"; readonly run: string }
  | { readonly kind: "show" | "hide" | "settled" | "open" };

/** `objects` and `inputsOf` list the day's objects and those that a run has read, when their digests differ. */
export async function stepFor(
  state: DayState,
  closed: boolean,
  objects: () => Promise<readonly CsvObject[]>,
  inputsOf: (run: string) => Promise<readonly CsvObject[]>,
): Promise<Step> {
  const { csv, history, shown, verified } = state;
  if (!history) {
    if (verified !== undefined) {
      const { gone } = compareObjects(csv === undefined ? [] : await objects(), await inputsOf(verified));
      if (gone.length > 0) return { kind: "restore", run: verified };
    }
    if (shown) return { kind: "hide" };
    if (!closed) return { kind: "open" };
    return csv === undefined
      ? { kind: "settled" }
      : { kind: "write", source: { history: false }, reason: "not yet compacted", fresh: [], gone: [] };
  }
  const done: Step = { kind: shown ? "settled" : "show" };
  if (csv === undefined || csv === history.inputs) return done;
  const present = await objects();
  const { fresh, gone } = compareObjects(present, await inputsOf(history.run));
  if (fresh.length === 0) return done;
  return {
    kind: "write",
    // Rows of an object that is gone, or was overwritten, may be nowhere else.
    source: { history: gone.length > 0 },
    reason: `${fresh.length} of ${present.length} objects are newer than the last run`,
    fresh: fresh.map(({ key }) => key),
    gone,
  };
}

/** Objects that a run has not read, and those of the run that are no longer there as they were. */
export function compareObjects(present: readonly CsvObject[], read: readonly CsvObject[]) {
  const etags = (of: readonly CsvObject[]) => new Map(of.map(({ key, etag }) => [key, etag]));
  const [now, before] = [etags(present), etags(read)];
  return {
    fresh: present.filter(({ key, etag }) => before.get(key) !== etag),
    gone: read.filter(({ key, etag }) => now.get(key) !== etag),
  };
}

/** The hours of objects of csv/, and those of an earlier run: "00 01 23". */
export function hoursOf(objects: readonly CsvObject[], earlier = ""): string {
  const hours = objects.flatMap(({ key }) => /\/hour=(\d\d)\//.exec(key)?.[1] ?? []);
  return [...new Set([...hours, ...earlier.split(" ").filter(Boolean)])].sort().join(" ");
}

/** Identifies a set of objects by their keys and contents. */
export function digestOf(objects: readonly CsvObject[]): string {
  const lines = objects.map(({ key, etag }) => `${key} ${etag}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex").slice(0, 32);
}

/** Time after a day's end until its batches and buffers have been written. Later rows are noticed as late rows. */
const SETTLING_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Whether a day ended long enough ago to be compacted. */
export const isClosed = (day: string, now: number): boolean =>
  Date.parse(`${day}T00:00:00Z`) + DAY_MS + SETTLING_MS <= now;
