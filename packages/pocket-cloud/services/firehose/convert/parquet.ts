import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ParquetSerDe } from "@aws-sdk/client-firehose";
import { DuckDBInstance } from "@duckdb/node-api";
import { duckType } from "./hive-type";
import type { Field } from "./rows";

const CODECS: Readonly<Record<NonNullable<ParquetSerDe["Compression"]>, string>> = {
  UNCOMPRESSED: "uncompressed",
  GZIP: "gzip",
  SNAPPY: "snappy",
};

let opening: Promise<DuckDBInstance> | undefined;

/** One engine for all conversions, opened with the first; it fetches nothing from anywhere. */
function engine(): Promise<DuckDBInstance> {
  opening ??= DuckDBInstance.create(":memory:", {
    threads: "1",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  return opening;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Rows as a Parquet file with exactly the table's columns and types. */
export async function toParquet(
  rows: readonly Record<string, unknown>[],
  fields: readonly Field[],
  { Compression = "SNAPPY" }: ParquetSerDe,
): Promise<Buffer> {
  const dir = mkdtempSync(join(tmpdir(), "parquet-"));
  try {
    const input = join(dir, "rows.json");
    const output = join(dir, "rows.parquet");
    writeFileSync(input, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const columns = fields.map(({ name, type }) => `${literal(name)}: ${literal(duckType(type))}`).join(", ");
    const source = `read_json(${literal(input)}, format = 'newline_delimited', columns = {${columns}}, maximum_object_size = 268435456)`;
    const connection = await (await engine()).connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      await connection.run(
        `COPY (SELECT * FROM ${source}) TO ${literal(output)} (FORMAT parquet, COMPRESSION ${CODECS[Compression]})`,
      );
    } finally {
      connection.closeSync();
    }
    return readFileSync(output);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
