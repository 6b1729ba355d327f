import type { StorageDescriptor, Table } from "@aws-sdk/client-glue";
import { fail } from "../../../../trino-duckdb/sql/failure";
import { readingName, type Scan } from "../../../../trino-duckdb/sql/session";
import { duckType, quoteName, quoteText } from "../../../../trino-duckdb/sql/types";
import type { LocalObject } from "../../s3/files";
import type { Partition } from "../pruning/partitions";
import type { Sources } from "./bind";
import { isGzip } from "./csv-files";
import { csvCharacters } from "./open-csv";
import { parquet } from "./parquet";
import { readers } from "./readers";
import { type Format, formatOf } from "./serde";

/** One object to read, of one partition; `piece` is the partition's number where that is asked. */
export interface File {
  readonly object: LocalObject;
  readonly partition: Partition;
  readonly piece: number;
}

/** Files that one call of one reader takes. */
interface Group {
  readonly compressed: boolean;
  readonly rewritten: boolean;
  readonly format: Format;
  readonly files: (File & { readonly path: string })[];
}

/** Makes the SQL that reads files of a scan. */
export class Selection {
  constructor(
    readonly scan: Scan,
    readonly table: Table,
    readonly sources: Sources,
  ) {}

  /** All columns, partition keys and "$path"; with `typed` the scan's readings instead of their texts. */
  async of(files: readonly File[], typed = false): Promise<string> {
    const groups = new Map<string, Group>();
    for (const file of files) await this.#add(groups, file);
    const selects: string[] = [];
    for (const group of groups.values()) selects.push(await this.#read(group, typed));
    return selects.length === 0 ? nothing(this.scan) : selects.join(" UNION ALL ");
  }

  async #add(groups: Map<string, Group>, file: File): Promise<void> {
    const storage = file.partition.storage ?? this.table.StorageDescriptor ?? {};
    const format = this.#format(storage);
    const other =
      format.kind === "opencsv"
        ? await this.sources.csv.rewritten(
            file.object,
            csvCharacters(format.options),
            format.skipLines,
            this.scan.table.columns.length,
          )
        : undefined;
    const rewritten = other !== undefined;
    const compressed = !rewritten && isGzip(file.object.key);
    const key = `${compressed}|${rewritten}|${JSON.stringify(storage.SerdeInfo ?? {})}`;
    const group = groups.get(key) ?? { compressed, rewritten, format, files: [] };
    groups.set(key, group);
    group.files.push({ ...file, path: other ?? file.object.path });
  }

  #format(storage: StorageDescriptor): Format {
    return (
      formatOf(this.table, storage) ??
      fail(
        "NOT_SUPPORTED",
        `the SerDe ${storage.SerdeInfo?.SerializationLibrary ?? "(none)"} of the table ${this.scan.table.name} is not supported by the embedded cloud`,
      )
    );
  }

  async #read(group: Group, typed: boolean): Promise<string> {
    const { columns } = this.scan.table;
    const list = `[${group.files.map(({ path }) => quoteText(path)).join(", ")}]`;
    const readings = typed ? [...this.scan.readings.values()].filter(({ on }) => on) : [];
    const format = group.rewritten ? { kind: "opencsv" as const, options: {}, skipLines: 0 } : group.format;
    const read =
      format.kind === "parquet"
        ? parquet(list, columns, await this.#parquetColumns(list))
        : readers[format.kind](list, group.compressed, columns, format, readings);
    const names = columns.map(({ name }) => {
      const reading = readings.find((one) => one.name === name);
      return quoteName(reading ? readingName(name, reading.type) : name);
    });
    const selected = [...names, ...partitionValues(this.scan, group), pathValue(group), pieceValue(group)];
    return `SELECT ${selected.join(", ")} FROM (${read})`;
  }

  async #parquetColumns(list: string): Promise<[string, string][]> {
    const rows = await this.sources.engine.rows(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${list}, union_by_name = true))`,
      this.sources.signal,
    );
    return rows.map(([name, type]) => [name ?? "", type ?? ""]);
  }
}

/** A value for each row: a constant, or looked up by the number of the row's file. */
const byFile = (values: readonly string[]): string =>
  new Set(values).size === 1
    ? (values[0] ?? "NULL")
    : `list_extract([${values.join(", ")}], CAST(file_index AS BIGINT) + 1)`;

/** The object a row is from, which Athena calls "$path". */
const pathValue = ({ files }: Group): string =>
  `${byFile(files.map(({ object, partition }) => quoteText(`s3://${partition.bucket}/${object.key}`)))} AS "$path"`;

const pieceValue = ({ files }: Group): string =>
  `${byFile(files.map(({ piece }) => String(piece)))} AS "$piece"`;

function partitionValues(scan: Scan, { files }: Group): string[] {
  return scan.table.partitionKeys.map((key, i) => {
    const values = files.map(({ partition }) => partition.values[i] ?? null);
    const texts = values.map((value) => (value === null ? "NULL" : quoteText(value)));
    return `CAST(${byFile(texts)} AS ${duckType(key.type)}) AS ${quoteName(key.name)}`;
  });
}

function nothing(scan: Scan): string {
  const all = [...scan.table.columns, ...scan.table.partitionKeys];
  const nulls = all.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoteName(name)}`);
  return `SELECT ${nulls.join(", ")}, CAST(NULL AS VARCHAR) AS "$path", 0 AS "$piece" WHERE false`;
}
