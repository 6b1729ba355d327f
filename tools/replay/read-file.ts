import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type FeedDefinition, validateRow } from "../../data/feeds";
import type { Fields } from "../../data/feeds/contract";
import { csvRecords } from "../../data/feeds/csv-records";
import { readRetailFile } from "../../data/feeds/retail-file";
import { unpack } from "../../data/records/unpack";
import { messageOf, UsageError } from "../kit/errors";
import { type FileRow, nameless, sentByName } from "./file-row";
import { readWorkbook } from "./xlsx/read-workbook";

/**
 * Reads the rows of a feed's file: CSV with a header, JSON lines or a JSON array, gzipped or not, or an .xlsx workbook.
 * `log` receives how an ambiguous file is interpreted.
 */
export async function* readFile(
  path: string,
  feed: FeedDefinition,
  arrival: string,
  log: (text: string) => void = () => {},
): AsyncGenerator<FileRow> {
  const start = firstBytes(path);
  if (start === ZIP) return yield* readWorkbook(path, feed, arrival, log);
  if (start === OLE)
    throw new UsageError(
      `${path} is an old Excel file (.xls), or a workbook with a password: save it as .xlsx or CSV`,
    );
  const bytes = inflated(readFileSync(path), path);
  if (startsLikeJson(bytes)) return yield* readJson(bytes, feed, arrival);
  refuseOtherSeparators(bytes, path);
  if (feed.name === "retail") {
    const file = openRetailFile(path, bytes);
    log(file.interpretation);
    for (const { number, text, result, cells } of file.lines()) {
      const row = { number, result, ...sentByName(cells) };
      yield result.ok || result.column !== null ? row : nameless(number, text, result);
    }
  } else yield* readCsv(bytes, feed, arrival);
}

/** A file with dates in two orders is refused in one line. */
function openRetailFile(path: string, bytes: Buffer) {
  try {
    return readRetailFile(bytes);
  } catch (error) {
    throw new UsageError(`${path}: ${messageOf(error)}; nothing was sent`);
  }
}

/** The first bytes of an .xlsx workbook, and of older Microsoft files. */
const ZIP = "504b0304";
const OLE = "d0cf11e0";

function firstBytes(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(4);
    return bytes.subarray(0, readSync(file, bytes)).toString("hex");
  } finally {
    closeSync(file);
  }
}

function inflated(bytes: Buffer, path: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new UsageError(`${path}: cannot be decompressed (${messageOf(error)}); nothing was sent`);
  }
}

const SEPARATORS = { ";": "semicolons", "\t": "tabs" } as const;

/** Some spreadsheets save CSV with the separator of the user's country. Their numbers may have decimal commas too. */
function refuseOtherSeparators(bytes: Buffer, path: string): void {
  const [first = ""] = bytes.subarray(0, 4096).toString("latin1").split(/\r?\n/);
  if (first.includes(",")) return;
  for (const [separator, name] of Object.entries(SEPARATORS))
    if (first.includes(separator))
      throw new UsageError(
        `${path}: its values are separated by ${name}; save it with commas; nothing was sent`,
      );
}

const startsLikeJson = (bytes: Buffer): boolean =>
  /^\uFEFF?\s*[[{]/.test(bytes.subarray(0, 64).toString("utf8"));

function* readJson(bytes: Buffer, feed: FeedDefinition, arrival: string): Generator<FileRow> {
  let number = 0;
  const jsonRow = (given: unknown, line: () => string): FileRow => {
    const fields = typeof given === "object" && given !== null ? (given as Fields) : {};
    return { number: ++number, result: validateRow(feed, given, arrival), fields: () => fields, line };
  };
  for (const line of unpack(bytes)) {
    if (!line.ok) {
      const text = asText(line.raw);
      yield jsonRow(text, () => text);
    } else if (Array.isArray(line.value))
      for (const value of line.value) yield jsonRow(value, () => JSON.stringify(value));
    // Within a pack an event is one line.
    else yield jsonRow(line.value, () => (line.text.includes("\n") ? JSON.stringify(line.value) : line.text));
  }
}

function* readCsv(bytes: Buffer, feed: FeedDefinition, arrival: string): Generator<FileRow> {
  let header: readonly string[] | undefined;
  for (const record of csvRecords(bytes.toString("utf8"))) {
    const { number, text } = record;
    if ("reason" in record) yield nameless(number, text, { value: text, reason: record.reason });
    else if (!header) header = record.fields.map((name) => name.trim());
    else if (record.fields.length > header.length) {
      const reason = `has ${record.fields.length} fields, not ${header.length}`;
      yield nameless(number, text, { value: record.fields, reason });
    } else {
      const { fields } = record;
      const given = Object.fromEntries(header.slice(0, fields.length).map((name, i) => [name, fields[i]]));
      yield { number, result: validateRow(feed, given, arrival), ...sentByName(() => given) };
    }
  }
}

const asText = (raw: Uint8Array): string => Buffer.from(raw).toString("utf8");
