import { join } from "node:path";
import type {
  Classifier,
  Column,
  ConnectionPasswordEncryption,
  Database,
  EncryptionAtRest,
  Partition,
  PartitionIndex,
  SecurityConfiguration,
  Table,
} from "@aws-sdk/client-glue";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { GroupedMap } from "../../storage/grouped-map";
import { invalidInput, notFound } from "./errors";

export interface TableRecord {
  readonly table: Table;
  readonly indexes: readonly PartitionIndex[];
}

interface CatalogueSettings {
  encryptionAtRest?: EncryptionAtRest;
  connectionPasswordEncryption?: ConnectionPasswordEncryption;
}

export interface ResourcePolicy {
  readonly text: string;
  readonly hash: string;
  readonly created: Date;
  readonly updated: Date;
}

/** The Data Catalog, classifiers, security configurations and tags. Crawlers have their own store, `Crawlers`. */
export class GlueStore {
  readonly databases: Collection<Database>;
  readonly #tables: GroupedMap<TableRecord>;
  /** Archived versions, by database and table. */
  readonly #versions: GroupedMap<Table>;
  readonly #partitions: GroupedMap<Partition>;
  readonly classifiers: Collection<Classifier>;
  readonly securityConfigurations: Collection<SecurityConfiguration>;
  readonly tags: Collection<Record<string, string>>;
  readonly settings: Collection<CatalogueSettings>;
  readonly policies: Collection<ResourcePolicy>;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "glue");
    this.databases = new Collection(dir, "databases");
    this.#tables = new GroupedMap(dir, "tables");
    this.#versions = new GroupedMap(dir, "table-versions");
    this.#partitions = new GroupedMap(dir, "partitions");
    this.classifiers = new Collection(dir, "classifiers");
    this.securityConfigurations = new Collection(dir, "security-configurations");
    this.tags = new Collection(dir, "tags");
    this.settings = new Collection(dir, "settings");
    this.policies = new Collection(dir, "policies");
  }

  arn(resource: string): string {
    return `arn:aws:glue:${this.cloud.region}:${this.cloud.accountId}:${resource}`;
  }

  /** IAM resources of a catalogue operation: the catalogue, then the database and the table it names. */
  catalogueArns(database?: string, table?: string): string[] {
    const arns = [this.arn("catalog")];
    if (database !== undefined) arns.push(this.arn(`database/${fold(database)}`));
    if (database !== undefined && table !== undefined)
      arns.push(this.arn(`table/${fold(database)}/${fold(table)}`));
    return arns;
  }

  /** The current time in whole seconds, the resolution of the catalogue's timestamps. */
  now(): Date {
    return new Date(Math.floor(this.cloud.clock.now() / 1000) * 1000);
  }

  database(name: string | undefined): Database {
    const found = this.databases.get(fold(name));
    if (!found) throw notFound(`Database ${fold(name)} not found.`);
    return found;
  }

  dropDatabase(name: string): void {
    for (const { table } of this.#tables.values(name)) this.#dropContents(name, fold(table.Name));
    this.#tables.drop(name);
    this.databases.delete(name);
  }

  tables(database: string): TableRecord[] {
    return this.#tables.values(fold(database));
  }

  findTable(database: string | undefined, name: string | undefined): TableRecord | undefined {
    return this.#tables.get(fold(database), fold(name));
  }

  table(database: string | undefined, name: string | undefined): TableRecord {
    this.database(database);
    const found = this.findTable(database, name);
    if (!found) throw notFound(`Table ${fold(name)} not found.`);
    return found;
  }

  putTable(record: TableRecord): void {
    this.#tables.set(fold(record.table.DatabaseName), [fold(record.table.Name), record]);
  }

  dropTable(database: string, name: string): void {
    this.#tables.delete(fold(database), fold(name));
    this.#dropContents(fold(database), fold(name));
  }

  /** All versions of a table, newest first; the first is the current one. */
  versions(database: string | undefined, name: string | undefined): Table[] {
    const { table } = this.table(database, name);
    return [...this.#versions.values(tableKey(database, name)), table].reverse();
  }

  archive(table: Table): void {
    this.#versions.set(tableKey(table.DatabaseName, table.Name), [versionKey(table.VersionId), table]);
  }

  deleteVersion(database: string, name: string, version: string): void {
    this.#versions.delete(tableKey(database, name), versionKey(version));
  }

  partitions(database: string | undefined, table: string | undefined): Partition[] {
    return this.#partitions.values(tableKey(database, table));
  }

  partition(
    database: string | undefined,
    table: string | undefined,
    values: readonly string[],
  ): Partition | undefined {
    return this.#partitions.get(tableKey(database, table), JSON.stringify(values));
  }

  putPartitions(database: string, table: string, partitions: readonly Partition[]): void {
    if (partitions.length > 0)
      this.#partitions.set(
        tableKey(database, table),
        ...partitions.map((partition) => [JSON.stringify(partition.Values), partition] as const),
      );
  }

  deletePartition(database: string | undefined, table: string | undefined, values: readonly string[]): void {
    this.#partitions.delete(tableKey(database, table), JSON.stringify(values));
  }

  close(): void {
    for (const log of [this.#tables, this.#versions, this.#partitions]) log.close();
  }

  #dropContents(database: string, table: string): void {
    this.#versions.drop(tableKey(database, table));
    this.#partitions.drop(tableKey(database, table));
  }
}

/** Names of databases and tables are stored in lower case, as Hive requires. */
export const fold = (name: string | undefined): string => (name ?? "").toLowerCase();

const tableKey = (database: string | undefined, table: string | undefined): string =>
  `${fold(database)}\n${fold(table)}`;

const versionKey = (version: string | undefined): string => (version ?? "0").padStart(12, "0");

export const partitionKeys = ({ table }: TableRecord): Column[] => table.PartitionKeys ?? [];

export function checkName(name: string | undefined, kind: "Database" | "Table"): string {
  const text = name ?? "";
  if (text.length === 0 || text.length > 255 || /[\r\n\t\u0000]/.test(text))
    throw invalidInput(`${kind} name is not valid: '${text}'`);
  return text.toLowerCase();
}
