import {
  type Engine,
  Interrupted,
  type RowNumbering,
  type Scan,
  type TypedRead,
} from "../../../../../trino-duckdb";
import type { GlueSource } from "../../catalogue/catalogue";
import type { Facts } from "../facts";
import { commonFormOf, type Form, isReadAsNumber } from "./common-forms";
import type { QueryCopies } from "./copies";
import { bytesOf, type PartitionFiles, PartitionNames } from "./partitions";
import { factsOfRows, typedRows } from "./rows";
import { ScanCopies } from "./scan-copies";

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

/** Answers to conditions by the partition's number. */
type Results = ReadonlyMap<number, readonly string[]>;

/**
 * Checks the files of partitions, once, for two facts that make queries cheaper. A view that removes duplicates sorts
 * all it reads; if its keys are unique, row_number() is always 1 and needs no sort. And a text column that the query
 * only casts can be read as the type if every file holds it in the type's common form.
 */
export class Survey {
  readonly copies: ScanCopies;
  readonly #names: PartitionNames;
  readonly #forms: readonly Form[];
  /** What holds for files when each typed read of them is exact. */
  readonly #exact: ReadonlySet<string>;
  readonly #allExact: string;

  constructor(
    readonly scan: Scan<GlueSource>,
    readonly partitions: readonly PartitionFiles[],
    readonly select: Select,
    readonly facts: Facts,
    readonly engine: Engine,
    copies: QueryCopies,
  ) {
    this.#forms = [...scan.typedReads.values()].flatMap((read) => commonFormOf(scan, read) ?? []);
    this.#exact = new Set(this.#forms.map(conditionOf));
    this.#allExact = [...this.#exact].join(" AND ");
    this.#names = new PartitionNames(scan);
    this.copies = new ScanCopies(scan, partitions, this.#forms, this.#names, engine, copies);
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

  #uniqueness({ keys }: RowNumbering): string {
    return keys.length === 0 ? "count(*) = 1" : `count(*) = count(DISTINCT hash(${keys.join(", ")}))`;
  }

  #holds(condition: string): boolean {
    const { partitions } = this;
    return partitions.length > 0 && partitions.every((one) => this.#fact(one, condition));
  }

  /** In most files all typed reads are exact, which is one fact. */
  #fact(partition: PartitionFiles, condition: string): boolean | undefined {
    if (this.#exact.has(condition) && this.facts.get(this.#names.of(partition, this.#allExact))) return true;
    return this.facts.get(this.#names.of(partition, condition));
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
      this.facts.add(facts.map(([condition, holds]) => [this.#names.of(one, condition), holds]));
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
    try {
      return await this.copies.checked(
        batch,
        rows,
        (from) => this.#exactResults(from, conditions, signal),
        signal,
      );
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return undefined;
    }
  }

  /** Undefined when a typed read of some row is not exact. */
  async #exactResults(
    from: string,
    conditions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Results | undefined> {
    const found = await this.engine.rows(factsOfRows(this.scan, from), signal);
    if (found.some(([, isExact]) => isExact !== "true")) return undefined;
    const numberings = this.scan.numberings.map((one) => this.#uniqueness(one));
    return new Map(
      found.map(([group, , ...unique]) => [
        Number(group),
        conditions.map((one) => unique[numberings.indexOf(one)] ?? "true"),
      ]),
    );
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
}

/** What holds for files when a typed read of them is exact. */
const conditionOf = ({ ofTexts }: Form): string => `bool_and(${ofTexts})`;

function* batches(partitions: readonly PartitionFiles[]): Generator<readonly PartitionFiles[]> {
  let [batch, bytes]: [PartitionFiles[], number] = [[], 0];
  for (const one of partitions) {
    batch.push(one);
    bytes += bytesOf([one]);
    if (bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
