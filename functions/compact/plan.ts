import { createHash } from "node:crypto";
import type { Source } from "../../data/history/sql";

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
}

export interface DayState {
  readonly day: string;
  /** Digest of the day's objects in csv/; undefined without any. */
  readonly csv: string | undefined;
  readonly history: HistoryDay | undefined;
  /** Whether the view reads the day from history. */
  readonly shown: boolean;
}

/**
 * What a day needs. write: a new run. show: its partition is verified and complete, and only the view does not read it
 * yet. hide: the view reads history, which has no partition. settled: nothing.
 */
export type Step =
  | { readonly kind: "write"; readonly source: Source; readonly reason: string }
  | { readonly kind: "show" | "hide" | "settled" | "open" };

/** `objects` and `inputsOf` list the day's objects and those that a run has read, when their digests differ. */
export async function stepFor(
  state: DayState,
  closed: boolean,
  objects: () => Promise<readonly CsvObject[]>,
  inputsOf: (run: string) => Promise<readonly CsvObject[]>,
): Promise<Step> {
  const { csv, history, shown } = state;
  if (!history) {
    if (shown) return { kind: "hide" };
    if (!closed) return { kind: "open" };
    return csv === undefined
      ? { kind: "settled" }
      : { kind: "write", source: "csv", reason: "not yet compacted" };
  }
  const done: Step = { kind: shown ? "settled" : "show" };
  if (csv === undefined || csv === history.inputs) return done;
  const present = await objects();
  const read = new Map((await inputsOf(history.run)).map(({ key, etag }) => [key, etag]));
  const fresh = present.filter(({ key, etag }) => read.get(key) !== etag);
  if (fresh.length === 0) return done;
  const keys = new Set(present.map(({ key }) => key));
  const expired = [...read.keys()].some((key) => !keys.has(key));
  return {
    kind: "write",
    source: expired ? "csv and history" : "csv",
    reason: `${fresh.length} of ${present.length} objects are newer than the last run`,
  };
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
