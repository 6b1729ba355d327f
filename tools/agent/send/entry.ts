import type { RawRecord } from "../files/tracked-file";

/** What came of a record of a file, ready to be sent. */
export interface Item {
  readonly record: RawRecord;
  readonly data: Uint8Array;
  /** When it was read. */
  readonly at: number;
}

/** One record of a call. */
export interface Entry {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  /** Entries of one lane stay in order; those without one need not. */
  readonly lane?: string;
  readonly items: readonly Item[];
}

/** Puts entries once; gives back those that were refused, with the reason. It throws when the whole call failed. */
export type PutOnce = (entries: readonly Entry[], signal: AbortSignal) => Promise<ReadonlyMap<Entry, string>>;
