import type { StorageDescriptor, Table } from "@aws-sdk/client-glue";
import {
  duckType,
  type Engine,
  fail,
  quoteName,
  quoteText,
  type Scan,
  type TypedRead,
  typedReadName,
} from "../../../../trino-duckdb";
import type { LocalObject } from "../../../s3-files";
import type { Facts } from "./facts";
import type { Partition } from "./location";
import type { Objects } from "./objects";
import type { ParquetFooters } from "./parquet/footers";
import type { ParquetLimits } from "./parquet/limits";
import { parquet } from "./parquet/reader";
import type { ParquetSchemas } from "./parquet/schemas";
import { partitionValues, valueAt } from "./partition-values";
import { type Format, formatOf } from "./serde";
import { type CsvFiles, isGzip } from "./text/csv-files";
import { mayEndInLongLine } from "./text/long-lines";
import { csvCharacters } from "./text/open-csv";
import { readers } from "./text/readers";
import type { QueryCopies } from "./typed-reads/copies";

/** What scans need to read their files. */
export interface Sources {
  readonly objects: Objects;
  readonly csv: CsvFiles;
  readonly engine: Engine;
  readonly facts: Facts;
  readonly schemas: ParquetSchemas;
  readonly footers: ParquetFooters;
  readonly limits: ParquetLimits;
  readonly copies: QueryCopies;
  readonly now: number;
  readonly signal?: AbortSignal;
}

/** One object to read. `group` numbers the partitions when rows are selected with their partition's number. */
export interface File {
  readonly object: LocalObject;
  readonly partition: Partition;
  readonly group: number;
}

/** Files read by one call of a reader. */
interface Group {
  readonly compressed: boolean;
  readonly rewritten: boolean;
  /** Reads each file with one thread, which refuses lines that several threads would leave out. */
  readonly sequential: boolean;
  readonly format: Format;
  readonly files: (File & { readonly path: string })[];
}

/** Builds the SQL that reads files of a scan. */
export class Selection {
  constructor(
    readonly scan: Scan,
    readonly table: Table,
    readonly sources: Sources,
  ) {}

  /**
   * Selects all columns, partition keys, "$path" and "$group", for a survey of the files. With numbers, which are read as such:
   * undefined when these files may have a text that DuckDB's CSV reader takes for a number and Trino's cast does not.
   */
  async all(files: readonly File[], numbers: readonly TypedRead[]): Promise<string | undefined> {
    const sql = await this.#of(files, false, numbers);
    return numbers.length === 0 || files.every((file) => this.#readsNumbers(file)) ? sql : undefined;
  }

  /**
   * Selects what the settled query reads of these files, and adds the rows of other SQL. Enabled typed reads replace their texts.
   * "$path" is left out when it is not read: with hundreds of files, the list of their names takes DuckDB a tenth of the query's
   * time.
   */
  async forQuery(files: readonly File[], others: readonly string[]): Promise<string> {
    if (files.length === 0 && others.length > 0) return others.join(" UNION ALL ");
    const typedReads = [...this.scan.typedReads.values()].filter(({ enabled }) => enabled);
    return [...others, await this.#of(files, true, typedReads)].join(" UNION ALL ");
  }

  async #of(files: readonly File[], forQuery: boolean, typedReads: readonly TypedRead[]): Promise<string> {
    const groups = new Map<string, Group>();
    for (const file of files) await this.#add(groups, file);
    const selects: string[] = [];
    for (const group of groups.values()) selects.push(await this.#read(group, forQuery, typedReads));
    return selects.length === 0 ? noRows(this.scan) : selects.join(" UNION ALL ");
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
    const sequential = format.kind !== "parquet" && !rewritten && mayEndInLongLine(file.object, compressed);
    const key = `${compressed}|${rewritten}|${sequential}|${JSON.stringify(storage.SerdeInfo ?? {})}`;
    const group = groups.get(key) ?? { compressed, rewritten, sequential, format, files: [] };
    groups.set(key, group);
    group.files.push({ ...file, path: other ?? file.object.path });
  }

  #readsNumbers({ object, partition }: File): boolean {
    const format = this.#format(partition.storage ?? this.table.StorageDescriptor ?? {});
    return (
      format.kind === "opencsv" && this.sources.csv.hasExactNumbers(object, csvCharacters(format.options))
    );
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

  async #read(group: Group, forQuery: boolean, typedReads: readonly TypedRead[]): Promise<string> {
    const { columns } = this.scan.table;
    const list = `[${group.files.map(({ path }) => quoteText(path)).join(", ")}]`;
    const format = group.rewritten ? { kind: "opencsv" as const, options: {}, skipLines: 0 } : group.format;
    const read =
      format.kind === "parquet"
        ? parquet(list, columns, await this.#parquetColumns(group))
        : readers[format.kind](list, group, columns, format, typedReads);
    const names = columns.map(({ name }) => {
      const read = typedReads.find((one) => one.name === name);
      return quoteName(read ? typedReadName(name, read.type) : name);
    });
    const hidden = [
      ...(forQuery && !this.scan.readsPath ? [] : [pathValue(group)]),
      ...(forQuery ? [] : [groupValue(group)]),
    ];
    const partitions = group.files.map(({ partition }) => partition);
    const selected = [...names, ...partitionValues(this.scan, partitions, FILE), ...hidden];
    return `SELECT ${selected.join(", ")} FROM (${read})`;
  }

  #parquetColumns({ files }: Group): ReturnType<ParquetSchemas["of"]> {
    const { schemas, signal } = this.sources;
    return schemas.of(
      files.map(({ path }) => path),
      signal,
    );
  }
}

/** The number of the row's file, which readers select. */
const FILE = "file_index";

/** The row's object. */
const pathValue = ({ files }: Group): string =>
  `${valueAt(
    files.map(({ object, partition }) => quoteText(`s3://${partition.bucket}/${object.key}`)),
    FILE,
  )} AS "$path"`;

const groupValue = ({ files }: Group): string =>
  `${valueAt(
    files.map(({ group }) => String(group)),
    FILE,
  )} AS "$group"`;

function noRows(scan: Scan): string {
  const all = [...scan.table.columns, ...scan.table.partitionKeys];
  const nulls = all.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoteName(name)}`);
  return `SELECT ${nulls.join(", ")}, CAST(NULL AS VARCHAR) AS "$path" WHERE false`;
}
