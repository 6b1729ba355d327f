import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  LocalSecondaryIndexDescription,
  TableDescription,
  UpdateTableInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError, unsupported, validationError } from "../../errors";
import type { OrderedItems } from "./data/ordered-items";
import { namesOf } from "./keys";
import { keysOf, type Table } from "./store";

/** Checks that key schemas use only defined attributes and that every defined attribute is used by one. */
export function checkKeySchemas(input: CreateTableInput): void {
  const { KeySchema = [], AttributeDefinitions = [] } = input;
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = input;
  const invalid = (reason: string) => validationError(`One or more parameter values were invalid: ${reason}`);
  checkElements(KeySchema);
  const defined = AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  const schemas: KeySchemaElement[][] = [
    KeySchema,
    ...[...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map((index) => index.KeySchema ?? []),
  ];
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  const missing = [...used].filter((name) => !defined.includes(name));
  if (missing.length > 0)
    throw invalid(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
    );
  if (defined.length !== used.size)
    throw invalid(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    );
  const { hash } = keysOf(KeySchema);
  for (const [name, list] of Object.entries({
    LocalSecondaryIndexes: input.LocalSecondaryIndexes,
    GlobalSecondaryIndexes: input.GlobalSecondaryIndexes,
  }))
    if (list?.length === 0) throw invalid(`List of ${name} is empty`);
  const indexes = [...LocalSecondaryIndexes, ...GlobalSecondaryIndexes];
  for (const [at, { IndexName, KeySchema: schema, Projection }] of indexes.entries()) {
    checkElements(schema ?? []);
    if (indexes.findIndex((other) => other.IndexName === IndexName) < at)
      throw invalid(`Duplicate index name: ${IndexName}`);
    if (Projection?.NonKeyAttributes && Projection.ProjectionType !== "INCLUDE")
      throw invalid(`ProjectionType is ${Projection.ProjectionType}, but NonKeyAttributes is specified`);
  }
  for (const { IndexName, KeySchema: schema } of LocalSecondaryIndexes)
    if (keysOf(schema).range === undefined)
      throw invalid(`Index KeySchema does not have a range key for index: ${IndexName}`);
  for (const index of LocalSecondaryIndexes)
    if (keysOf(index.KeySchema).hash !== hash)
      throw invalid(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${keysOf(index.KeySchema).hash}, table hash key: ${hash}`,
      );
}

/** A partition key and an optional sort key. AWS also takes several attributes for each in a global index. */
function checkElements(schema: readonly KeySchemaElement[]): void {
  const [first, second] = schema;
  if (first?.KeyType !== "HASH")
    throw validationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (schema.length > 2) throw unsupported("key schemas with more than two attributes");
  if (second && second.KeyType !== "RANGE")
    throw validationError("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  if (second && second.AttributeName === first.AttributeName)
    throw validationError("Both the Hash Key and the Range Key element in the KeySchema have the same name");
}

const describeLocal = (tableArn: string, index: LocalSecondaryIndex | GlobalSecondaryIndex) => ({
  IndexName: index.IndexName,
  IndexArn: `${tableArn}/index/${index.IndexName}`,
  KeySchema: index.KeySchema,
  Projection: index.Projection,
});

const describeGlobal = (tableArn: string, index: GlobalSecondaryIndex) => ({
  ...describeLocal(tableArn, index),
  IndexStatus: "ACTIVE" as const,
  ProvisionedThroughput: {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: index.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: index.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
  },
  ...(index.OnDemandThroughput && { OnDemandThroughput: index.OnDemandThroughput }),
});

/** Indexes as DescribeTable returns them. They are active at once. */
export const describeIndexes = (
  tableArn: string,
  {
    GlobalSecondaryIndexes: global,
    LocalSecondaryIndexes: local,
  }: Pick<CreateTableInput, "GlobalSecondaryIndexes" | "LocalSecondaryIndexes">,
): Pick<TableDescription, "GlobalSecondaryIndexes" | "LocalSecondaryIndexes"> => ({
  ...(global && { GlobalSecondaryIndexes: global.map((index) => describeGlobal(tableArn, index)) }),
  ...(local && { LocalSecondaryIndexes: local.map((index) => describeLocal(tableArn, index)) }),
});

/** An index with its items and the attributes that it projects; undefined for all. */
export interface TableIndex {
  readonly name: string;
  readonly global: boolean;
  readonly items: OrderedItems;
  readonly projected: ReadonlySet<string> | undefined;
}

export function indexesOf({ record: { description }, data }: Table): TableIndex[] {
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = description;
  const found = (global: boolean) => (index: LocalSecondaryIndexDescription) => {
    const { IndexName: name = "", KeySchema, Projection } = index;
    const items = data.indexes.get(name);
    if (!items) return [];
    const { ProjectionType, NonKeyAttributes = [] } = Projection ?? {};
    const keys = [...namesOf(keysOf(KeySchema)), ...namesOf(data.keys)];
    const included = ProjectionType === "INCLUDE" ? NonKeyAttributes : [];
    const projected = ProjectionType === "ALL" ? undefined : new Set([...keys, ...included]);
    return [{ name, global, items, projected }];
  };
  return [...GlobalSecondaryIndexes.flatMap(found(true)), ...LocalSecondaryIndexes.flatMap(found(false))];
}

/** Creates, updates and deletes global indexes. */
export function updateIndexes({ record: { description }, data }: Table, input: UpdateTableInput): void {
  const { AttributeDefinitions: definitions, GlobalSecondaryIndexUpdates = [] } = input;
  if (definitions) {
    const redefined = new Set(definitions.map(({ AttributeName }) => AttributeName));
    const others = description.AttributeDefinitions?.filter((one) => !redefined.has(one.AttributeName));
    description.AttributeDefinitions = [...(others ?? []), ...definitions];
  }
  for (const { Create, Delete, Update } of GlobalSecondaryIndexUpdates) {
    const indexes = description.GlobalSecondaryIndexes ?? [];
    const name = Create?.IndexName ?? Delete?.IndexName ?? Update?.IndexName ?? "";
    const existing = indexes.find(({ IndexName }) => IndexName === name);
    if (Create) {
      if (existing) throw validationError(`Attempting to create an index which already exists: ${name}`);
      checkElements(Create.KeySchema ?? []);
      description.GlobalSecondaryIndexes = [...indexes, describeGlobal(description.TableArn ?? "", Create)];
      data.addIndex(name, keysOf(Create.KeySchema));
      continue;
    }
    if (!existing) throw new AwsError("ResourceNotFoundException", "Requested resource not found");
    if (Update?.ProvisionedThroughput)
      existing.ProvisionedThroughput = { NumberOfDecreasesToday: 0, ...Update.ProvisionedThroughput };
    if (!Delete) continue;
    data.indexes.delete(name);
    const others = indexes.filter((index) => index !== existing);
    if (others.length > 0) description.GlobalSecondaryIndexes = others;
    else delete description.GlobalSecondaryIndexes;
  }
}
