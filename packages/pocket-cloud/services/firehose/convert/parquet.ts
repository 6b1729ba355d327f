import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ParquetSerDe } from "@aws-sdk/client-firehose";
import { duckType, quoteText } from "../../../../trino-duckdb";
import { withDuckDb } from "../../shared/duckdb";
import type { Field } from "./rows";

const CODECS: Readonly<Record<NonNullable<ParquetSerDe["Compression"]>, string>> = {
  UNCOMPRESSED: "uncompressed",
  GZIP: "gzip",
  SNAPPY: "snappy",
};

/** Writes rows as a Parquet file with exactly the given columns and types. */
export async function toParquet(
  rows: readonly Record<string, unknown>[],
  fields: readonly Field[],
  { Compression = "SNAPPY" }: ParquetSerDe,
): Promise<Buffer> {
  const dir = mkdtempSync(join(tmpdir(), "parquet-"));
  try {
    const input = join(dir, "rows.json");
    const output = join(dir, "rows.parquet");
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
    writeFileSync(input, lines.join(""));
    // DuckDB allocates twice the size of the largest object, within its memory limit.
    const largest = lines.reduce((most, line) => Math.max(most, Buffer.byteLength(line)), 1 << 20);
    const columns = fields.map(({ name, type }) => `${quoteText(name)}: ${quoteText(duckType(type))}`);
    const source = `read_json(${quoteText(input)}, format = 'newline_delimited', columns = {${columns.join(", ")}}, maximum_object_size = ${largest})`;
    await withDuckDb(async (connection) => {
      await connection.run("SET TimeZone = 'UTC'");
      await connection.run(
        `COPY (SELECT * FROM ${source}) TO ${quoteText(output)} (FORMAT parquet, COMPRESSION ${CODECS[Compression]})`,
      );
    });
    return readFileSync(output);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
