import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  TableDescription,
} from "@aws-sdk/client-dynamodb";
import { validationError } from "../../errors";
import { keysOf } from "./store";

type Indexes = Pick<CreateTableInput, "GlobalSecondaryIndexes" | "LocalSecondaryIndexes">;

/** Key schemas name defined attributes, and every defined attribute is a key somewhere. */
export function refuseWrongKeys(input: CreateTableInput): void {
  const {
    KeySchema = [],
    AttributeDefinitions = [],
    GlobalSecondaryIndexes = [],
    LocalSecondaryIndexes = [],
  } = input;
  const invalid = (reason: string) => validationError(`One or more parameter values were invalid: ${reason}`);
  if (
    KeySchema.filter((element) => element.KeyType === "HASH").length !== 1 ||
    KeySchema[0]?.KeyType !== "HASH"
  )
    throw validationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  const defined = AttributeDefinitions.map((definition) => definition.AttributeName);
  const schemas: KeySchemaElement[][] = [
    KeySchema,
    ...[...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map((index) => index.KeySchema ?? []),
  ];
  const used = new Set(schemas.flat().map((element) => element.AttributeName));
  const missing = [...used].filter((name) => !defined.includes(name));
  if (missing.length > 0)
    throw invalid(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
    );
  if (defined.length !== used.size)
    throw invalid(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    );
  for (const index of LocalSecondaryIndexes)
    if (keysOf(index.KeySchema).hash !== keysOf(KeySchema).hash)
      throw invalid(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${keysOf(index.KeySchema).hash}, table hash key: ${keysOf(KeySchema).hash}`,
      );
}

const common = (tableArn: string, index: GlobalSecondaryIndex | LocalSecondaryIndex) => ({
  IndexName: index.IndexName,
  IndexArn: `${tableArn}/index/${index.IndexName}`,
  KeySchema: index.KeySchema,
  Projection: index.Projection,
});

/** Indexes as DescribeTable shows them: built at once. */
export function describeIndexes(
  tableArn: string,
  { GlobalSecondaryIndexes, LocalSecondaryIndexes }: Indexes,
): Pick<TableDescription, "GlobalSecondaryIndexes" | "LocalSecondaryIndexes"> {
  return {
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({
        ...common(tableArn, index),
        IndexStatus: "ACTIVE" as const,
        ProvisionedThroughput: {
          NumberOfDecreasesToday: 0,
          ReadCapacityUnits: index.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
          WriteCapacityUnits: index.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
        },
        ...(index.OnDemandThroughput && { OnDemandThroughput: index.OnDemandThroughput }),
      })),
    }),
    ...(LocalSecondaryIndexes && {
      LocalSecondaryIndexes: LocalSecondaryIndexes.map((index) => common(tableArn, index)),
    }),
  };
}
