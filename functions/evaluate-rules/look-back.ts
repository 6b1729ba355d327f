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

interface Saved extends Omit<Bucket, "version"> {
  readonly bytes: Buffer;
}

const EMPTY: Bucket = { version: 0, events: new Map(), sent: {} };

/** DynamoDB's largest item has 400 KB. */
const LARGEST_BYTES = 350_000;
/** A seventh more bytes than by default, in a third of the time. The result of 250 coins fits into one chunk, which it keeps. */
const FAST = { level: 1, chunkSize: 65_536 };
const EXPIRES_AFTER_MS = 86_400_000;
const MOST_CONFLICTS = 5;

/**
 * The look-back of critical rules, in a table. Each batch begins with what the table has, so that it does not matter which
 * container had the batches before it. A bucket's subjects share an item. With the producers' lanes a bucket belongs to one
 * shard, so that only one container at a time writes it; where producers differ, the item's version detects a conflict.
 */
export class LookBack {
  /** What this container saved last in each bucket. An item with the same bytes needs no reading. */
  readonly #saved = new Map<number, Saved>();

  constructor(
    private readonly table: LookBackTable,
    private readonly book: RuleBook,
    private readonly buckets: number,
  ) {}

  /** Gives the book the past of a batch's subjects. Returns the ids of alerts that are already published. */
  async load(subjects: readonly string[], signal: AbortSignal): Promise<Loaded> {
    const names = [...new Set(subjects.map((subject) => laneOf(subject, this.buckets)))];
    const loaded = new Map(
      await Promise.all(names.map(async (name) => [name, await this.#read(name, signal)] as const)),
    );
    this.book.forgetCritical();
    for (const bucket of loaded.values()) this.#restore(bucket);
    return { buckets: loaded, sent: new Set([...loaded.values()].flatMap(({ sent }) => Object.keys(sent))) };
  }

  /** Saves the past of the batch's subjects, and the critical alerts that were published. */
  async save({ buckets }: Loaded, published: readonly Alert[], signal: AbortSignal): Promise<void> {
    await Promise.all([...buckets].map(([name, bucket]) => this.#save(name, bucket, published, signal)));
  }

  async #save(name: number, loaded: Bucket, published: readonly Alert[], signal: AbortSignal): Promise<void> {
    let before = loaded;
    for (let attempt = 1; ; attempt++)
      try {
        const saved = this.#encode(name, before, published);
        const expiresAt = Date.now() + this.#keptFor();
        await this.table.write(String(name), before.version, saved.bytes, expiresAt, signal);
        this.#saved.set(name, saved);
        return;
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === MOST_CONFLICTS) throw error;
        before = await this.#read(name, signal);
        this.#restore(before);
      }
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

  #encode(name: number, before: Bucket, published: readonly Alert[]): Saved {
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
}
