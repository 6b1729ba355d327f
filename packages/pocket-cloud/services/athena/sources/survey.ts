import { createHash } from "node:crypto";
import type { StorageDescriptor } from "@aws-sdk/client-glue";
import type { Engine } from "../../../../trino-duckdb/engine/engine";
import { render } from "../../../../trino-duckdb/sql/expr";
import type { Numbering, Reading, Scan } from "../../../../trino-duckdb/sql/session";
import { quoteName } from "../../../../trino-duckdb/sql/types";
import type { LocalObject } from "../../s3/files";
import type { GlueSource } from "../catalogue/catalogue";
import { commonForm } from "./common-forms";
import type { Facts } from "./facts";

/** The files of one partition. */
export interface Piece {
  readonly files: readonly LocalObject[];
  readonly storage: StorageDescriptor;
}

/** Finds out what later queries can use, statement by statement when it is their turn. */
export type Learn = (signal: AbortSignal, turn: () => Promise<void>) => Promise<void>;

/** SQL over the rows of some pieces, with "$piece", the number among them of the piece a row is from. */
export type Select = (pieces: readonly Piece[]) => Promise<string>;

/** Bytes looked into with one statement: what it counts then stays in the processor's caches. */
const AT_ONCE = 16 << 20;
/** Statements at a time; small ones keep one core busy each. */
const LANES = 2;

/**
 * Asks partitions whose files have not changed what makes a query cheap. A view that removes duplicates costs a sort
 * of all it reads: where keys are unique its row_number() is 1. And a text that is only ever cast can be read as the
 * type, where the whole partition holds it in the common form.
 */
export class Survey {
  readonly #names: ReadonlyMap<Piece, string>;

  constructor(
    readonly scan: Scan<GlueSource>,
    readonly pieces: readonly Piece[],
    readonly select: Select,
    readonly facts: Facts,
    readonly engine: Engine,
  ) {
    this.#names = new Map(pieces.map((piece) => [piece, pieceName(scan, piece)]));
  }

  /** Whether keys number nothing; asked at once, for the sort costs more than the question. */
  async settle(signal?: AbortSignal): Promise<void> {
    const { numberings } = this.scan;
    await this.#ask(
      numberings.map((numbering) => this.#uniqueness(numbering)),
      signal,
    );
    for (const numbering of numberings) numbering.settled = this.#holds(this.#uniqueness(numbering));
  }

  /** Turns on the readings known to be exact, and answers how to find out about the others. */
  settleReadings(): Learn {
    const questions = [...this.scan.readings.values()].flatMap((reading) => {
      const question = this.#form(reading);
      return question ? [{ reading, question }] : [];
    });
    for (const { reading, question } of questions) reading.on = this.#holds(question);
    return (signal, turn) => this.#ask([...new Set(questions.map(({ question }) => question))], signal, turn);
  }

  #uniqueness({ keys }: Numbering): string {
    return keys.length === 0
      ? "count(*) = 1"
      : `count(*) = count(DISTINCT hash(${keys.map(render).join(", ")}))`;
  }

  /** A row cut short has NULL where the typed reading could not tell it from an empty text. */
  #form({ name, type }: Reading): string | undefined {
    const { alias, table } = this.scan;
    const column = `${alias}.${quoteName(name)}`;
    const last = table.columns.at(-1);
    const form = commonForm(column, type);
    const whole = last && `${alias}.${quoteName(last.name)} IS NOT NULL`;
    if (form === undefined || whole === undefined) return undefined;
    return type.kind === "varchar"
      ? `bool_and(${whole})`
      : `bool_and(${whole} AND (${column} = '' OR ${form}))`;
  }

  #holds(question: string): boolean {
    return (
      this.pieces.length > 0 && this.pieces.every((piece) => this.facts.get(this.#name(piece, question)))
    );
  }

  /** `turn`: before each statement, until it may run. */
  async #ask(questions: readonly string[], signal?: AbortSignal, turn?: () => Promise<void>): Promise<void> {
    const unknown = this.pieces.filter((piece) =>
      questions.some((question) => this.facts.get(this.#name(piece, question)) === undefined),
    );
    const left = batches(unknown);
    const lane = async () => {
      for (const some of left) {
        await turn?.();
        if (signal?.aborted) return;
        await this.#askAbout(some, questions, signal);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async #askAbout(
    some: readonly Piece[],
    questions: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const rows = await this.engine.rows(
      `SELECT CAST("$piece" AS VARCHAR), ${questions.map((one) => `CAST(coalesce(${one}, false) AS VARCHAR)`).join(", ")} FROM (${await this.select(some)}) AS ${this.scan.alias} GROUP BY "$piece"`,
      signal,
    );
    const answers = new Map(rows.map(([piece, ...values]) => [Number(piece), values]));
    this.facts.add(
      some.flatMap((piece, i) =>
        // A piece without rows contradicts nothing.
        questions.map(
          (question, q) => [this.#name(piece, question), (answers.get(i)?.[q] ?? "true") === "true"] as const,
        ),
      ),
    );
  }

  #name(piece: Piece, question: string): string {
    return `${this.#names.get(piece)} ${question.replaceAll(`${this.scan.alias}.`, "")}`;
  }
}

function* batches(pieces: readonly Piece[]): Generator<readonly Piece[]> {
  let [batch, bytes]: [Piece[], number] = [[], 0];
  for (const piece of pieces) {
    batch.push(piece);
    bytes += piece.files.reduce((sum, { size }) => sum + size, 0);
    if (bytes < AT_ONCE) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** The same files read the same way give the same answers. */
function pieceName(scan: Scan<GlueSource>, { files, storage }: Piece): string {
  const { Location: _location, ...format } = storage;
  const read = files.map(({ key, path, etag, size }) => [key, path, etag, size]);
  const { Parameters } = scan.table.glue;
  return createHash("sha1")
    .update(JSON.stringify([format, scan.table.columns, Parameters, read]))
    .digest("base64url");
}
