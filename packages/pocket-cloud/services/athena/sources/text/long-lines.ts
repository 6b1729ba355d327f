import { closeSync, openSync, readSync } from "node:fs";
import { QueryFailure } from "../../../../../trino-duckdb";
import type { LocalObject } from "../../../../s3-files";

/** DuckDB refuses longer lines. */
export const LONGEST_LINE = 2_000_000;

export const lineTooLong = (): QueryFailure =>
  new QueryFailure(
    "NOT_SUPPORTED",
    `a line of more than ${LONGEST_LINE} bytes is not supported by the embedded cloud`,
  );

/** DuckDB's parallel reader leaves out a last line that fills its buffer of 32 MiB, without an error. */
const LEAST_BUFFER = 16 * 2 ** 20;
const NEWLINE = 0x0a;

/** Whether a file may end in a line that DuckDB's parallel reader leaves out. That of a gzip file is not looked up. */
export function mayEndInLongLine({ path, size }: LocalObject, compressed: boolean): boolean {
  if (compressed) return true;
  if (size < LEAST_BUFFER) return false;
  const file = openSync(path, "r");
  try {
    for (const length of [1 << 16, LONGEST_LINE]) {
      const end = Buffer.alloc(length);
      readSync(file, end, 0, length, size - 1 - length);
      if (end.includes(NEWLINE)) return false;
    }
    return true;
  } finally {
    closeSync(file);
  }
}
