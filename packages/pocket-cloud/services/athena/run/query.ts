import { join } from "node:path";
import { type CompiledQuery, compile, type ParsedQuery } from "../../../../trino-duckdb";
import { makePrivateDirectory } from "../../../storage/private";
import { Catalogue, type GlueSource } from "../catalogue/catalogue";
import type { Execution } from "../records";
import { Objects } from "../sources/objects";
import { CsvFiles } from "../sources/text/csv-files";
import type { BackgroundCheck } from "../sources/typed-reads/survey";
import type { AthenaStore } from "../store";
import { brokenParquet } from "./broken-parquet";
import { checkParameters } from "./parameters";
import { type PreparedScan, prepareScan, prunedPartitions } from "./scan";
import { leastScanned, mostScanned } from "./scanned";

/** Thrown when a query would read more than its workgroup allows. */
export class CutoffExceeded extends Error {}

export interface BoundQuery {
  readonly compiled: CompiledQuery<GlueSource>;
  readonly sql: string;
  /** Counts the bytes that the query scans, beside the query itself. */
  readonly count: () => Promise<void>;
  /** The error of a query that failed, in Athena's words if a file cannot be read. */
  readonly errorOf: (error: unknown) => unknown;
  /** Checks the files for what later queries can use. Only before `release`. */
  readonly check: BackgroundCheck;
  /** Call it when nothing reads the files any more. */
  readonly release: () => void;
}

/** Compiles a query to SQL over exactly the files of the pruned partitions. */
export async function bindQuery(
  store: AthenaStore,
  execution: Execution,
  query: ParsedQuery,
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<BoundQuery> {
  checkParameters(query);
  const { cloud, engine } = store;
  const now = cloud.clock.now();
  const catalogue = new Catalogue(cloud, execution.caller);
  await catalogue.load(query, execution.database);
  const compiled = compile(query, {
    catalog: execution.catalog,
    schema: execution.database,
    now,
    user: execution.caller.arn,
    lookup: catalogue.lookup,
    parameters,
  });
  const objects = new Objects(cloud, execution.caller);
  const csv = new CsvFiles(join(store.dir, "csv", execution.id), store.facts, signal);
  const releaseFiles = objects.hold();
  const copies = store.copies.forQuery();
  const release = () => {
    releaseFiles();
    csv.release();
    copies.release();
    store.facts.save();
  };
  const { facts, schemas, footers, limits } = store;
  const sources = { objects, csv, engine, facts, schemas, footers, limits, copies, now, signal };
  const scans: PreparedScan[] = [];
  const { cutoff = Number.POSITIVE_INFINITY } = execution;
  try {
    const pruned = await Promise.allSettled(compiled.scans.map((scan) => prunedPartitions(scan, sources)));
    for (const [i, scan] of compiled.scans.entries()) {
      // Of several tables that cannot be read, the first one is reported.
      const partitions = pruned[i];
      if (partitions?.status !== "fulfilled") throw partitions?.reason;
      const prepared = await prepareScan(scan, partitions.value, sources);
      scans.push(prepared);
      if (leastScanned(scans) > cutoff) throw new CutoffExceeded();
    }
    compiled.settle();
    for (const { bind } of scans) await bind();
    const check: BackgroundCheck = async (stop, whenIdle) => {
      for (const scan of scans) await scan.check(stop, whenIdle);
    };
    const sql = compiled.render();
    const count = async () => {
      execution.scanned = await store.scanned.of(sql, scans, signal);
    };
    execution.scanned = mostScanned(scans);
    if (execution.scanned > cutoff) {
      await count();
      if (execution.scanned > cutoff) throw new CutoffExceeded();
    }
    return { compiled, sql, count, check, release, errorOf: (error) => brokenParquet(error, scans) };
  } catch (error) {
    release();
    throw brokenParquet(error, scans);
  }
}

export function resultFile(store: AthenaStore, execution: Execution): string {
  const folder = join(store.dir, "results");
  makePrivateDirectory(folder);
  return join(folder, `${execution.id}.csv`);
}
