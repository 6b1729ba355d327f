import { isDeepStrictEqual } from "node:util";
import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError, type MongoClient } from "mongodb";
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
 * inserted, or replaced as a whole when a different one exists. Invalid messages go into `<collection>_quarantine`, keyed by their place in the source.
 */
export class MongoSink implements Sink {
  readonly counts: MongoCounts = { written: 0, deleted: 0, quarantined: 0 };
  readonly #client: MongoClient;
  readonly #collection: Collection<Document>;
  readonly #quarantine: Collection<Document>;
  readonly #host: string;
  /** Documents that existed, and were replaced. */
  #again = 0;

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
    const { documents, deletions, quarantine } = changesIn(items, this.feed);
    await this.#retried(async () => {
      this.#again += await store(this.#collection, documents);
      for (const part of inParts(deletions)) await this.#collection.bulkWrite(part, { ordered: false });
      await store(this.#quarantine, quarantine);
    });
    for (const { kind } of items) this.counts[countOf[kind]]++;
  }

  describe(): string {
    const { written, deleted, quarantined } = this.counts;
    const again = this.#again > 0 ? `, ${this.#again} of them again` : "";
    return `${written} written${again}, ${deleted} deleted, ${quarantined} quarantined`;
  }

  close(): Promise<void> {
    return this.#client.close();
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
/**
 * FerretDB 1 with SQLite keeps a connection for each changed document until the command ends, and hangs when all of its 100
 * are taken, also by several writers together.
 */
const CHANGES_AT_ONCE = 10;

/** One change per document: the last one of a batch, so that the changes need no order. */
function changesIn(items: readonly Item[], feed: FeedDefinition) {
  const documents = new Map<string, Document>();
  const deleted = new Set<string>();
  const quarantine: Document[] = [];
  for (const item of items) {
    if (item.kind === "event") {
      const document = documentOf(feed, item.event.value as Row);
      deleted.delete(document._id);
      documents.set(document._id, document);
    } else if (item.kind === "deletion") {
      documents.delete(item.id);
      deleted.add(item.id);
    } else quarantine.push({ _id: item.source, reason: item.reason, raw: item.raw });
  }
  const deletions = [...deleted].map(
    (_id): AnyBulkWriteOperation<Document> => ({ deleteOne: { filter: { _id } } }),
  );
  return { documents: [...documents.values()], deletions, quarantine };
}

/**
 * Inserts documents, which needs no search for them, and replaces those that exist with other content. Returns how many
 * existed.
 */
async function store(collection: Collection<Document>, documents: readonly Document[]): Promise<number> {
  const existing = documents.length === 0 ? [] : await insert(collection, documents);
  const replacements = (await changed(collection, existing)).map(
    (replacement): AnyBulkWriteOperation<Document> => ({
      replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
    }),
  );
  for (const part of inParts(replacements)) await collection.bulkWrite(part, { ordered: false });
  return existing.length;
}

/**
 * The documents that differ from the stored ones. A consumer that begins again reads what it has stored: one search finds
 * that nothing is to be written, where FerretDB 1 reads the whole collection for each replacement.
 */
async function changed(
  collection: Collection<Document>,
  documents: readonly Document[],
): Promise<readonly Document[]> {
  if (documents.length === 0) return [];
  const ids = documents.map(({ _id }) => _id);
  const stored = new Map<string, Document>();
  for await (const document of collection.find({ _id: { $in: ids } })) stored.set(document._id, document);
  return documents.filter((document) => !isDeepStrictEqual(document, stored.get(document._id)));
}

const DUPLICATE_KEY = 11000;

/** Returns the documents that exist already. */
async function insert(
  collection: Collection<Document>,
  documents: readonly Document[],
): Promise<readonly Document[]> {
  try {
    await collection.insertMany([...documents], { ordered: false });
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const errors = [error.writeErrors].flat();
    const others = errors.some(({ code }) => code !== DUPLICATE_KEY);
    if (errors.length === 0 || others || error.result.getWriteConcernError()) throw error;
    return errors.flatMap(({ index }) => documents[index] ?? []);
  }
}

function* inParts<T>(items: readonly T[]): Generator<T[]> {
  for (let i = 0; i < items.length; i += CHANGES_AT_ONCE) yield items.slice(i, i + CHANGES_AT_ONCE);
}

const countOf = { event: "written", deletion: "deleted", invalid: "quarantined" } as const;
/** The server is away, restarts or elects a primary. Every write is idempotent, so it may be repeated. */
const isTransient = (error: unknown): boolean =>
  isConnectionLost(error) ||
  (error instanceof Error &&
    /MongoNetwork|MongoServerSelection|MongoNotConnected|PoolCleared|ConnectionPool|NotWritablePrimary|ECONN|interrupted|shutdown/i.test(
      `${error.name} ${error.message}`,
    ));

/** The driver reports a connection that closes during a bulk write as an error of the bulk write, without the error of any write. */
const isConnectionLost = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError && error.code === undefined && [error.writeErrors].flat().length === 0;
