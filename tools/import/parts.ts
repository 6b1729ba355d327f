import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { openPromise } from "yauzl";
import { messageOf, UsageError } from "../kit/errors";

/** A file, or a file within a ZIP archive. */
export interface Part {
  /** For messages: "klines.zip/BTCUSDT-1d-2024-01.csv". */
  readonly place: string;
  /** Without folders and without .gz: "BTCUSDT-1d-2024-01.csv". */
  readonly name: string;
  /** The path of a Parquet file, which is not read as a stream. */
  readonly parquet?: string;
  /** The text in pieces. */
  readonly text: () => AsyncIterable<string>;
}

const MAGIC = { zip: "504b0304", parquet: "50415231", gzip: "1f8b" } as const;

/** The parts of a file that may be compressed. `only`: a text that names in archives must contain. */
export async function* partsOf(path: string, only: string | undefined): AsyncGenerator<Part> {
  const start = firstBytes(path);
  if (start === MAGIC.zip) return yield* archived(path, only);
  const name = basename(path).replace(/\.gz$/, "");
  if (start === MAGIC.parquet) yield { place: path, name, parquet: path, text: () => empty() };
  else yield { place: path, name, text: () => textOf(path, start.startsWith(MAGIC.gzip)) };
}

async function* empty(): AsyncGenerator<string> {}

function firstBytes(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`there is no file ${path}`);
  if (found.isDirectory()) throw new UsageError(`${path} is a folder; name its files, for example ${path}/*`);
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(4);
    return bytes.subarray(0, readSync(file, bytes)).toString("hex");
  } finally {
    closeSync(file);
  }
}

async function* textOf(path: string, gzipped: boolean): AsyncGenerator<string> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const stream = gzipped ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => stream.destroy(error));
  stream.setEncoding("utf8");
  try {
    for await (const piece of stream) yield String(piece);
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${messageOf(error)}); nothing was imported`);
  }
}

/** The CSV, JSON and text files of a ZIP archive. */
async function* archived(path: string, only: string | undefined): AsyncGenerator<Part> {
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    throw new UsageError(
      `${path}: cannot be read as a ZIP archive (${messageOf(error)}); nothing was imported`,
    );
  });
  let parts = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileName } = entry;
      if (!/\.(?:csv|json|ndjson|txt)$/i.test(fileName) || (only !== undefined && !fileName.includes(only)))
        continue;
      parts++;
      yield {
        place: `${path}/${fileName}`,
        name: basename(fileName),
        text: async function* () {
          const stream = await zip.openReadStreamPromise(entry);
          stream.setEncoding("utf8");
          for await (const piece of stream) yield String(piece);
        },
      };
    }
  } finally {
    zip.close();
  }
  if (parts === 0)
    throw new UsageError(
      `${path} has no .csv or .json file${only === undefined ? "" : ` with "${only}" in its name`}; nothing was imported`,
    );
}
