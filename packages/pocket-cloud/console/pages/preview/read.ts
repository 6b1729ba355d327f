import { readObject } from "../kit/api";
import { rowsOf } from "../kit/content";
import { gunzip, hexDump, textOf } from "../kit/decode";
import { csvRows, hasHeader } from "./csv";
import type { Preview, Source } from "./model";

const READ_BYTES = 1 << 20;
const ROWS = 500;

/** Reads the beginning of an object and recognises what it is. */
export async function readPreview(source: Source): Promise<Preview> {
  const { bucket, key, size } = source;
  if (size === 0) return { format: "empty", text: "", note: "The object is empty." };
  const end = Math.min(size, READ_BYTES) - 1;
  const bytes = new Uint8Array(await readObject(bucket, key, { start: 0, end }));
  if (startsWith(bytes, "PAR1")) return (await import("./parquet")).readParquet(source, ROWS);
  const data = await gunzip(bytes);
  const cut = size > READ_BYTES;
  // The last line may be cut off, and so may its last character.
  const text = textOf(cut ? data.subarray(0, data.lastIndexOf(10) + 1) : data);
  const part = cut ? `from the first ${READ_BYTES >> 20} MB` : "";
  if (text === undefined) return { format: "binary", text: hexDump(data), note: part };
  const gzip = data === bytes ? "" : ", gzip";
  return ofText(text, source, gzip, part);
}

function ofText(text: string, { key, columns }: Source, gzip: string, part: string): Preview {
  const lines = text.split(/\r?\n/, ROWS + 1).filter((line) => line !== "");
  const json =
    lines.length > 1 || text.trimStart().startsWith("{") ? rowsOf(lines.slice(0, ROWS)) : undefined;
  if (json)
    return {
      format: `JSON lines${gzip}`,
      columns: json.columns,
      rows: json.rows.map((row) => json.columns.map((name) => row[name])),
      note: noteOf(lines.length > ROWS ? ROWS : lines.length, lines.length > ROWS, part),
    };
  if (/\.csv(?:\.gz)?$/i.test(key)) {
    const all = csvRows(text, ROWS + 1);
    const header = hasHeader(all) && columns?.length !== all[0]?.length;
    const rows = (header ? all.slice(1) : all).slice(0, ROWS);
    const width = Math.max(0, ...rows.map((row) => row.length));
    const names = header ? (all[0] ?? []) : (columns ?? []);
    return {
      format: `CSV${gzip}`,
      columns: Array.from({ length: width }, (_, index) => names[index] ?? `column ${index + 1}`),
      rows,
      note: noteOf(rows.length, all.length > ROWS, part),
    };
  }
  return { format: `text${gzip}`, text: text.slice(0, 100_000), note: part };
}

const noteOf = (rows: number, more: boolean, part: string): string =>
  [more ? `the first ${rows} rows` : `${rows} row${rows === 1 ? "" : "s"}`, part].filter(Boolean).join(" ");

const startsWith = (data: Uint8Array, text: string): boolean =>
  [...text].every((char, index) => data[index] === char.charCodeAt(0));
