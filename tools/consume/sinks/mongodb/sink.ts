import type { AnyBulkWriteOperation, Collection, MongoClient } from "mongodb";
import type { FeedDefinition, Row } from "../../../../data/feeds";
import { backoffMs, pause } from "../../../../functions/shared/backoff";
import { Failure, messageOf } from "../../../kit/errors";
import type { Item } from "../../events";
import type { Sink } from "../sink";
import { mongoClient } from "./client";
import { type Document, documentOf, indexesOf } from "./documents";

export interface MongoCounts {
  written: number;
  deleted: number;
  quarantined: number;
}

/**
 * Stores rows as documents. Writing the same rows again changes nothing: each document has the natural key as its id and is
 * replaced as a whole. Invalid messages go into `<collection>_quarantine`, keyed by their place in the source.
 */
export class MongoSink implements Sink {
  readonly counts: MongoCounts = { written: 0, deleted: 0, quarantined: 0 };
  readonly #client: MongoClient;
  readonly #collection: Collection<Document>;
  readonly #quarantine: Collection<Document>;
  readonly #host: string;

  constructor(
    url: string,
    collection: string,
    private readonly feed: FeedDefinition,
    private readonly signal: AbortSignal,
    private readonly log: (text: string) => void,
  ) {
    this.#client = mongoClient(url);
    const db = this.#client.db();
    this.#collection = db.collection(collection);
    this.#quarantine = db.collection(`${collection}_quarantine`);
    // A server that hangs must not hold Ctrl-C up.
    signal.addEventListener("abort", () => {
      setTimeout(() => void this.#client.close(true), LAST_WRITES_MS).unref();
    });
    this.#host = this.#client.options.hosts.join(",");
  }

  /** Connects and creates the indexes, which exist after the first time. */
  async open(): Promise<void> {
    try {
      await this.#createIndexes();
    } catch (error) {
      throw new Failure(`MongoDB at ${this.#host}: ${messageOf(error)}`);
    }
  }

  async #createIndexes(): Promise<void> {
    const existing = await this.#collection.indexes().catch((error: unknown) => {
      // NamespaceNotFound: the collection does not exist yet.
      if ((error as { code?: unknown }).code === 26) return [];
      throw error;
    });
    const present = new Set(existing.map(({ key }) => JSON.stringify(key)));
    for (const { key } of indexesOf(this.feed))
      if (!present.has(JSON.stringify(key))) await this.#collection.createIndex(key);
  }

  /** Resolves when all changes are stored. Waits for a server that is away. */
  async put(items: readonly Item[]): Promise<void> {
    const { writes, quarantine } = this.#operations(items);
    await this.#retried(async () => {
      for (const part of inParts(writes)) await this.#collection.bulkWrite(part, { ordered: false });
      for (const part of inParts(quarantine)) await this.#quarantine.bulkWrite(part, { ordered: false });
    });
    for (const { kind } of items) this.counts[countOf[kind]]++;
  }

  describe(): string {
    const { written, deleted, quarantined } = this.counts;
    return `${written} written, ${deleted} deleted, ${quarantined} quarantined`;
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** One write per document: the last change of a batch, so that the writes need no order. */
  #operations(items: readonly Item[]) {
    const writes = new Map<string, AnyBulkWriteOperation<Document>>();
    const quarantine: AnyBulkWriteOperation<Document>[] = [];
    for (const item of items) {
      if (item.kind === "event") {
        const replacement = documentOf(this.feed, item.event.value as Row);
        const filter = { _id: replacement._id };
        writes.set(replacement._id, { replaceOne: { filter, replacement, upsert: true } });
      } else if (item.kind === "deletion") writes.set(item.id, { deleteOne: { filter: { _id: item.id } } });
      else {
        const { source: _id, reason, raw } = item;
        const replacement = { _id, reason, raw };
        quarantine.push({ replaceOne: { filter: { _id }, replacement, upsert: true } });
      }
    }
    return { writes: [...writes.values()], quarantine };
  }

  async #retried(work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error)) throw new Failure(`MongoDB at ${this.#host}: ${messageOf(error)}`);
        if (attempt === 1) this.log(`MongoDB at ${this.#host}: ${messageOf(error)}; trying again`);
        await pause(500 + backoffMs(attempt + 3, Math.random), this.signal);
      }
    }
  }
}

const LAST_WRITES_MS = 5000;
/** FerretDB 1 with SQLite hangs when one command replaces about a hundred documents. */
const WRITES_AT_ONCE = 50;

function* inParts<T>(items: readonly T[]): Generator<T[]> {
  for (let i = 0; i < items.length; i += WRITES_AT_ONCE) yield items.slice(i, i + WRITES_AT_ONCE);
}

const countOf = { event: "written", deletion: "deleted", invalid: "quarantined" } as const;
/** The server is away, restarts or elects a primary. Every write is idempotent, so it may be repeated. */
const isTransient = (error: unknown): boolean =>
  error instanceof Error &&
  /MongoNetwork|MongoServerSelection|MongoNotConnected|PoolCleared|ConnectionPool|NotWritablePrimary|ECONN|interrupted|shutdown/i.test(
    `${error.name} ${error.message}`,
  );
