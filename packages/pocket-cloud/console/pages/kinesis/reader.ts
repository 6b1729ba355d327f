/** A record as GetRecords returns it, with its shard. */
export interface ReadRecord {
  readonly shard: string;
  readonly sequence: string;
  readonly partitionKey: string;
  /** Milliseconds since the epoch. */
  readonly arrival: number;
  /** Base64. */
  readonly data: string;
}

export type Position =
  | { readonly kind: "TRIM_HORIZON" | "LATEST" }
  | { readonly kind: "AT_TIMESTAMP"; readonly at: number }
  | { readonly kind: "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER"; readonly sequence: string };

/** The two operations that the reader needs. */
export interface Shards {
  iterator(shard: string, position: Position): Promise<string | undefined>;
  records(shard: string, iterator: string): Promise<Batch>;
}

export interface Batch {
  readonly records: readonly ReadRecord[];
  readonly next: string | undefined;
  readonly behindMillis: number;
}

export interface Found {
  readonly records: readonly ReadRecord[];
  /** The number of records that were looked at. */
  readonly scanned: number;
  /** Everything from this instant on was looked at. Undefined when the beginning of the stream was reached. */
  readonly back: number | undefined;
}

export interface Search {
  readonly shards: readonly string[];
  readonly now: number;
  /** The oldest instant that the stream keeps. */
  readonly oldest: number;
  readonly matches: (record: ReadRecord) => boolean;
  /** Ends once this many records match. */
  readonly wanted: number;
  /** Ends once this many records were looked at. */
  readonly most: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (found: Found) => void;
}

const FIRST_WINDOW_MS = 60_000;
const WIDEN = 6;
const NARROW = 10;
const SHORTEST_WINDOW_MS = 2;
/** A window with more records than one response is given up and read in smaller windows, so that the newest come first. */
const WINDOW_RECORDS = 1000;

/**
 * Looks for the newest records. Kinesis reads forwards only, so windows of time are read that lie further and further back,
 * each as wide as its records allow.
 */
export async function findNewest(shards: Shards, search: Search): Promise<Found> {
  const { now, oldest, wanted, most, signal } = search;
  let found: ReadRecord[] = [];
  let scanned = 0;
  let [end, width] = [now + 1, FIRST_WINDOW_MS];
  while (end > oldest) {
    signal.throwIfAborted();
    const start = Math.max(oldest, end - width);
    const window = await readWindow(shards, search, { start, end, whole: width <= SHORTEST_WINDOW_MS });
    if (!window) {
      width = Math.max(SHORTEST_WINDOW_MS, width / NARROW);
      continue;
    }
    scanned += window.records.length;
    found = [...found, ...window.records.filter(search.matches).sort(newestFirst)];
    end = start;
    const soFar = { records: found, scanned, back: end };
    search.onProgress?.(soFar);
    if (found.length >= wanted || scanned >= most) return soFar;
    if (window.records.length * WIDEN < WINDOW_RECORDS) width *= WIDEN;
  }
  return { records: found, scanned, back: undefined };
}

interface Window {
  readonly start: number;
  readonly end: number;
  /** Whether all responses are read. Else the window is given up when one response of a shard does not hold it. */
  readonly whole: boolean;
}

/** The records of all shards that arrived in [start, end); undefined when the window was given up. */
async function readWindow({ iterator, records }: Shards, search: Search, { start, end, whole }: Window) {
  const read: ReadRecord[] = [];
  const holds = async (shard: string): Promise<boolean> => {
    let next = await iterator(shard, { kind: "AT_TIMESTAMP", at: start });
    while (next !== undefined) {
      search.signal.throwIfAborted();
      const batch = await records(shard, next);
      const inside = batch.records.filter(({ arrival }) => arrival < end);
      read.push(...inside);
      if (inside.length < batch.records.length || batch.behindMillis === 0) return true;
      if (!whole) return false;
      next = batch.next;
    }
    return true;
  };
  // Shards share the load evenly: what is too much for one is not asked of the others.
  const [first, ...others] = search.shards;
  if (first !== undefined && !(await holds(first))) return undefined;
  const held = await Promise.all(others.map(holds));
  return held.every(Boolean) ? { records: read } : undefined;
}

/** Reads on from a position of each shard, oldest first, until enough records match. */
export async function findFrom(
  shards: Shards,
  position: Position,
  search: Omit<Search, "now" | "oldest">,
): Promise<Found> {
  const found: ReadRecord[] = [];
  let scanned = 0;
  const cursors = await Promise.all(
    search.shards.map(async (shard) => ({ shard, next: await shards.iterator(shard, position) })),
  );
  while (cursors.some(({ next }) => next !== undefined)) {
    search.signal.throwIfAborted();
    for (const cursor of cursors) {
      if (cursor.next === undefined) continue;
      const batch = await shards.records(cursor.shard, cursor.next);
      cursor.next = batch.behindMillis === 0 ? undefined : batch.next;
      scanned += batch.records.length;
      found.push(...batch.records.filter(search.matches));
      search.onProgress?.({ records: found, scanned, back: undefined });
      if (found.length >= search.wanted || scanned >= search.most)
        return { records: found.slice(0, search.wanted), scanned, back: undefined };
    }
  }
  return { records: found, scanned, back: undefined };
}

/** Sequence numbers are decimal: the longer one is the greater. */
export const newestFirst = (a: ReadRecord, b: ReadRecord): number =>
  b.arrival - a.arrival ||
  b.sequence.length - a.sequence.length ||
  (a.sequence < b.sequence ? 1 : a.sequence > b.sequence ? -1 : 0);
