import { rmSync } from "node:fs";
import { join } from "node:path";
import { Engine, parse } from "../../../trino-duckdb";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { invalidRequest } from "./errors";
import { Executions } from "./executions";
import type { Execution, NamedQueryRecord, PreparedStatementRecord, WorkGroupRecord } from "./records";
import { ScannedBytes } from "./run/scanned";
import { Facts } from "./sources/facts";
import { ParquetFooters } from "./sources/parquet/footers";
import { ParquetLimits } from "./sources/parquet/limits";
import { ParquetSchemas } from "./sources/parquet/schemas";
import { TypedCopies } from "./sources/typed-reads/copies";

export const ENGINE_VERSION = {
  SelectedEngineVersion: "AUTO",
  EffectiveEngineVersion: "Athena engine version 3",
};

/** Athena's state. */
export class AthenaStore {
  readonly dir: string;
  readonly workGroups: Collection<WorkGroupRecord>;
  readonly namedQueries: Collection<NamedQueryRecord>;
  /** By "workgroup/name". */
  readonly prepared: Collection<PreparedStatementRecord>;
  readonly executions: Executions;
  readonly engine: Engine;
  readonly facts: Facts;
  readonly footers: ParquetFooters;
  readonly limits: ParquetLimits;
  readonly scanned: ScannedBytes;
  readonly schemas: ParquetSchemas;
  readonly copies: TypedCopies;

  constructor(readonly cloud: CloudContext) {
    this.dir = join(cloud.dir, "athena");
    // Leftovers of queries that ran when the process was killed.
    for (const name of ["results", "writes", "csv", "copies", "spill"])
      rmSync(join(this.dir, name), { recursive: true, force: true });
    this.workGroups = new Collection(this.dir, "work-groups");
    this.namedQueries = new Collection(this.dir, "named-queries");
    this.prepared = new Collection(this.dir, "prepared-statements");
    this.executions = new Executions(this.dir, () => cloud.clock.now());
    this.engine = new Engine(this.dir);
    this.facts = new Facts(join(this.dir, "facts.ndjson"));
    this.footers = new ParquetFooters(this.engine);
    this.limits = new ParquetLimits(this.engine, this.footers);
    this.scanned = new ScannedBytes(this.engine, this.footers);
    this.schemas = new ParquetSchemas(this.engine);
    this.copies = new TypedCopies(join(this.dir, "copies"));
    if (!this.workGroups.has("primary")) this.workGroups.set("primary", this.#primary());
  }

  #primary(): WorkGroupRecord {
    return {
      workGroup: {
        Name: "primary",
        State: "ENABLED",
        CreationTime: new Date(this.cloud.clock.now()),
        Configuration: {
          EnforceWorkGroupConfiguration: false,
          PublishCloudWatchMetricsEnabled: false,
          RequesterPaysEnabled: false,
          ResultConfiguration: {},
          EngineVersion: ENGINE_VERSION,
        },
      },
      tags: {},
    };
  }

  /** Starts the engine and the parser ahead of the first query. */
  warm(): void {
    setImmediate(() => {
      this.engine.warm();
      parse("SELECT a, count(*) FROM t WHERE b = '1' AND c > 1 GROUP BY a ORDER BY 2 DESC LIMIT 1");
    });
  }

  workGroup(name: string): WorkGroupRecord {
    const found = this.workGroups.get(name);
    if (!found) throw invalidRequest(`WorkGroup ${name} is not found.`);
    return found;
  }

  execution(id: string | undefined): Execution {
    const found = this.executions.get(id ?? "");
    if (!found) throw invalidRequest(`QueryExecution ${id} was not found`, "QUERY_EXECUTION_NOT_FOUND");
    return found;
  }

  workGroupArn(name: string): string {
    return `arn:aws:athena:${this.cloud.region}:${this.cloud.accountId}:workgroup/${name}`;
  }
}
