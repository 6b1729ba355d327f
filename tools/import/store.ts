import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, type WriteStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { encodeCsv, type FeedDefinition, type Row } from "../../data/feeds";
import type { Fields } from "../../data/feeds/contract";
import { sqlName } from "../../data/feeds/glue";
import { preferenceOf } from "../../data/feeds/preference";
import { rowChecksum, rowText } from "../../data/history/checksum";
import type { ImportDay } from "../../functions/compact/import-days";
import { isRunning } from "../kit/lease-owner";
import type { FileRecord } from "./records";

const types = {
  string: "VARCHAR",
  double: "DOUBLE",
  bigint: "BIGINT",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
} as const;

const WRITE_AT_ONCE = 2000;

/** The rows of an import, on disk: a file may have more than memory holds. */
export class RowStore {
  #lines: string[] = [];
  #rows = 0;

  private constructor(
    private readonly feed: FeedDefinition,
    private readonly folder: string,
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly file: WriteStream,
  ) {}

  static async open(feed: FeedDefinition): Promise<RowStore> {
    removeLeftovers();
    const folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
    const instance = await DuckDBInstance.create(join(folder, "rows.duckdb"), {
      memory_limit: "400MB",
      temp_directory: join(folder, "spill"),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const file = createWriteStream(join(folder, "rows.csv"));
    return new RowStore(feed, folder, instance, await instance.connect(), file);
  }

  get rows(): number {
    return this.#rows;
  }

  async add(row: Row): Promise<void> {
    this.#rows++;
    this.#lines.push(encodeCsv(this.feed, row));
    if (this.#lines.length >= WRITE_AT_ONCE) await this.#flush();
  }

  async #flush(): Promise<void> {
    const text = this.#lines.join("");
    this.#lines = [];
    if (!this.file.write(text)) await once(this.file, "drain");
  }

  /** The days of all rows that were added, each key once by the contract's preference. */
  async days(onRows: (rows: number) => void = () => {}): Promise<ImportDay[]> {
    await this.#flush();
    this.file.end();
    await once(this.file, "close");
    await this.connection.run(this.#tableSql());
    rmSync(join(this.folder, "rows.csv"));
    const days: ImportDay[] = [];
    let open: OpenDay | undefined;
    let rows = 0;
    const finish = () => open && days.push(open.end());
    const columns = Object.entries(this.feed.columns).map(([name, { type }]) =>
      type === "timestamp"
        ? `epoch_ms(${sqlName(name)})`
        : type === "bigint"
          ? `${sqlName(name)}::DOUBLE`
          : sqlName(name),
    );
    const result = await this.connection.stream(
      `SELECT ${columns.join(", ")} FROM distinct_rows ORDER BY ${this.#order("dt")}`,
    );
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      for (const values of chunk.getRows()) {
        const row = this.#rowOf(values);
        const day = String(row[this.feed.eventTime]).slice(0, 10);
        if (open?.day !== day) {
          finish();
          open = new OpenDay(day);
        }
        open.add(rowText(this.feed, row));
        rows++;
      }
      onRows(rows);
    }
    finish();
    return days;
  }

  /** A day's rows as Parquet with the columns of `<feed>_history`. */
  async parquetOf(day: string): Promise<Uint8Array> {
    const path = join(this.folder, `${day}.parquet`);
    const columns = Object.keys(this.feed.columns).map(sqlName);
    await this.connection.run(
      `COPY (SELECT hour, ${columns.join(", ")} FROM distinct_rows WHERE dt = '${day}' ORDER BY ${this.#order()})
       TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    const bytes = readFileSync(path);
    rmSync(path);
    return bytes;
  }

  close(): void {
    this.file.destroy();
    this.connection.closeSync();
    this.instance.closeSync();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** As the compaction sorts a day. */
  #order(...first: readonly string[]): string {
    const { partitionKey, eventTime, naturalKey } = this.feed;
    return [...first, ...new Set([partitionKey, eventTime, ...naturalKey].map(sqlName))].join(", ");
  }

  #tableSql(): string {
    const { columns, naturalKey, eventTime } = this.feed;
    const named = Object.entries(columns).map(([name, { type }]) => `'${sqlName(name)}': '${types[type]}'`);
    const restored = Object.entries(columns).flatMap(([name, { multiline }]) =>
      multiline ? [`replace(${sqlName(name)}, chr(8232), chr(10)) AS ${sqlName(name)}`] : [],
    );
    const preference = preferenceOf(this.feed).map(
      ({ column, order }) => `${sqlName(column)} ${order} NULLS LAST`,
    );
    // As in the view, a key counts within an hour.
    const hour = `date_trunc('hour', ${sqlName(eventTime)})`;
    const path = join(this.folder, "rows.csv").replaceAll("'", "''");
    return `CREATE TABLE distinct_rows AS
      SELECT *${restored.length > 0 ? ` REPLACE (${restored.join(", ")})` : ""},
        strftime(${sqlName(eventTime)}, '%Y-%m-%d') AS dt, strftime(${sqlName(eventTime)}, '%H') AS hour
      FROM read_csv('${path}', header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
        columns = {${named.join(", ")}})
      QUALIFY row_number() OVER (PARTITION BY ${[hour, ...naturalKey.map(sqlName)].join(", ")} ORDER BY ${preference.join(", ")}) = 1`;
  }

  #rowOf(values: readonly unknown[]): Row {
    return Object.fromEntries(
      Object.entries(this.feed.columns).map(([name, { type }], i) => {
        const value = values[i] ?? null;
        return [name, value !== null && type === "timestamp" ? new Date(Number(value)).toISOString() : value];
      }),
    ) as Row;
  }
}

const FOLDER = "pricelake-import-";

/** Removes the folders of imports that were killed. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = new RegExp(`^${FOLDER}(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Adds up what identifies the rows of a day. */
class OpenDay {
  #rows = 0;
  #checksum = 0n;
  readonly #hours = new Set<string>();
  readonly #hash: Hash = createHash("sha256");

  constructor(readonly day: string) {}

  add(text: string): void {
    this.#rows++;
    this.#checksum += BigInt(rowChecksum(text));
    this.#hours.add(text.slice(0, 2));
    this.#hash.update(text).update("\n");
  }

  end(): ImportDay {
    const digest = this.#hash.digest("hex").slice(0, 32);
    return {
      day: this.day,
      rows: this.#rows,
      hours: [...this.#hours].sort().join(" "),
      digest,
      checksum: this.#checksum,
    };
  }
}

/** The records of a Parquet file. Timestamps become milliseconds. */
export async function* parquetRecords(path: string): AsyncGenerator<FileRecord> {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: "400MB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const file = `read_parquet('${path.replaceAll("'", "''")}')`;
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${file}`);
    const columns = described
      .getRowObjects()
      .map(({ column_name, column_type }) => [String(column_name), String(column_type)]);
    const selected = columns.map(([name = "", type = ""]) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      return /^(?:TIMESTAMP|DATE)/.test(type)
        ? `strftime(${quoted}::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ')`
        : /^(?:DOUBLE|FLOAT|VARCHAR|BOOLEAN)$/.test(type)
          ? quoted
          : `${quoted}::VARCHAR`;
    });
    const result = await connection.stream(`SELECT ${selected.join(", ")} FROM ${file}`);
    let number = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      for (const values of chunk.getRows())
        yield {
          number: ++number,
          fields: Object.fromEntries(columns.map(([name = ""], i) => [name, values[i]])) as Fields,
        };
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
