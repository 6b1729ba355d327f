import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { type FeedDefinition, type Validated, validateRow } from "../../data/feeds";
import { readRetailFile } from "../../data/feeds/retail-file";
import { unpack } from "../../data/records/unpack";

export interface FileRow {
  /** Line number in the file; for JSON, the number of the event. */
  readonly number: number;
  readonly result: Validated;
  /** The content of an invalid row. */
  readonly given: unknown;
}

/**
 * Reads the rows of a feed's file: CSV with a header, JSON lines or a JSON array, gzipped or not. `log` receives how an
 * ambiguous file is interpreted.
 */
export async function* readFile(
  path: string,
  feed: FeedDefinition,
  arrival: string,
  log: (text: string) => void = () => {},
): AsyncGenerator<FileRow> {
  const bytes = inflated(readFileSync(path));
  if (startsLikeJson(bytes)) yield* readJson(bytes, feed, arrival);
  else if (feed.name === "retail") {
    const file = readRetailFile(bytes);
    log(file.interpretation);
    for await (const { number, fields, result } of file.lines()) yield { number, result, given: { fields } };
  } else yield* readCsv(bytes, feed, arrival);
}

const inflated = (bytes: Buffer): Buffer =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;

const startsLikeJson = (bytes: Buffer): boolean =>
  /^\uFEFF?\s*[[{]/.test(bytes.subarray(0, 64).toString("utf8"));

function* readJson(bytes: Buffer, feed: FeedDefinition, arrival: string): Generator<FileRow> {
  let number = 0;
  for (const line of unpack(bytes)) {
    const values =
      line.ok && Array.isArray(line.value) ? line.value : [line.ok ? line.value : asText(line.raw)];
    for (const value of values)
      yield { number: ++number, result: validateRow(feed, value, arrival), given: value };
  }
}

function* readCsv(bytes: Buffer, feed: FeedDefinition, arrival: string): Generator<FileRow> {
  const rows: { record: Record<string, string>; info: { lines: number } }[] = parse(bytes, {
    bom: true,
    columns: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  for (const { record, info } of rows)
    yield { number: info.lines, result: validateRow(feed, record, arrival), given: record };
}

const asText = (raw: Uint8Array): string => Buffer.from(raw).toString("utf8");
