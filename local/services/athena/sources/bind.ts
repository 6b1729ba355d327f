import type { StorageDescriptor, Table } from "@aws-sdk/client-glue";
import type { LocalObject } from "../../s3/files";
import type { GlueSource } from "../catalogue/catalogue";
import type { Engine } from "../engine/engine";
import { cataloguePartitions } from "../pruning/catalogue-partitions";
import { type Partition, prune } from "../pruning/partitions";
import { isProjected, projectedPartitions } from "../pruning/projection";
import { fail } from "../sql/failure";
import type { Scan } from "../sql/session";
import { duckType, quoteName, quoteText } from "../sql/types";
import { parseLocation } from "./location";
import type { Objects } from "./objects";
import { parquet, readers } from "./readers";
import { formatOf } from "./serde";
import type { Uniqueness } from "./uniqueness";

interface Bound {
  readonly bytes: number;
  /** Finds out, once the query has its answer, what later ones can use. */
  readonly learn: (signal: AbortSignal) => Promise<void>;
}

interface File {
  readonly object: LocalObject;
  readonly partition: Partition;
}

/** Finds what a scan reads, and gives it the SQL that reads exactly that. */
export async function bindScan(
  scan: Scan,
  objects: Objects,
  engine: Engine,
  uniqueness: Uniqueness,
  now: number,
  signal?: AbortSignal,
): Promise<Bound> {
  const table = (scan.table as GlueSource).glue;
  const partitions = await prune(scan, await partitionsOf(scan, table, objects, now), engine, signal);
  const filled = partitions
    .map((partition) =>
      objects.list(partition.bucket, partition.prefix).map((object): File => ({ object, partition })),
    )
    .filter((files) => files.length > 0);
  const files = filled.flat();
  const select = (some: readonly File[]) => selectFiles(scan, table, some, engine, signal);
  scan.bind(await select(files));
  const pieces = filled.map((some) => ({
    files: some.map(({ object }) => object),
    storage: some[0]?.partition.storage ?? table.StorageDescriptor ?? {},
    sql: () => select(some),
  }));
  const learn = await uniqueness.settle(scan, pieces, signal);
  return { bytes: files.reduce((sum, { object }) => sum + object.size, 0), learn };
}

async function selectFiles(
  scan: Scan,
  table: Table,
  files: readonly File[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<string> {
  const groups = new Map<string, Group>();
  for (const file of files) {
    const compressed = /\.gz(ip)?$/i.test(file.object.key);
    const storage = file.partition.storage ?? table.StorageDescriptor ?? {};
    const key = `${compressed}|${JSON.stringify(storage.SerdeInfo ?? {})}`;
    const group = groups.get(key) ?? { compressed, storage, files: [] };
    groups.set(key, group);
    group.files.push(file);
  }
  const selects: string[] = [];
  for (const group of groups.values()) selects.push(await readGroup(scan, table, group, engine, signal));
  return selects.length === 0 ? nothing(scan) : selects.join(" UNION ALL ");
}

interface Group {
  readonly compressed: boolean;
  readonly storage: StorageDescriptor;
  readonly files: File[];
}

async function partitionsOf(
  scan: Scan,
  table: Table,
  objects: Objects,
  now: number,
): Promise<readonly Partition[]> {
  if (scan.table.partitionKeys.length === 0)
    return [{ ...parseLocation(table.StorageDescriptor?.Location, scan.table.name), values: [] }];
  return isProjected(table)
    ? projectedPartitions(scan, table, objects, now)
    : cataloguePartitions(scan, objects);
}

async function readGroup(
  scan: Scan,
  table: Table,
  group: Group,
  engine: Engine,
  signal?: AbortSignal,
): Promise<string> {
  const format = formatOf(table, group.storage);
  if (!format)
    return fail(
      "NOT_SUPPORTED",
      `the SerDe ${group.storage.SerdeInfo?.SerializationLibrary ?? "(none)"} of the table ${scan.table.name} is not supported by the embedded cloud`,
    );
  const list = `[${group.files.map(({ object }) => quoteText(object.path)).join(", ")}]`;
  const { columns } = scan.table;
  const read =
    format.kind === "parquet"
      ? parquet(
          list,
          columns,
          (
            await engine.rows(
              `SELECT DISTINCT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${list}, union_by_name = true))`,
              signal,
            )
          ).map(([name]) => name ?? ""),
        )
      : readers[format.kind](list, group.compressed, columns, format);
  return `SELECT ${[...columns.map(({ name }) => quoteName(name)), ...partitionValues(scan, group), pathValue(group)].join(", ")} FROM (${read})`;
}

/** The object a row is from, which Athena calls "$path". */
const pathValue = ({ files }: Group): string => {
  const uris = files.map(({ object, partition }) => quoteText(`s3://${partition.bucket}/${object.key}`));
  return `list_extract([${uris.join(", ")}], CAST(file_index AS BIGINT) + 1) AS "$path"`;
};

/** The partition's values for each row: a constant, or looked up by the number of the row's file. */
function partitionValues(scan: Scan, group: Group): string[] {
  return scan.table.partitionKeys.map((key, i) => {
    const values = group.files.map(({ partition }) => partition.values[i] ?? null);
    const text = (value: string | null) => (value === null ? "NULL" : quoteText(value));
    const value =
      new Set(values).size === 1
        ? text(values[0] ?? null)
        : `list_extract([${values.map(text).join(", ")}], CAST(file_index AS BIGINT) + 1)`;
    return `CAST(${value} AS ${duckType(key.type)}) AS ${quoteName(key.name)}`;
  });
}

function nothing(scan: Scan): string {
  const all = [...scan.table.columns, ...scan.table.partitionKeys];
  const nulls = all.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoteName(name)}`);
  return `SELECT ${nulls.join(", ")}, CAST(NULL AS VARCHAR) AS "$path" WHERE false`;
}
