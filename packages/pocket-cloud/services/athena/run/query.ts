import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type CompiledQuery, compile } from "../../../../trino-duckdb/sql/compile";
import { Catalogue } from "../catalogue/catalogue";
import type { Execution } from "../records";
import { type Bound, bindScan } from "../sources/bind";
import { CsvFiles } from "../sources/csv-files";
import { Objects } from "../sources/objects";
import type { Learn } from "../sources/survey";
import type { AthenaStore } from "../store";

/** Raised when a query would read more than its workgroup allows. */
export class CutoffExceeded extends Error {}

export interface BoundQuery {
  readonly compiled: CompiledQuery;
  readonly sql: string;
  /** Looks into partitions for what later queries can use; while the files are held. */
  readonly learn: Learn;
  /** To be called when nothing reads the files any more. */
  readonly release: () => void;
}

/** From a parsed query to SQL over exactly the files of the pruned partitions. */
export async function bindQuery(
  store: AthenaStore,
  execution: Execution,
  query: grammar.QueryContext,
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<BoundQuery> {
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
  const csv = new CsvFiles(join(store.dir, "csv", execution.id), store.facts);
  const held = objects.hold();
  const release = () => {
    held();
    csv.release();
    store.facts.save();
  };
  const sources = { objects, csv, engine, facts: store.facts, now, signal };
  const scans: Bound[] = [];
  try {
    for (const scan of compiled.scans) {
      const bound = await bindScan(scan, sources);
      scans.push(bound);
      execution.scanned += bound.bytes;
      if (execution.cutoff !== undefined && execution.scanned > execution.cutoff) throw new CutoffExceeded();
    }
    const sql = compiled.render();
    for (const { sharpen } of scans) await sharpen(sql);
    const learn: Learn = async (stop, turn) => {
      for (const scan of scans) await scan.learn(stop, turn);
    };
    return { compiled, sql: compiled.render(), learn, release };
  } catch (error) {
    release();
    throw error;
  }
}

export function resultFile(store: AthenaStore, execution: Execution): string {
  const folder = join(store.dir, "results");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${execution.id}.csv`);
}
