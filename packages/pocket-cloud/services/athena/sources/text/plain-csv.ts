import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { Interrupted } from "../../../../../trino-duckdb";
import type { CsvCharacters } from "./open-csv";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const PLUS = 0x2b;
const MINUS = 0x2d;
/** Of texts that only DuckDB reads as numbers: 1_000 and +-1. */
const ODD = ["_", "+-"];

/**
 * Reads a file in parts, each of which is valid until the next is asked for. Throws when the signal stops it: a small file may
 * unzip to terabytes.
 */
export async function* bytesOf(
  path: string,
  compressed: boolean,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  for await (const chunk of compressed ? unzipped(path) : plain(path)) {
    if (signal?.aborted) throw new Interrupted("stopped");
    yield chunk;
  }
}

/** Buffers for the next files: new ones would take longer to allocate than small files to read. */
const spare: Buffer[] = [];

/** A day has hundreds of small files. A stream of each would take longer than its bytes. */
async function* plain(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  const buffer = spare.pop() ?? Buffer.allocUnsafe(1 << 19);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    spare.push(buffer);
    await file.close();
  }
}

async function* unzipped(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  // pipe() does not forward errors.
  file.once("error", (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

/** What of a CSV file decides how DuckDB may read it. */
export interface Inspected {
  /**
   * Whether DuckDB reads it as OpenCSVSerde does: it has no escape characters, carriage returns or empty lines. Quotes enclose
   * whole fields without line breaks, and are doubled inside.
   */
  readonly isPlain: boolean;
  /** Whether a text may be a number for DuckDB and none for Trino. */
  readonly mayHaveOddNumber: boolean;
}

export async function inspect(
  path: string,
  compressed: boolean,
  characters: CsvCharacters,
  signal?: AbortSignal,
): Promise<Inspected> {
  const reader = new PlainReader(characters);
  let mayHaveOddNumber = false;
  let last: number | undefined;
  for await (const chunk of bytesOf(path, compressed, signal)) {
    mayHaveOddNumber ||= ODD.some((text) => chunk.includes(text)) || (last === PLUS && chunk[0] === MINUS);
    last = chunk.at(-1);
    if (!reader.take(chunk)) return { isPlain: false, mayHaveOddNumber };
  }
  return { isPlain: reader.end(), mayHaveOddNumber };
}

type State = "line" | "start" | "field" | "quoted" | "closed";

class PlainReader {
  /** "closed" is after a quote that may have ended the quoted field. */
  #at: State = "line";
  readonly #separator: number;
  readonly #quote: number;
  readonly #escape: number;

  constructor({ separator, quote, escaping }: CsvCharacters) {
    [this.#separator, this.#quote, this.#escape] = [separator, quote, escaping].map((text) =>
      text.charCodeAt(0),
    ) as [number, number, number];
  }

  take(chunk: Buffer): boolean {
    if (chunk.includes(this.#escape) || chunk.includes(RETURN)) return false;
    if (this.#at === "quoted" || this.#at === "closed" || chunk.includes(this.#quote))
      return this.#walk(chunk);
    if ((this.#at === "line" && chunk[0] === NEWLINE) || chunk.includes("\n\n")) return false;
    const last = chunk.at(-1);
    this.#at = last === NEWLINE ? "line" : last === this.#separator ? "start" : "field";
    return true;
  }

  end(): boolean {
    return this.#at !== "quoted";
  }

  #walk(chunk: Buffer): boolean {
    for (const byte of chunk) {
      const next = this.#after(byte);
      if (!next) return false;
      this.#at = next;
    }
    return true;
  }

  #after(byte: number): State | undefined {
    if (this.#at === "quoted")
      return byte === this.#quote ? "closed" : byte === NEWLINE ? undefined : "quoted";
    if (byte === NEWLINE) return this.#at === "line" ? undefined : "line";
    if (byte === this.#separator) return "start";
    if (byte === this.#quote) return this.#at === "field" ? undefined : "quoted";
    return this.#at === "closed" ? undefined : "field";
  }
}
