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
  records(shard: string, iterator: string, limit: number): Promise<Batch>;
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
  /** Everything from this instant on was looked at; undefined when records are read forwards, or all were. */
  readonly back?: number;
  /** Whether nothing is left to look at. */
  readonly complete: boolean;
}

export interface Search {
  readonly shards: readonly string[];
  readonly matches: (record: ReadRecord) => boolean;
  /** Ends the reading with an error. */
  readonly signal: AbortSignal;
}

interface Backwards extends Search {
  readonly now: number;
  /** The oldest instant that the stream keeps. */
  readonly oldest: number;
  /** How many matching records are shown at once. */
  readonly wanted: number;
  /** How many records the smallest windows are to hold. */
  readonly fewest: number;
}

const FIRST_WINDOW_MS = 600_000;
const SHORTEST_WINDOW_MS = 2;
/** How much wider the next window is after one without records. */
const WIDEN = 6;
const MOST = 40_000;

/**
 * Looks for the newest records, and yields all that it has found after each step. Kinesis reads forwards only, so windows of
 * time are read that lie further and further back. Each is so wide that it probably holds as many records as are needed.
 */
export async function* findNewest(shards: Shards, search: Backwards): AsyncGenerator<Found> {
  const { now, oldest, wanted, fewest } = search;
  const found: ReadRecord[] = [];
  let scanned = 0;
  let [end, width] = [now + 1, FIRST_WINDOW_MS];
  while (end > oldest) {
    const aim = Math.min(MOST, Math.max(fewest, neededFor(wanted - found.length, scanned, found.length)));
    const window = await readWindow(shards, search, { start: Math.max(oldest, end - width), end }, aim);
    const size = window.records.length;
    scanned += size;
    found.push(...window.records.filter(search.matches).sort(newestFirst));
    width = Math.max(
      SHORTEST_WINDOW_MS,
      (end - window.start) * (size === 0 ? WIDEN : Math.min(WIDEN, aim / size)),
    );
    end = window.start;
    yield { records: [...found], scanned, complete: end <= oldest, ...(end > oldest && { back: end }) };
  }
}

/** How many records must be looked at until enough match, judged by how many matched so far. */
const neededFor = (missing: number, scanned: number, matched: number): number =>
  matched === 0 ? scanned * 4 : (missing * scanned) / matched;

interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * The records of all shards that arrived in a window. Its start is moved to a later time when it holds many more records
 * than are needed.
 */
async function readWindow(shards: Shards, search: Search, { start, end }: Window, aim: number) {
  const limit = Math.min(10_000, Math.max(100, Math.ceil((1.1 * aim) / search.shards.length)));
  const reads = new Map<string, Promise<Part>>();
  const read = (shard: string, from: number) => {
    const key = `${shard} ${from}`;
    const whole = end - from <= SHORTEST_WINDOW_MS;
    const part = reads.get(key) ?? readShard(shards, search, shard, { start: from, end }, { limit, whole });
    reads.set(key, part);
    return part;
  };
  // Shards share the load evenly: what is too much for one is not read from the others.
  let [from, probe] = [start, search.shards[0]];
  while (probe !== undefined) {
    const shard = probe;
    from = await latestStart({ start: from, end }, limit, (at) => read(shard, at));
    const parts = await Promise.all(search.shards.map((each) => read(each, from)));
    probe = search.shards[parts.findIndex(({ full }) => full)];
    if (probe === undefined) return { records: parts.flatMap(({ records }) => records), start: from };
  }
  return { records: [], start };
}

/**
 * The start of a window that is not too full: the given one, or a later one that leaves not much less than the limit. It
 * is estimated from how close the records are, and else found by halving the time.
 */
async function latestStart(
  { start, end }: Window,
  limit: number,
  read: (start: number) => Promise<Part>,
): Promise<number> {
  let part = await read(start);
  if (!part.full) return start;
  let [tooEarly, fits] = [start, end];
  while (fits - tooEarly > SHORTEST_WINDOW_MS) {
    const halfway = Math.floor((tooEarly + fits) / 2);
    // Only before any window was too empty: behind a quiet time, the estimate would be within it again.
    const estimated = fits === end ? Math.floor(end - halfTime(part)) : halfway;
    const at = Math.min(fits - 1, Math.max(halfway, estimated));
    part = await read(at);
    if (part.full) tooEarly = at;
    else fits = at;
    if (!part.full && part.records.length > limit / 4) break;
  }
  // When even the shortest window is full, it is read whole.
  return fits === end ? end - SHORTEST_WINDOW_MS : fits;
}

/** The time that half of the records took to arrive. */
const halfTime = ({ records: [first, ...others] }: Part): number =>
  ((others.at(-1)?.arrival ?? 0) - (first?.arrival ?? 0)) / 2;

interface Part {
  readonly records: readonly ReadRecord[];
  /** Whether the window holds more. */
  readonly full: boolean;
}

/** Up to this many records, reading too many costs less than another call. */
const SMALL = 1000;

/** The records of a shard in a window, up to twice the limit unless they are read whole. */
async function readShard(
  { iterator, records }: Shards,
  { signal }: Search,
  shard: string,
  { start, end }: Window,
  { limit, whole }: { readonly limit: number; readonly whole: boolean },
): Promise<Part> {
  const read: ReadRecord[] = [];
  let next = await iterator(shard, { kind: "AT_TIMESTAMP", at: start });
  while (next !== undefined) {
    signal.throwIfAborted();
    const batch = await records(shard, next, limit <= SMALL ? 2 * limit : limit);
    const inside = batch.records.filter(({ arrival }) => arrival < end);
    read.push(...inside);
    if (inside.length < batch.records.length || batch.behindMillis === 0) break;
    if (!whole && read.length >= 2 * limit) return { records: read, full: true };
    next = batch.next;
  }
  return { records: read, full: false };
}

const FORWARDS_LIMIT = 1000;

/** Reads on from a position of each shard, oldest first, and yields all that it has found after each response. */
export async function* findFrom(shards: Shards, position: Position, search: Search): AsyncGenerator<Found> {
  const found: ReadRecord[] = [];
  let scanned = 0;
  const cursors = await Promise.all(
    search.shards.map(async (shard) => ({ shard, next: await shards.iterator(shard, position) })),
  );
  let left = cursors.filter(({ next }) => next !== undefined);
  if (left.length === 0) yield { records: [], scanned, complete: true };
  while (left.length > 0)
    for (const cursor of left) {
      search.signal.throwIfAborted();
      const batch = await shards.records(cursor.shard, cursor.next ?? "", FORWARDS_LIMIT);
      cursor.next = batch.behindMillis === 0 ? undefined : batch.next;
      scanned += batch.records.length;
      found.push(...batch.records.filter(search.matches));
      left = cursors.filter(({ next }) => next !== undefined);
      yield { records: [...found], scanned, complete: left.length === 0 };
    }
}

const FOLLOW_MS = 1000;
const FOLLOWED = 500;

/** Waits for new records, and yields the last ones, newest first. */
export async function* follow(shards: Shards, search: Search): AsyncGenerator<Found> {
  const cursors = await Promise.all(
    search.shards.map(async (shard) => ({ shard, next: await shards.iterator(shard, { kind: "LATEST" }) })),
  );
  let found: Found = { records: [], scanned: 0, complete: false };
  for (;;) {
    for (const cursor of cursors) {
      search.signal.throwIfAborted();
      if (cursor.next === undefined) continue;
      const batch = await shards.records(cursor.shard, cursor.next, FORWARDS_LIMIT);
      cursor.next = batch.next;
      const records = [...batch.records.filter(search.matches).reverse(), ...found.records];
      const scanned = found.scanned + batch.records.length;
      found = { records: records.slice(0, FOLLOWED), scanned, complete: false };
    }
    yield found;
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
  }
}

/** Sequence numbers are decimal: the longer one is the greater. */
const newestFirst = (a: ReadRecord, b: ReadRecord): number =>
  b.arrival - a.arrival ||
  b.sequence.length - a.sequence.length ||
  (a.sequence < b.sequence ? 1 : a.sequence > b.sequence ? -1 : 0);
