import { gunzipSync } from "fflate";
import { decompress } from "fzstd";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { readObject } from "../kit/api";
import type { Preview, Source } from "./model";

/** The first rows of a Parquet file. Only the parts of the file that they need are read. */
export async function readParquet({ bucket, key, size }: Source, most: number): Promise<Preview> {
  const file = {
    byteLength: size,
    slice: (start: number, end: number = size) =>
      readObject(bucket, key, { start: start < 0 ? size + start : start, end: end - 1 }),
  };
  const metadata = await parquetMetadataAsync(file);
  const total = Number(metadata.num_rows);
  const rows = await parquetReadObjects({
    file,
    metadata,
    rowStart: 0,
    rowEnd: Math.min(total, most),
    compressors: {
      GZIP: (data) => gunzipSync(data),
      ZSTD: (data) => decompress(data),
    },
  });
  const columns = Object.keys(rows[0] ?? {});
  return {
    format: `Parquet, ${metadata.row_groups.length} row group${metadata.row_groups.length === 1 ? "" : "s"}`,
    columns,
    rows: rows.map((row) => columns.map((name) => cell(row[name]))),
    note: total > most ? `the first ${most} of ${total} rows` : `${total} rows`,
  };
}

const cell = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "bigint" ? value.toString() : value;
};
