import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import { type Format, formatOf } from "./format";
import { macros, natives } from "./functions/index";
import { toScalarFunction } from "./functions/native";
import type { Answer, Done, ProcessOptions, Request, ResultColumn, Task } from "./protocol";
import { Threads } from "./threads";
import { Watch } from "./watch";
import { writing } from "./writing";

/** The program of the DuckDB process. */
const options = JSON.parse(process.argv[2] ?? "") as ProcessOptions;
const running = new Map<number, DuckDBConnection>();
const pendingIds = new Set<number>();
const watch = new Watch(options.resident);
const instance = open();
const threads = new Threads(options.threads, async () => (await instance).connect());

async function open(): Promise<DuckDBInstance> {
  const created = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: `${options.memory}MB`,
    temp_directory: options.temporary,
    max_temp_directory_size: `${options.disk}MB`,
    threads: String(options.threads),
    default_null_order: "nulls_last",
    preserve_insertion_order: "false",
  });
  const connection = await created.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  // A query binds its files twice: for their columns, and to read them. An entry is used while the file's time is the same.
  await connection.run("SET GLOBAL parquet_metadata_cache = true");
  // The system caches local files; DuckDB would keep them a second time, up to its memory limit.
  await connection.run("SET GLOBAL enable_external_file_cache = false");
  // DuckDB 1.5's rewrite of row_number() = 1 fails internally under filters on values computed from file_index.
  await connection.run("SET GLOBAL disabled_optimizers = 'top_n_window_elimination'");
  for (const native of natives) connection.registerScalarFunction(toScalarFunction(native));
  for (const macro of macros) await connection.run(macro);
  return created;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
// DuckDB's threads may run: the process does not end in order.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (request: Request) => {
  if (request.kind === "interrupt") interrupt(request.id);
  else void answer(request.id, request.task);
});

const INTERRUPT_RETRY_MS = 20;

/** Repeats until the request is answered: DuckDB ignores an interrupt that arrives before the query has started. */
function interrupt(id: number): void {
  if (!pendingIds.has(id)) return;
  running.get(id)?.interrupt();
  setTimeout(interrupt, INTERRUPT_RETRY_MS, id);
}

async function answer(id: number, task: Task): Promise<void> {
  const send = (message: Answer) => process.send?.(message);
  pendingIds.add(id);
  watch.begin();
  try {
    const connection = await (await instance).connect();
    running.set(id, connection);
    const isLong = task.kind !== "rows";
    try {
      if (isLong) threads.begin();
      send({ id, ...(await run(connection, task)) });
    } finally {
      if (isLong) threads.end();
      running.delete(id);
      connection.closeSync();
    }
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    watch.end();
    pendingIds.delete(id);
  }
}

async function run(connection: DuckDBConnection, task: Task): Promise<Done> {
  if (task.kind === "query") {
    const { sql, columns, file } = task;
    const native = writing(sql, columns, file);
    if (native === undefined) return writeResult(connection, sql, columns, file);
    return { rows: await counted(connection, native), bytes: statSync(file).size };
  }
  if (task.kind === "execute") return { rows: await counted(connection, task.sql), bytes: 0 };
  const reader = await connection.runAndReadAll(task.sql);
  const rows = reader.getRows();
  return {
    rows: rows.length,
    bytes: 0,
    values: rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
  };
}

/** Runs a statement that returns the number of rows it wrote. */
async function counted(connection: DuckDBConnection, sql: string): Promise<number> {
  const [row] = (await connection.runAndReadAll(sql)).getRows();
  return Number(row?.[0] ?? 0);
}

const FLUSH_AT = 256 * 1024;

/** Writes chunk by chunk, so that a large result does not fill the memory. */
async function writeResult(
  connection: DuckDBConnection,
  sql: string,
  columns: readonly ResultColumn[],
  file: string,
): Promise<Done> {
  const formats = columns.map((column) => formatOf(column.type));
  const result = await connection.stream(sql);
  const target = openSync(file, "w");
  let [rows, bytes] = [0, 0];
  let pending = `${columns.map((column) => quote(column.name)).join(",")}\n`;
  const flush = () => {
    const buffer = Buffer.from(pending);
    for (let at = 0; at < buffer.length; ) at += writeSync(target, buffer, at);
    bytes += buffer.length;
    pending = "";
  };
  try {
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      pending += lines(chunk, formats);
      rows += chunk.rowCount;
      if (pending.length > FLUSH_AT) flush();
    }
    flush();
  } finally {
    closeSync(target);
  }
  return { rows, bytes };
}

/** Quotes every field; NULL is an empty field without quotes. */
function lines(chunk: DuckDBDataChunk, formats: readonly Format[]): string {
  const [first = [], ...others] = formats.map((format, i) =>
    chunk.getColumnValues(i).map((value) => {
      const text = format(value);
      return text === null ? "" : quote(text);
    }),
  );
  let text = "";
  for (let row = 0; row < chunk.rowCount; row++) {
    text += first[row];
    for (const column of others) text += `,${column[row]}`;
    text += "\n";
  }
  return text;
}

const quote = (text: string): string => `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`;
