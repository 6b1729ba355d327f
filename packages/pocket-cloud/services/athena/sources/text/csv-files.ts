import { once } from "node:events";
import { createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import type { LocalObject } from "../../../../s3-files";
import { makePrivateDirectory, PRIVATE_FILE } from "../../../../storage/private";
import type { Facts } from "../facts";
import { LONGEST_LINE, lineTooLong } from "./long-lines";
import { type CsvCharacters, parseLine } from "./open-csv";
import { bytesOf, inspect } from "./plain-csv";

/** Stands for NULL in rewritten files. Files do not contain it. */
export const NO_TEXT = "\u0001\u0002";

export const isGzip = (key: string): boolean => /\.gz(ip)?$/i.test(key);

/** The CSV files of one query. Files that DuckDB would read differently from OpenCSVSerde are rewritten temporarily. */
export class CsvFiles {
  readonly #written = new Map<string, Promise<string>>();

  constructor(
    readonly dir: string,
    readonly facts: Facts,
    readonly signal?: AbortSignal,
  ) {}

  /** The path of a rewritten copy that DuckDB reads correctly; undefined if the file needs none. */
  async rewritten(
    object: LocalObject,
    characters: CsvCharacters,
    skipLines: number,
    columns: number,
  ): Promise<string | undefined> {
    const name = factName("plain", object, characters);
    const compressed = isGzip(object.key);
    let plain = this.facts.get(name);
    if (plain === undefined) {
      const found = await inspect(object.path, compressed, characters, this.signal);
      plain = found.isPlain;
      this.facts.add([
        [name, plain],
        [factName(EXACT_NUMBERS, object, characters), plain && !found.mayHaveOddNumber],
      ]);
    }
    if (plain) return undefined;
    const key = `${name} ${skipLines} ${columns}`;
    const written =
      this.#written.get(key) ?? this.#write(object.path, compressed, characters, skipLines, columns);
    this.#written.set(key, written);
    return written;
  }

  /** Whether DuckDB's CSV reader and Trino's cast find the same finite numbers in a file. */
  hasExactNumbers(object: LocalObject, characters: CsvCharacters): boolean {
    return this.facts.get(factName(EXACT_NUMBERS, object, characters)) ?? false;
  }

  release(): void {
    if (this.#written.size > 0) rmSync(this.dir, { recursive: true, force: true });
  }

  async #write(
    path: string,
    compressed: boolean,
    characters: CsvCharacters,
    skipLines: number,
    columns: number,
  ): Promise<string> {
    makePrivateDirectory(this.dir);
    const target = join(this.dir, `${this.#written.size}.csv`);
    const output = createWriteStream(target, { mode: PRIVATE_FILE });
    let [skipped, pending] = [0, ""];
    try {
      for await (const line of linesOf(path, compressed, this.signal)) {
        if (skipped++ < skipLines) continue;
        const fields = parseLine(line, characters);
        pending += `${Array.from({ length: columns }, (_, i) => plainField(fields[i])).join(",")}\n`;
        if (pending.length < 1 << 18) continue;
        if (!output.write(pending)) await once(output, "drain");
        pending = "";
      }
    } catch (error) {
      output.destroy();
      throw error;
    }
    output.end(pending);
    await once(output, "close");
    return target;
  }
}

const EXACT_NUMBERS = "exact numbers";

const factName = (fact: string, { path, etag, size }: LocalObject, characters: CsvCharacters): string =>
  `${fact} ${path} ${etag} ${size} ${JSON.stringify(characters)}`;

const plainField = (field: string | undefined): string =>
  field === undefined ? NO_TEXT : `"${field.replaceAll('"', '""')}"`;

/** Splits lines as Hadoop does: at a newline, a carriage return, or both. */
async function* linesOf(path: string, compressed: boolean, signal?: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytesOf(path, compressed, signal)) {
    const text = rest + decoder.decode(chunk, { stream: true });
    // A carriage return at the end of a chunk may be followed by a newline.
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + text.slice(whole.length);
    if (rest.length > LONGEST_LINE) throw lineTooLong();
    yield* lines;
  }
  rest += decoder.decode();
  if (rest.endsWith("\r")) rest = rest.slice(0, -1);
  if (rest !== "") yield rest;
}
