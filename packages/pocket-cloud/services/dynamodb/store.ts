import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { KeySchemaElement, StreamSpecification, TableDescription } from "@aws-sdk/client-dynamodb";
import { type Failure, messageOf } from "../../constraints/validate";
import { AwsError, validationError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import type { Tags } from "../shared/tags";
import type { Keys } from "./data/ordered-items";
import { TableData } from "./data/table-data";
import { type DynamoReport, dynamoReport } from "./metrics";
import { TableStreams } from "./streams/table-streams";

export interface TableRecord {
  description: TableDescription;
  tags: Tags;
  timeToLive?: { readonly attribute: string };
  pointInTimeRecovery: boolean;
  recoveryDays?: number;
  policy?: string;
}

export interface Table {
  readonly record: TableRecord;
  readonly data: TableData;
}

/** The account's tables and their items. */
export class TableStore {
  readonly records: Collection<TableRecord>;
  readonly #data = new Map<string, TableData>();
  readonly #dir: string;
  readonly report: DynamoReport;
  readonly streams: TableStreams;

  constructor(readonly cloud: CloudContext) {
    this.report = dynamoReport(cloud.bus);
    this.#dir = join(cloud.dir, "dynamodb");
    this.records = new Collection(this.#dir, "tables");
    this.streams = new TableStreams(cloud, this.#dir);
  }

  arn(name: string): string {
    return `arn:aws:dynamodb:${this.cloud.region}:${this.cloud.accountId}:table/${name}`;
  }

  /** The resource of IAM checks. */
  readonly tableArns = ({ TableName }: { TableName?: string | undefined }): string[] => [
    this.arn(this.nameOf(TableName)),
  ];

  /** The table's name, from a name or an ARN. */
  nameOf(nameOrArn: string | undefined): string {
    if (!nameOrArn?.startsWith("arn:")) return checkName(nameOrArn ?? "");
    return nameOrArn.split(":table/").at(-1)?.split("/")[0] ?? "";
  }

  /** Like open, but with the error message of control-plane operations. */
  record(nameOrArn: string | undefined): TableRecord {
    const name = this.nameOf(nameOrArn);
    const record = this.records.get(name);
    if (!record) throw notFound(`Requested resource not found: Table: ${name} not found`);
    return record;
  }

  open(nameOrArn: string | undefined): Table {
    const name = this.nameOf(nameOrArn);
    const record = this.records.get(name);
    if (!record) throw notFound("Requested resource not found");
    return { record, data: this.#dataOf(name, record) };
  }

  /** Loads the items of tables without stopping the event loop. Undefined when they are loaded or do not exist. */
  load(names: readonly string[]): Promise<void> | undefined {
    const rest = names
      .map((name) => this.#dataIfThere(this.nameOf(name)))
      .filter((data) => data !== undefined);
    return rest.every((data) => data.loadSlice()) ? undefined : loadAll(rest);
  }

  save(record: TableRecord): void {
    this.records.set(record.description.TableName ?? "", record);
  }

  delete(name: string): void {
    const record = this.records.get(name);
    if (!record) return;
    this.#dataOf(name, record).remove();
    this.streams.disable(record.description);
    this.#data.delete(name);
    this.records.delete(name);
  }

  #dataOf(name: string, record: TableRecord): TableData {
    const data = this.#unloaded(name, record);
    data.load();
    return data;
  }

  #dataIfThere(name: string): TableData | undefined {
    const record = this.records.get(name);
    return record && this.#unloaded(name, record);
  }

  #unloaded(name: string, record: TableRecord): TableData {
    const open = this.#data.get(name);
    if (open) return open;
    const { KeySchema, LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] } = record.description;
    const indexes = [...LocalSecondaryIndexes, ...GlobalSecondaryIndexes];
    const data = new TableData(
      join(this.#dir, "items", `${name}.${record.description.TableId}.ndjson`),
      keysOf(KeySchema),
      Object.fromEntries(indexes.map((index) => [index.IndexName ?? "", keysOf(index.KeySchema)])),
    );
    data.stream = this.streams.of(record.description);
    this.#data.set(name, data);
    return data;
  }

  /** Changes a table's stream as a request says. */
  applyStream(record: TableRecord, specification: StreamSpecification | undefined): void {
    this.streams.apply(record.description, specification);
    const data = this.#data.get(record.description.TableName ?? "");
    if (data) data.stream = this.streams.of(record.description);
  }

  close(): void {
    for (const data of this.#data.values()) data.close();
    this.#data.clear();
    this.streams.close();
  }
}

async function loadAll(tables: readonly TableData[]): Promise<void> {
  for (const data of tables) while (!data.loadSlice()) await turn();
}

export function keysOf(schema: readonly KeySchemaElement[] | undefined): Keys {
  const named = (type: string) => schema?.find((element) => element.KeyType === type)?.AttributeName;
  const range = named("RANGE");
  return { hash: named("HASH") ?? "", ...(range !== undefined && { range }) };
}

/** The type of a key attribute in the table's attribute definitions. */
export const typeFor = ({ description }: TableRecord, name: string): string | undefined =>
  description.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === name)?.AttributeType;

const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", message);

const NAME = /^[a-zA-Z0-9_.-]*$/;

/** The model takes names and ARNs, without a pattern. The message is that of names, as recorded by dynalite. */
function checkName(name: string): string {
  if (!NAME.test(name)) throw validationError(messageOf([invalidName(name)]));
  return name;
}

const invalidName = (value: string): Failure => ({
  path: "tableName",
  value,
  constraint: "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  sensitive: false,
});
