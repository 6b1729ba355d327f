import { QueryFailure } from "../../../../trino-duckdb";
import type { PreparedScan } from "./scan";

/** DuckDB's messages about files whose ends are not Parquet's. */
const FOOTER =
  /No magic bytes found|Footer length error|too small to be a Parquet file|TProtocolException|not a Parquet file/i;
/** Its messages about pages, which it finds while it reads. */
const PAGES =
  /don't know what type|Decompress|decompress|Could not read enough bytes|Out of buffer|Failed to read file|parquet/i;

/**
 * Athena's error for a Parquet file that cannot be read. DuckDB's has the path of a local file. Sources: answers quoted in
 * pyathena-dev/PyAthena#208 and trinodb/trino#19225.
 */
export function brokenParquet(error: unknown, scans: readonly PreparedScan[]): unknown {
  const files = scans.flatMap(({ parquet }) => parquet);
  if (!(error instanceof QueryFailure) || error.code !== "GENERIC_INTERNAL_ERROR" || files.length === 0)
    return error;
  const file =
    files.find(({ path }) => error.message.includes(path)) ?? (files.length === 1 ? files[0] : undefined);
  const uri = file?.uri ?? "of the table";
  if (FOOTER.test(error.message))
    return new QueryFailure(
      "HIVE_CANNOT_OPEN_SPLIT",
      `Error opening Hive split ${uri}${file ? ` (offset=0, length=${file.size})` : ""}: Not valid Parquet file`,
    );
  return PAGES.test(error.message)
    ? new QueryFailure("HIVE_CURSOR_ERROR", `Failed to read Parquet file: ${uri}`)
    : error;
}
