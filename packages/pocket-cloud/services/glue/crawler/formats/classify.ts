import { constants, gunzipSync } from "node:zlib";
import type { Classifier } from "@aws-sdk/client-glue";
import { classifyCsv, classifyCustomCsv } from "./csv";
import { classifyJson } from "./json";
import { classifyParquet, PARQUET_MAGIC } from "./parquet";
import type { FileSchema, Sample } from "./schema";

/** The bytes of an object under the crawler's rights. */
export interface ObjectReader {
  /** Reads from the start of the object. */
  head(length: number): Promise<Buffer>;
  /** Runs `read` on the object as a local file. */
  asFile<T>(read: (path: string) => Promise<T>): Promise<T | undefined>;
}

const MIB = 2 ** 20;
/** Sample sizes: when even the first JSON value is longer than the sample, the next size is tried. */
const SAMPLE_SIZES = [MIB, 2 * MIB, 4 * MIB, 10 * MIB];

/** Classifies a file by its content: custom classifiers first, in their order, then the built-in ones. */
export async function classify(
  size: number,
  object: ObjectReader,
  classifiers: readonly Classifier[],
): Promise<FileSchema | undefined> {
  for (const length of SAMPLE_SIZES) {
    const head = await object.head(Math.min(length, size));
    if (head.toString("latin1", 0, 4) === PARQUET_MAGIC)
      return object.asFile((path) => classifyParquet(path, size));
    const sample = sampleOf(head, length < size);
    const found =
      classifyCustom(sample, classifiers) ??
      classifyJson(sample) ??
      (looksLikeText(sample) ? await classifyCsv(sample) : undefined);
    if (found) return found;
    if (length >= size || !looksLikeJson(sample)) break;
  }
  return {
    format: { classification: "UNKNOWN", compression: "none" },
    columns: [],
    named: false,
    records: 0,
    bytes: size,
  };
}

function sampleOf(head: Buffer, truncated: boolean): Sample {
  if (head[0] !== 0x1f || head[1] !== 0x8b)
    return { bytes: wholeCharacters(head, truncated), truncated, compression: "none" };
  try {
    // Z_SYNC_FLUSH returns what a truncated gzip stream holds, instead of failing.
    const text = unzipped(head);
    const bytes = text.subarray(0, MIB);
    const cut = truncated || bytes.length < text.length;
    return { bytes: wholeCharacters(bytes, cut), truncated: cut, compression: "gzip" };
  } catch {
    return { bytes: head, truncated, compression: "none" };
  }
}

/** Unzips 16 MiB at most. Zlib fails beyond a limit, so less of the input is tried: a bomb holds 1000 times its size. */
function unzipped(head: Buffer): Buffer {
  for (let length = head.length; ; length = Math.ceil(length / 4))
    try {
      return gunzipSync(head.subarray(0, length), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: 16 * MIB,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE" || length < 1024) throw error;
    }
}

/** Drops the bytes of a UTF-8 character that the end of the sample cuts in two. */
function wholeCharacters(bytes: Buffer, truncated: boolean): Buffer {
  if (!truncated) return bytes;
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] as number) & 0xc0) === 0x80) end--;
  const lead = bytes[end - 1] ?? 0;
  return lead >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

const looksLikeText = ({ bytes }: Sample): boolean =>
  !bytes.subarray(0, 4096).includes(0) && !bytes.toString("utf8", 0, 4000).includes("\uFFFD");

const looksLikeJson = ({ bytes }: Sample): boolean => /^\s*[[{]/.test(bytes.toString("latin1", 0, 100));

function classifyCustom(sample: Sample, classifiers: readonly Classifier[]): FileSchema | undefined {
  for (const { CsvClassifier, JsonClassifier } of classifiers) {
    const found = JsonClassifier
      ? classifyJson(sample, JsonClassifier.JsonPath)
      : CsvClassifier && looksLikeText(sample) && !looksLikeJson(sample)
        ? classifyCustomCsv(sample, CsvClassifier)
        : undefined;
    if (found) return found;
  }
  return undefined;
}
