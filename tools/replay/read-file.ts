import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type FeedDefinition, validateRow } from "../../data/feeds";
import { csvRecords } from "../../data/feeds/csv-records";
import { readRetailFile } from "../../data/feeds/retail-file";
import { unpack } from "../../data/records/unpack";
import { messageOf, UsageError } from "../kit/errors";
import type { FileRow } from "./file-row";
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
  const bytes = inflated(readFileSync(path));
  if (startsLikeJson(bytes)) yield* readJson(bytes, feed, arrival);
  else if (feed.name === "retail") {
    const file = openRetailFile(path, bytes);
    log(file.interpretation);
    for (const { number, fields, result } of file.lines()) yield { number, result, given: { fields } };
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

const inflated = (bytes: Buffer): Buffer =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;

const startsLikeJson = (bytes: Buffer): boolean =>
  /^\uFEFF?\s*[[{]/.test(bytes.subarray(0, 64).toString("utf8"));

function* readJson(bytes: Buffer, feed: FeedDefinition, arrival: string): Generator<FileRow> {
  let number = 0;
  const jsonRow = (given: unknown, text: string): FileRow => {
    const result = validateRow(feed, given, arrival);
    return { number: ++number, result, given, ...(!result.ok && { text }) };
  };
  for (const line of unpack(bytes)) {
    if (!line.ok) {
      const given = asText(line.raw);
      yield { number: ++number, result: validateRow(feed, given, arrival), given, text: given };
    } else if (Array.isArray(line.value))
      for (const value of line.value) yield jsonRow(value, JSON.stringify(value));
    // Within a pack an event is one line.
    else yield jsonRow(line.value, line.text.includes("\n") ? JSON.stringify(line.value) : line.text);
  }
}

function* readCsv(bytes: Buffer, feed: FeedDefinition, arrival: string): Generator<FileRow> {
  let header: readonly string[] | undefined;
  for (const record of csvRecords(bytes.toString("utf8"))) {
    const { number } = record;
    if ("reason" in record) {
      const { text: value, reason } = record;
      yield { number, result: { ok: false, column: null, value, reason }, given: { text: value } };
    } else if (!header) header = record.fields.map((name) => name.trim());
    else if (record.fields.length > header.length) {
      const reason = `has ${record.fields.length} fields, not ${header.length}`;
      const result = { ok: false, column: null, value: record.fields, reason } as const;
      yield { number, result, given: { fields: record.fields } };
    } else {
      const { fields } = record;
      const given = Object.fromEntries(header.slice(0, fields.length).map((name, i) => [name, fields[i]]));
      const result = validateRow(feed, given, arrival);
      yield { number, result, given, ...(!result.ok && { text: JSON.stringify(given) }) };
    }
  }
}

const asText = (raw: Uint8Array): string => Buffer.from(raw).toString("utf8");
