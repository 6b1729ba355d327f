import type { Table } from "@aws-sdk/client-glue";
import type { Engine } from "../../../../trino-duckdb/engine/engine";
import { type Reading, readingName, type Scan } from "../../../../trino-duckdb/sql/session";
import { quoteName } from "../../../../trino-duckdb/sql/types";
import type { LocalObject } from "../../s3/files";
import type { GlueSource } from "../catalogue/catalogue";
import { cataloguePartitions } from "../pruning/catalogue-partitions";
import { type Partition, prune } from "../pruning/partitions";
import { isProjected, projectedPartitions } from "../pruning/projection";
import type { CsvFiles } from "./csv-files";
import type { Facts } from "./facts";
import { parseLocation } from "./location";
import type { Objects } from "./objects";
import { type File, Selection } from "./selection";
import { formatOf } from "./serde";
import { type Learn, type Piece, Survey } from "./survey";

/** What binding works with: the files with the caller's rights, the engine, what is known. */
export interface Sources {
  readonly objects: Objects;
  readonly csv: CsvFiles;
  readonly engine: Engine;
  readonly facts: Facts;
  readonly now: number;
  readonly signal?: AbortSignal;
}

export interface Bound {
  readonly bytes: number;
  /** Given the query's SQL, gives up readings as a type of columns it also names as texts, and reads the others so. */
  readonly sharpen: (sql: string) => Promise<void>;
  /** Finds out, once the query has its answer, what later ones can use. */
  readonly learn: Learn;
}

/** Finds what a scan reads, and gives it the SQL that reads exactly that. */
export async function bindScan(scan: Scan<GlueSource>, sources: Sources): Promise<Bound> {
  const table = scan.table.glue;
  const { objects, engine, facts, now, signal } = sources;
  const partitions = await prune(scan, await partitionsOf(scan, table, objects, now), engine, signal);
  const filled = partitions
    .map((partition) =>
      objects
        .list(partition.bucket, partition.prefix)
        .map((object): File => ({ object, partition, piece: 0 })),
    )
    .filter((files) => files.length > 0);
  const files = filled.flat();
  const selection = new Selection(scan, table, sources);
  const pieces = new Map(filled.map((some) => [pieceOf(some, table), some]));
  const survey = new Survey(
    scan,
    [...pieces.keys()],
    (some) =>
      selection.of(some.flatMap((one, piece) => (pieces.get(one) ?? []).map((file) => ({ ...file, piece })))),
    facts,
    engine,
  );
  await survey.settle(signal);
  scan.bind(await selection.of(files));
  const typed = [...pieces.keys()].every(({ storage }) => formatOf(table, storage)?.kind === "opencsv");
  const learn = typed ? survey.settleReadings() : async () => undefined;
  const sharpen = async (sql: string) => {
    if (giveUpReadings(scan, sql) > 0) scan.bind(await selection.of(files, true));
  };
  return { bytes: files.reduce((sum, { object }) => sum + object.size, 0), sharpen, learn };
}

const pieceOf = (files: readonly File[], table: Table): Piece => ({
  files: files.map(({ object }: { readonly object: LocalObject }) => object),
  storage: files[0]?.partition.storage ?? table.StorageDescriptor ?? {},
});

/** A column is read once: as one type, or as text. Answers how many readings are left. */
function giveUpReadings({ readings, alias }: Scan, sql: string): number {
  const on = [...readings.values()].filter((reading) => reading.on);
  const isUsed = ({ name, type }: Reading) => sql.includes(`${alias}.${quoteName(readingName(name, type))}`);
  const used = on.filter(isUsed);
  const kept = used.filter(
    ({ name }) =>
      used.filter((other) => other.name === name).length === 1 &&
      !sql.includes(`${alias}.${quoteName(name)}`),
  );
  for (const reading of on) reading.on = kept.includes(reading);
  return kept.length;
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
