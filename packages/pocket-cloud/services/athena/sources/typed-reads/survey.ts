import { createHash } from "node:crypto";
import type { StorageDescriptor } from "@aws-sdk/client-glue";
import {
  type Engine,
  Interrupted,
  quoteText,
  type RowNumbering,
  type Scan,
  type TypedRead,
} from "../../../../../trino-duckdb";
import type { LocalObject } from "../../../../s3-files";
import type { GlueSource } from "../../catalogue/catalogue";
import type { Facts } from "../facts";
import type { Partition } from "../location";
import { isGzip } from "../text/csv-files";
import { commonFormOf, type Form, isReadAsNumber } from "./common-forms";
import type { QueryCopies } from "./copies";
import { contentOf, factsOfRows, haveEveryColumn, selectCopied, typedRows } from "./rows";

/** The files of one partition. */
export interface PartitionFiles {
  readonly files: readonly LocalObject[];
  readonly storage: StorageDescriptor;
}

/** Runs after the query. `whenIdle` is awaited before each of its statements. */
export type BackgroundCheck = (signal: AbortSignal, whenIdle: () => Promise<void>) => Promise<void>;

/**
 * SQL over the rows of some partitions, with the row's partition as an index into them: "$group". `numbers` are read as numbers;
 * undefined when these files may have a text that DuckDB's CSV reader takes for a number and Trino's cast does not.
 */
export type Select = (
  partitions: readonly PartitionFiles[],
  numbers: readonly TypedRead[],
) => Promise<string | undefined>;

/** Bytes checked by one statement: few enough that its hash tables stay in the processor's caches. */
const BATCH_BYTES = 16 << 20;
/** Statements run in parallel; a small one keeps one core busy. */
const CONCURRENCY = 2;

/** DuckDB sorts and compares texts from a dictionary more slowly than plain ones. */
const COPY_FORMAT = "FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1";

/** Answers to conditions by the partition's number. */
type Results = ReadonlyMap<number, readonly string[]>;

/**
 * Checks the files of partitions, once, for two facts that make queries cheaper. A view that removes duplicates sorts
 * all it reads; if its keys are unique, row_number() is always 1 and needs no sort. And a text column that the query
 * only casts can be read as the type if every file holds it in the type's common form.
 */
export class Survey {
  readonly #table: string;
  readonly #makesCopies: boolean;
  readonly #forms: readonly Form[];
  /** What holds for files when each typed read of them is exact. */
  readonly #exact: ReadonlySet<string>;
  readonly #allExact: string;
  readonly #names = new Map<PartitionFiles, string>();
  readonly #conditions = new Map<string, string>();

  constructor(
    readonly scan: Scan<GlueSource>,
    readonly partitions: readonly PartitionFiles[],
    readonly select: Select,
    readonly facts: Facts,
    readonly engine: Engine,
    readonly copies: QueryCopies,
  ) {
    this.#table = digest([scan.table.columns, scan.table.glue.Parameters]);
    const files = partitions.flatMap((one) => one.files);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    // The size of a compressed file does not limit that of its copy.
    this.#makesCopies = copies.admits(bytes) && !files.some(({ key }) => isGzip(key));
    this.#forms = [...scan.typedReads.values()].flatMap((read) => commonFormOf(scan, read) ?? []);
    this.#exact = new Set(this.#forms.map(conditionOf));
    this.#allExact = [...this.#exact].join(" AND ");
  }

  /**
   * Finds the numberings whose keys are unique. Checked before the query: the sort costs more than the check. With `typed`,
   * the same pass decides about typed reads.
   */
  async checkNumberings(typed: boolean, signal?: AbortSignal): Promise<void> {
    const { numberings } = this.scan;
    const keys = numberings.map((numbering) => this.#uniqueness(numbering));
    await this.#check(this.#unknown(keys), [...keys, ...(typed ? this.#exact : [])], signal);
    for (const numbering of numberings) numbering.unique = this.#holds(this.#uniqueness(numbering));
  }

  /** Enables the typed reads known to be exact. Returns the check that decides about the others. */
  enableTypedReads(): BackgroundCheck {
    for (const form of this.#forms) form.read.enabled = this.#holds(conditionOf(form));
    const conditions = [...this.#exact];
    return (signal, whenIdle) => this.#check(this.#unknown(conditions), conditions, signal, whenIdle);
  }

  /** SQL that reads the copies of partitions, and the partitions that have none. The query must be settled. */
  readCopies(partitionOf: (files: PartitionFiles) => Partition | undefined): {
    readonly reads: readonly string[];
    readonly others: ReadonlySet<PartitionFiles>;
  } {
    const forms = this.#forms;
    const others = new Set(this.partitions);
    if (!haveEveryColumn(this.scan, forms)) return { reads: [], others };
    const copies = new Map<string, Map<number, Partition>>();
    for (const one of this.partitions) {
      const partition = partitionOf(one);
      const found = partition && this.copies.find(this.#copyName(one));
      if (!found) continue;
      const groups = copies.get(found.path) ?? new Map<number, Partition>();
      // Another partition with the same files.
      if (groups.has(found.group)) continue;
      copies.set(found.path, groups.set(found.group, partition));
      others.delete(one);
    }
    return {
      reads: [...copies].map(([path, groups]) => selectCopied(this.scan, forms, path, groups)),
      others,
    };
  }

  #uniqueness({ keys }: RowNumbering): string {
    return keys.length === 0 ? "count(*) = 1" : `count(*) = count(DISTINCT hash(${keys.join(", ")}))`;
  }

  #holds(condition: string): boolean {
    const { partitions } = this;
    return partitions.length > 0 && partitions.every((one) => this.#fact(one, condition));
  }

  /** In most files all typed reads are exact, which is one fact. */
  #fact(partition: PartitionFiles, condition: string): boolean | undefined {
    if (this.#exact.has(condition) && this.facts.get(this.#name(partition, this.#allExact))) return true;
    return this.facts.get(this.#name(partition, condition));
  }

  #unknown(conditions: readonly string[]): readonly PartitionFiles[] {
    return this.partitions.filter((one) =>
      conditions.some((condition) => this.#fact(one, condition) === undefined),
    );
  }

  async #check(
    partitions: readonly PartitionFiles[],
    conditions: readonly string[],
    signal?: AbortSignal,
    whenIdle?: () => Promise<void>,
  ): Promise<void> {
    const queue = batches(partitions);
    const work = async () => {
      for (const batch of queue) {
        await whenIdle?.();
        if (signal?.aborted) return;
        await this.#checkBatch(batch, conditions, signal);
      }
    };
    // The files are released after a failure, and no statement may read them then.
    for (const outcome of await Promise.allSettled(Array.from({ length: CONCURRENCY }, work)))
      if (outcome.status === "rejected") throw outcome.reason;
  }

  async #checkBatch(
    batch: readonly PartitionFiles[],
    conditions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const results =
      (await this.#withNumbers(batch, conditions, signal)) ??
      (await this.#results(await this.select(batch, []), conditions, signal));
    for (const [i, one] of batch.entries()) {
      // A condition holds for a partition without rows.
      const answers = conditions.map(
        (condition, c) => [condition, (results.get(i)?.[c] ?? "true") === "true"] as const,
      );
      const exact = answers.filter(([condition, holds]) => holds && this.#exact.has(condition));
      const areAll = exact.length > 1 && exact.length === this.#exact.size;
      const facts = areAll
        ? [...answers.filter((answer) => !exact.includes(answer)), [this.#allExact, true] as const]
        : answers;
      this.facts.add(facts.map(([condition, holds]) => [this.#name(one, condition), holds]));
    }
  }

  /**
   * DuckDB reads numbers faster than texts that are then cast. Undefined unless all typed reads are exact; then keys are the texts
   * of the files too, and may be found not to be unique.
   */
  async #withNumbers(
    batch: readonly PartitionFiles[],
    conditions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Results | undefined> {
    const forms = this.#forms;
    const numbers = forms.flatMap(({ read }) => (isReadAsNumber(this.scan, read) ? [read] : []));
    if (numbers.length === 0) return undefined;
    const sql = await this.select(batch, numbers);
    const rows = sql === undefined ? undefined : typedRows(this.scan, forms, sql);
    if (rows === undefined) return undefined;
    const copy = this.#makesCopies ? this.copies.newPath() : undefined;
    let kept = false;
    try {
      if (copy !== undefined)
        await this.engine.execute(`COPY (${rows}) TO ${quoteText(copy)} (${COPY_FORMAT})`, signal);
      const from = copy === undefined ? `(${rows})` : `read_parquet(${quoteText(copy)})`;
      const found = await this.engine.rows(factsOfRows(this.scan, from), signal);
      if (found.some(([, isExact]) => isExact !== "true")) return undefined;
      if (copy !== undefined) {
        this.copies.add(
          copy,
          batch.map((one) => this.#copyName(one)),
        );
        kept = true;
      }
      const numberings = this.scan.numberings.map((one) => this.#uniqueness(one));
      return new Map(
        found.map(([group, , ...unique]) => [
          Number(group),
          conditions.map((one) => unique[numberings.indexOf(one)] ?? "true"),
        ]),
      );
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return undefined;
    } finally {
      if (copy !== undefined && !kept) this.copies.delete(copy);
    }
  }

  async #results(
    select: string | undefined,
    conditions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Results> {
    const values = conditions.map((one) => `CAST(coalesce(${one}, false) AS VARCHAR)`);
    const rows = await this.engine.rows(
      `SELECT CAST("$group" AS VARCHAR), ${values.join(", ")} FROM (${select}) AS ${this.scan.alias} GROUP BY "$group"`,
      signal,
    );
    return new Map(rows.map(([group, ...found]) => [Number(group), found.map(String)]));
  }

  #copyName(partition: PartitionFiles): string {
    return this.#name(partition, contentOf(this.#forms));
  }

  #name(partition: PartitionFiles, condition: string): string {
    let name = this.#conditions.get(condition);
    if (name === undefined) {
      name = digest(condition.replaceAll(`${this.scan.alias}.`, ""));
      this.#conditions.set(condition, name);
    }
    const files = this.#names.get(partition) ?? nameOf(this.#table, partition);
    this.#names.set(partition, files);
    return files + name;
  }
}

/** What holds for files when a typed read of them is exact. */
const conditionOf = ({ ofTexts }: Form): string => `bool_and(${ofTexts})`;

function* batches(partitions: readonly PartitionFiles[]): Generator<readonly PartitionFiles[]> {
  let [batch, bytes]: [PartitionFiles[], number] = [[], 0];
  for (const one of partitions) {
    batch.push(one);
    bytes += one.files.reduce((sum, { size }) => sum + size, 0);
    if (bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Changes whenever the partition's files, or the way they are read, change. */
function nameOf(table: string, { files, storage }: PartitionFiles): string {
  const { Location: _location, ...format } = storage;
  return digest([table, format, files.map(({ key, path, etag, size }) => [key, path, etag, size])]);
}

const digest = (value: unknown): string =>
  createHash("sha1").update(JSON.stringify(value)).digest("base64url");
