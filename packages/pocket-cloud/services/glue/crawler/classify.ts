import { constants, gunzipSync } from "node:zlib";
import type { Classifier } from "@aws-sdk/client-glue";
import { classifyCsv, classifyCustomCsv, type Sample } from "./csv";
import { classifyJson } from "./json";
import { footerLength, PARQUET, readFooter } from "./parquet";
import type { FileSchema } from "./schema";

/** Reads a range of an object, end exclusive. */
export type ReadRange = (start: number, end: number) => Promise<Buffer>;

const MIB = 2 ** 20;
/** JSON values may be large: more is read until one is whole. */
const STEPS = [MIB, 2 * MIB, 4 * MIB, 10 * MIB];

/** What a file is, by its content: custom classifiers first, in their order, then the built-in ones. */
export async function classify(
  size: number,
  read: ReadRange,
  classifiers: readonly Classifier[],
): Promise<FileSchema | undefined> {
  for (const step of STEPS) {
    const head = await read(0, Math.min(step, size));
    const cut = step < size;
    if (head.toString("latin1", 0, 4) === PARQUET) return parquet(size, read);
    const sample = sampleOf(head, cut);
    const found =
      custom(sample, classifiers) ??
      classifyJson(sample) ??
      (looksLikeText(sample.bytes) ? classifyCsv(sample) : undefined);
    if (found) return found;
    if (!cut || !/^\s*[[{]/.test(sample.bytes.toString("latin1", 0, 100))) break;
  }
  return {
    format: { classification: "UNKNOWN", compression: "none" },
    columns: [],
    named: false,
    records: 0,
    bytes: size,
  };
}

async function parquet(size: number, read: ReadRange): Promise<FileSchema | undefined> {
  const length = footerLength(await read(size - 8, size));
  if (length === undefined || length + 12 > size) return undefined;
  return readFooter(await read(size - 8 - length, size - 8), size);
}

function sampleOf(head: Buffer, cut: boolean): Sample {
  if (head[0] !== 0x1f || head[1] !== 0x8b)
    return { bytes: wholeCharacters(head, cut), cut, compression: "none" };
  try {
    // The end may be missing: what came until there is enough.
    const text = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    const shorter = text.length > MIB ? text.subarray(0, MIB) : text;
    const torn = cut || shorter.length < text.length;
    return { bytes: wholeCharacters(shorter, torn), cut: torn, compression: "gzip" };
  } catch {
    return { bytes: head, cut, compression: "none" };
  }
}

/** Without the bytes of a character that the end of the sample tears. */
function wholeCharacters(bytes: Buffer, cut: boolean): Buffer {
  if (!cut) return bytes;
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] as number) & 0xc0) === 0x80) end--;
  const lead = bytes[end - 1] ?? 0;
  return lead >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

const looksLikeText = (bytes: Buffer): boolean =>
  !bytes.subarray(0, 4096).includes(0) && !bytes.toString("utf8", 0, 4000).includes("\uFFFD");

function custom(sample: Sample, classifiers: readonly Classifier[]): FileSchema | undefined {
  for (const { CsvClassifier, JsonClassifier } of classifiers) {
    const found = JsonClassifier
      ? classifyJson(sample, JsonClassifier.JsonPath)
      : CsvClassifier &&
          looksLikeText(sample.bytes) &&
          !/^\s*[[{]/.test(sample.bytes.toString("latin1", 0, 100))
        ? classifyCustomCsv(sample, CsvClassifier)
        : undefined;
    if (found) return found;
  }
  return undefined;
}
