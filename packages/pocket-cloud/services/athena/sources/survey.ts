import { createHash } from "node:crypto";
import type { StorageDescriptor } from "@aws-sdk/client-glue";
import {
  type Engine,
  Interrupted,
  type RowNumbering,
  type Scan,
  type TypedRead,
} from "../../../../trino-duckdb";
import type { LocalObject } from "../../../s3-files";
import type { GlueSource } from "../catalogue/catalogue";
import { commonFormOf, type Form, isReadAsNumber } from "./common-forms";
import type { Facts } from "./facts";

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

/**
 * Checks the files of partitions, once, for two facts that make queries cheaper. A view that removes duplicates sorts
 * all it reads; if its keys are unique, row_number() is always 1 and needs no sort. And a text column that the query
 * only casts can be read as the type if every file holds it in the type's common form.
 */
export class Survey {
  readonly #table: string;
  readonly #names = new Map<PartitionFiles, string>();
  readonly #conditions = new Map<string, string>();

  constructor(
    readonly scan: Scan<GlueSource>,
    readonly partitions: readonly PartitionFiles[],
    readonly select: Select,
    readonly facts: Facts,
    readonly engine: Engine,
  ) {
    this.#table = digest([scan.table.columns, scan.table.glue.Parameters]);
  }

  /**
   * Finds the numberings whose keys are unique. Checked before the query: the sort costs more than the check. With `typed`,
   * the same pass decides about typed reads.
   */
  async checkNumberings(typed: boolean, signal?: AbortSignal): Promise<void> {
    const { numberings } = this.scan;
    const keys = numberings.map((numbering) => this.#uniqueness(numbering));
    const forms = typed ? this.#forms().map(({ condition }) => condition) : [];
    await this.#check(this.#unknown(keys), [...keys, ...new Set(forms)], signal);
    for (const numbering of numberings) numbering.unique = this.#holds(this.#uniqueness(numbering));
  }

  /** Enables the typed reads known to be exact. Returns the check that decides about the others. */
  enableTypedReads(): BackgroundCheck {
    const forms = this.#forms();
    for (const { read, condition } of forms) read.enabled = this.#holds(condition);
    const conditions = [...new Set(forms.map(({ condition }) => condition))];
    return (signal, whenIdle) => this.#check(this.#unknown(conditions), conditions, signal, whenIdle);
  }

  #forms(): Form[] {
    return [...this.scan.typedReads.values()].flatMap((read) => commonFormOf(this.scan, read) ?? []);
  }

  #uniqueness({ keys }: RowNumbering): string {
    return keys.length === 0 ? "count(*) = 1" : `count(*) = count(DISTINCT hash(${keys.join(", ")}))`;
  }

  #holds(condition: string): boolean {
    const { partitions } = this;
    return partitions.length > 0 && partitions.every((one) => this.facts.get(this.#name(one, condition)));
  }

  #unknown(conditions: readonly string[]): readonly PartitionFiles[] {
    return this.partitions.filter((one) =>
      conditions.some((condition) => this.facts.get(this.#name(one, condition)) === undefined),
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
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }

  async #checkBatch(
    batch: readonly PartitionFiles[],
    conditions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const results =
      (await this.#withNumbers(batch, conditions, signal)) ??
      (await this.#results(await this.select(batch, []), conditions, signal));
    this.facts.add(
      batch.flatMap((one, i) =>
        // A condition holds for a partition without rows.
        conditions.map(
          (condition, c) => [this.#name(one, condition), (results.get(i)?.[c] ?? "true") === "true"] as const,
        ),
      ),
    );
  }

  /**
   * DuckDB reads numbers faster than texts that are then cast. Undefined unless all typed reads are exact; then keys are the texts
   * of the files too, and may be found not to be unique.
   */
  async #withNumbers(
    batch: readonly PartitionFiles[],
    conditions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, readonly string[]> | undefined> {
    const forms = this.#forms();
    const isForm = conditions.map((condition) => forms.some((one) => one.condition === condition));
    const numbers = forms.flatMap(({ read }) => (isReadAsNumber(this.scan, read) ? [read] : []));
    const ofNumbers = conditions.flatMap((condition) => {
      const form = forms.find((one) => one.condition === condition);
      return (form ? form.ofNumbers : condition) ?? [];
    });
    if (numbers.length === 0 || ofNumbers.length < conditions.length) return undefined;
    const sql = await this.select(batch, numbers);
    if (sql === undefined) return undefined;
    try {
      const results = await this.#results(sql, ofNumbers, signal);
      const areExact = [...results.values()].every((found) =>
        found.every((value, i) => value === "true" || !isForm[i]),
      );
      return areExact ? results : undefined;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return undefined;
    }
  }

  async #results(
    select: string | undefined,
    conditions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, readonly string[]>> {
    const values = conditions.map((one) => `CAST(coalesce(${one}, false) AS VARCHAR)`);
    const rows = await this.engine.rows(
      `SELECT CAST("$group" AS VARCHAR), ${values.join(", ")} FROM (${select}) AS ${this.scan.alias} GROUP BY "$group"`,
      signal,
    );
    return new Map(rows.map(([group, ...found]) => [Number(group), found.map(String)]));
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
