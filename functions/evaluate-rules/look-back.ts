import { gunzipSync, gzipSync } from "node:zlib";
import type { Row } from "../../data/feeds";
import { laneOf } from "../../data/records/pack";
import type { Alert, RuleBook } from "./core";
import { type Event, KEPT_PER_LOOK_BACK } from "./history";
import { Conflict, type LookBackTable } from "./look-back-table";

/** What an item holds. */
interface Stored {
  /** Columns of the events' values. Values of columns that a later version of the rules added are missing. */
  readonly columns: readonly string[];
  readonly events: Readonly<Record<string, readonly (readonly [at: number, ...values: unknown[]])[]>>;
  /** Ids of published alerts, each with the end of its `once` period. */
  readonly sent: Readonly<Record<string, number>>;
}

/** What critical rules need of a bucket's subjects after the container is lost. */
interface Bucket {
  readonly version: number;
  readonly events: ReadonlyMap<string, readonly Event[]>;
  readonly sent: Stored["sent"];
}

interface Saved extends Bucket {
  readonly bytes: Buffer;
  /** When the table may delete the item, in milliseconds. */
  readonly expiresAt: number;
}

type Encoded = Pick<Saved, "bytes" | "events" | "sent">;

const EMPTY: Bucket = { version: 0, events: new Map(), sent: {} };

/** DynamoDB's largest item has 400 KB. */
const LARGEST_BYTES = 350_000;
/** A seventh more bytes than by default, in a third of the time. The result of 250 coins fits into one chunk, which it keeps. */
const FAST = { level: 1, chunkSize: 65_536 };
const EXPIRES_AFTER_MS = 86_400_000;
const MOST_CONFLICTS = 5;

/**
 * The look-back of critical rules, in a table. A batch is evaluated with what the table has, so that it does not matter which
 * container had the batches before it. A bucket's subjects share an item. With the producers' lanes a bucket belongs to one
 * shard, so that only one container at a time writes it; where producers differ, the item's version detects a conflict.
 *
 * A container also keeps what it saved last, and saves a read per batch with it. The next save is conditional on the kept
 * version, so it fails when the table has another one.
 */
export class LookBack {
  /** What this container saved last in each bucket. An item with the same bytes needs no reading. */
  readonly #saved = new Map<number, Saved>();
  /**
   * Buckets that other containers write too. A refused write costs more than many reads, so these are read for each batch as long
   * as the container lives. Lambda ends it after some hours. Source: Lambda developer guide, "Understanding the Lambda execution
   * environment lifecycle".
   */
  readonly #shared = new Set<number>();

  constructor(
    private readonly table: LookBackTable,
    private readonly book: RuleBook,
    private readonly buckets: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Gives the book the past of a batch's subjects: as kept, where the container has saved it, else as stored. */
  async load(subjects: readonly string[], signal: AbortSignal): Promise<Loaded> {
    return this.#load(subjects, (name) => this.#kept(name), signal);
  }

  /** Gives the book the past of a batch's subjects as stored. */
  async reload(subjects: readonly string[], signal: AbortSignal): Promise<Loaded> {
    return this.#load(subjects, () => undefined, signal);
  }

  async #load(
    subjects: readonly string[],
    keptOf: (name: number) => Bucket | undefined,
    signal: AbortSignal,
  ): Promise<Loaded> {
    const names = [...new Set(subjects.map((subject) => laneOf(subject, this.buckets)))];
    const kept = names.map(keptOf);
    const buckets = new Map(
      await Promise.all(
        names.map(async (name, i) => [name, kept[i] ?? (await this.#read(name, signal))] as const),
      ),
    );
    this.book.forgetCritical();
    for (const bucket of buckets.values()) this.#restore(bucket);
    const sent = new Set([...buckets.values()].flatMap((bucket) => Object.keys(bucket.sent)));
    return { buckets, sent, isKept: kept.some((bucket) => bucket !== undefined) };
  }

  /** What this container saved last, unless the table may have deleted it or other containers write it. */
  #kept(name: number): Saved | undefined {
    const saved = this.#saved.get(name);
    return saved && saved.expiresAt > this.now() && !this.#shared.has(name) ? saved : undefined;
  }

  /** Saves the past of the batch's subjects, and the critical alerts that were published. */
  async save({ buckets }: Loaded, published: readonly Alert[], signal: AbortSignal): Promise<void> {
    await Promise.all([...buckets].map(([name, bucket]) => this.#merge(name, bucket, published, signal)));
  }

  /**
   * Saves the past of the batch's subjects where it was loaded from the stored version. False when the table has another
   * version of a bucket: the batch was evaluated with an old past.
   */
  async saveUnchanged(
    { buckets }: Loaded,
    published: readonly Alert[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const saves = [...buckets].map(([name, bucket]) => this.#save(name, bucket, published, signal));
    let unchanged = true;
    for (const outcome of await Promise.allSettled(saves)) {
      if (outcome.status === "fulfilled") continue;
      if (!(outcome.reason instanceof Conflict)) throw outcome.reason;
      unchanged = false;
    }
    return unchanged;
  }

  /** Saves a bucket. If another container saved it meanwhile, its past is added. */
  async #merge(
    name: number,
    loaded: Bucket,
    published: readonly Alert[],
    signal: AbortSignal,
  ): Promise<void> {
    let before = loaded;
    for (let attempt = 1; ; attempt++)
      try {
        await this.#save(name, before, published, signal);
        return;
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === MOST_CONFLICTS) throw error;
        before = await this.#read(name, signal);
        this.#restore(before);
      }
  }

  async #save(name: number, before: Bucket, published: readonly Alert[], signal: AbortSignal): Promise<void> {
    const encoded = this.#encode(name, before, published);
    const expiresAt = this.now() + this.#keptFor();
    // What the table has is unknown until it has answered.
    this.#saved.delete(name);
    try {
      await this.table.write(String(name), before.version, encoded.bytes, expiresAt, signal);
    } catch (error) {
      if (error instanceof Conflict) this.#shared.add(name);
      throw error;
    }
    this.#saved.set(name, { ...encoded, version: before.version + 1, expiresAt });
  }

  #keptFor(): number {
    return this.book.criticalSpan + EXPIRES_AFTER_MS;
  }

  /** Adds a bucket's events to the book's. */
  #restore({ events }: Bucket): void {
    for (const [subject, past] of events) this.book.remember(subject, past);
  }

  async #read(name: number, signal: AbortSignal): Promise<Bucket> {
    const item = await this.table.read(String(name), signal);
    if (!item) return EMPTY;
    const saved = this.#saved.get(name);
    if (saved?.bytes.equals(item.bytes)) return { ...saved, version: item.version };
    const stored = JSON.parse(gunzipSync(item.bytes).toString("utf8")) as Stored;
    return { ...decoded(stored), version: item.version };
  }

  #encode(name: number, before: Bucket, published: readonly Alert[]): Encoded {
    const columns = this.book.criticalColumns;
    const now = this.book.newest;
    const sent = Object.fromEntries([
      ...Object.entries(before.sent).filter(([, until]) => until > now - this.book.criticalSpan),
      ...published
        .filter(({ severity, subject }) => severity === "critical" && laneOf(subject, this.buckets) === name)
        .map((alert) => [alert.id, this.book.until(alert)] as const),
    ]);
    const subjects = this.book.subjects().filter((subject) => laneOf(subject, this.buckets) === name);
    for (let most = KEPT_PER_LOOK_BACK; ; most = Math.floor(most / 2)) {
      const parts = Math.max(1, most);
      const events = new Map(subjects.map((subject) => [subject, this.book.past(subject, parts)]));
      const bytes = gzipSync(encoded(columns, events, sent), FAST);
      if (bytes.length <= LARGEST_BYTES || most === 0) return { bytes, events, sent };
    }
  }
}

const decoded = ({ columns, events, sent }: Stored): Omit<Bucket, "version"> => ({
  sent,
  events: new Map(
    Object.entries(events).map(([subject, past]) => [
      subject,
      past.map(([at, ...values]) => ({
        at,
        row: Object.fromEntries(columns.map((column, i) => [column, values[i] ?? null])) as Row,
        text: undefined,
      })),
    ]),
  ),
});

/** JSON of what an item holds: Stored. An event is saved many times, until it is older than the look-back. */
function encoded(columns: readonly string[], events: Bucket["events"], sent: Stored["sent"]): string {
  const subjects = [...events].map(
    ([subject, past]) =>
      `${JSON.stringify(subject)}:[${past.map((event) => textOf(event, columns)).join(",")}]`,
  );
  return `{"columns":${JSON.stringify(columns)},"events":{${subjects.join(",")}},"sent":${JSON.stringify(sent)}}`;
}

/** An event keeps its text: columns do not change while a container lives. Each garbage collection would visit a WeakMap of them. */
function textOf(event: Event, columns: readonly string[]): string {
  event.text ??= JSON.stringify([event.at, ...columns.map((column) => event.row[column] ?? null)]);
  return event.text;
}

export interface Loaded {
  readonly buckets: ReadonlyMap<number, Bucket>;
  readonly sent: ReadonlySet<string>;
  /** Whether a bucket was not read from the table, which may have a later version. */
  readonly isKept: boolean;
}
