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
}

const FIRST_WINDOW_MS = 60_000;
const SHORTEST_WINDOW_MS = 2;
/** How much wider the next window is after one without records. */
const WIDEN = 6;
const FEWEST = 250;
const MOST = 20_000;

/**
 * Looks for the newest records, and yields all that it has found after each step. Kinesis reads forwards only, so windows of
 * time are read that lie further and further back. Each is so wide that it probably holds as many records as are needed.
 */
export async function* findNewest(shards: Shards, search: Backwards): AsyncGenerator<Found> {
  const { now, oldest, wanted } = search;
  const found: ReadRecord[] = [];
  let scanned = 0;
  let [end, width] = [now + 1, FIRST_WINDOW_MS];
  while (end > oldest) {
    const aim = neededFor(wanted - found.length, scanned, found.length);
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
  Math.min(MOST, Math.max(FEWEST, matched === 0 ? scanned * 4 : (missing * scanned) / matched));

interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * The records of all shards that arrived in a window. Its start is moved to a later time when it holds many more records
 * than are needed.
 */
async function readWindow(shards: Shards, search: Search, { start, end }: Window, aim: number) {
  const limit = Math.min(10_000, Math.max(100, Math.ceil((2 * aim) / search.shards.length)));
  const reads = new Map<string, ReturnType<typeof readShard>>();
  const read = (shard: string, from: number) => {
    const key = `${shard} ${from}`;
    const whole = end - from <= SHORTEST_WINDOW_MS;
    const records =
      reads.get(key) ?? readShard(shards, search, shard, { start: from, end }, { limit, whole });
    reads.set(key, records);
    return records;
  };
  // Shards share the load evenly: what is too much for one is not read from the others.
  const [first, ...others] = search.shards;
  let [from, full] = [start, first];
  while (full !== undefined) {
    const shard = full;
    from = await latestStart(from, end, limit, async (at) => (await read(shard, at))?.length);
    const parts = await Promise.all([first, ...others].flatMap((each) => (each ? [read(each, from)] : [])));
    const records = parts.flatMap((part) => part ?? []);
    full = search.shards[parts.indexOf(undefined)];
    if (full === undefined) return { records, start: from };
  }
  return { records: [], start };
}

/**
 * The start of a window that `count` can read: the given one, or the latest that leaves not much less than the limit.
 * Found by halving the time.
 */
async function latestStart(
  start: number,
  end: number,
  limit: number,
  count: (start: number) => Promise<number | undefined>,
): Promise<number> {
  if ((await count(start)) !== undefined) return start;
  let [tooEarly, fits] = [start, end];
  while (fits - tooEarly > SHORTEST_WINDOW_MS) {
    const middle = Math.floor((tooEarly + fits) / 2);
    const held = await count(middle);
    if (held === undefined) tooEarly = middle;
    else fits = middle;
    if (held !== undefined && held > limit / 4) break;
  }
  // When even the shortest window is full, it is read whole.
  return fits === end ? end - SHORTEST_WINDOW_MS : fits;
}

/** The records of a shard in a window; undefined when one response does not hold it and it is not to be read whole. */
async function readShard(
  { iterator, records }: Shards,
  { signal }: Search,
  shard: string,
  { start, end }: Window,
  { limit, whole }: { readonly limit: number; readonly whole: boolean },
): Promise<ReadRecord[] | undefined> {
  const read: ReadRecord[] = [];
  let next = await iterator(shard, { kind: "AT_TIMESTAMP", at: start });
  while (next !== undefined) {
    signal.throwIfAborted();
    const batch = await records(shard, next, limit);
    const inside = batch.records.filter(({ arrival }) => arrival < end);
    read.push(...inside);
    if (inside.length < batch.records.length || batch.behindMillis === 0) return read;
    if (!whole && read.length >= limit / 2) return undefined;
    next = batch.next;
  }
  return read;
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
