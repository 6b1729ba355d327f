import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

let opening: Promise<DuckDBInstance> | undefined;

/**
 * Runs `use` on a connection to an in-memory DuckDB that the process shares for reading and writing Parquet files. It
 * opens on first use and loads no extensions. Athena has a separate engine.
 */
export async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  opening ??= DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: "512MB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await (await opening).connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
  }
}
