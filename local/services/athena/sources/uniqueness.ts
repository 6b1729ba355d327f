import { createHash } from "node:crypto";
import { join } from "node:path";
import type { StorageDescriptor } from "@aws-sdk/client-glue";
import { readIfThere, writeAtomic } from "../../../storage/atomic";
import type { LocalObject } from "../../s3/files";
import type { GlueSource } from "../catalogue/catalogue";
import type { Engine } from "../engine/engine";
import { render } from "../sql/expr";
import type { Numbering, Scan } from "../sql/session";

/** The files of one partition, and the SQL that reads them. */
export interface Piece {
  readonly files: readonly LocalObject[];
  readonly storage: StorageDescriptor;
  readonly sql: () => Promise<string>;
}

/** Partitions not known yet are looked into before the query up to this size, and after it when there is more. */
const AT_ONCE = 8 << 20;
/** Facts kept; the oldest go first. */
const KEPT = 100_000;

/**
 * What is known about partitions whose files have not changed: whether keys are unique in them. A view that removes
 * duplicates costs a sort of everything it reads; where there are none, its row_number() is 1.
 */
export class Uniqueness {
  readonly #facts: Map<string, boolean>;
  readonly #path: string;

  constructor(
    dir: string,
    readonly engine: Engine,
  ) {
    this.#path = join(dir, "uniqueness.json");
    const text = readIfThere(this.#path)?.toString("utf8");
    this.#facts = new Map(text === undefined ? [] : (JSON.parse(text) as [string, boolean][]));
  }

  /** Settles the scan's numberings where all is known, and answers how to learn the rest. */
  async settle(
    scan: Scan,
    pieces: readonly Piece[],
    signal?: AbortSignal,
  ): Promise<(signal: AbortSignal) => Promise<void>> {
    const unknown: (() => readonly Unknown[])[] = [];
    for (const numbering of scan.numberings) {
      const missing = () => this.#unknown(scan, numbering, pieces);
      const bytes = missing().reduce(
        (sum, { piece }) => sum + piece.files.reduce((size, file) => size + file.size, 0),
        0,
      );
      if (bytes <= AT_ONCE) await this.#learn(missing(), signal);
      else unknown.push(missing);
      numbering.settled = pieces.every((piece) => this.#facts.get(factName(scan, numbering, piece)) === true);
    }
    return async (stop) => {
      for (const missing of unknown) await this.#learn(missing(), stop);
    };
  }

  #unknown(scan: Scan, numbering: Numbering, pieces: readonly Piece[]): Unknown[] {
    return pieces
      .map((piece) => ({ piece, scan, numbering, name: factName(scan, numbering, piece) }))
      .filter(({ name }) => !this.#facts.has(name));
  }

  async #learn(unknown: readonly Unknown[], signal?: AbortSignal): Promise<void> {
    for (const { piece, scan, numbering, name } of unknown) {
      if (signal?.aborted) return;
      const keys = numbering.keys.map(render).join(", ");
      const rows = await this.engine.rows(
        `SELECT CAST(count(*) = count(DISTINCT row(${keys || "1"})) AS VARCHAR) FROM (${await piece.sql()}) AS ${scan.alias}`,
        signal,
      );
      this.#facts.set(name, rows[0]?.[0] === "true");
    }
    if (unknown.length === 0) return;
    for (const name of this.#facts.keys()) {
      if (this.#facts.size <= KEPT) break;
      this.#facts.delete(name);
    }
    writeAtomic(this.#path, JSON.stringify([...this.#facts]));
  }
}

interface Unknown {
  readonly piece: Piece;
  readonly scan: Scan;
  readonly numbering: Numbering;
  readonly name: string;
}

/** The same files read the same way give the same answer. */
function factName(scan: Scan, numbering: Numbering, { files, storage }: Piece): string {
  const { Location: _location, ...format } = storage;
  const keys = numbering.keys.map((key) => render(key).replaceAll(`${scan.alias}.`, ""));
  const read = files.map(({ key, path, etag, size }) => [key, path, etag, size]);
  return createHash("sha1")
    .update(
      JSON.stringify([keys, format, scan.table.columns, (scan.table as GlueSource).glue.Parameters, read]),
    )
    .digest("base64url");
}
