import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { ConditionKeys } from "../../service";
import type { Item } from "./data/value";
import type { Condition, Parsed } from "./expressions/ast";
import type { Placeholders } from "./expressions/bindings";
import { parseCondition, parseProjection, parseUpdate } from "./expressions/parse";
import { keysOf, type TableRecord, type TableStore } from "./store";

/** The members of data operations that condition keys read. */
export interface KeyedRequest extends Placeholders {
  readonly TableName?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly Item?: Item | undefined;
  readonly Key?: Item | undefined;
  readonly Keys?: readonly Item[] | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly KeyConditions?: Readonly<Record<string, LegacyCondition>> | undefined;
  readonly QueryFilter?: object | undefined;
  readonly ScanFilter?: object | undefined;
  readonly Expected?: object | undefined;
  readonly AttributeUpdates?: object | undefined;
  readonly Select?: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}

interface LegacyCondition {
  readonly AttributeValueList?: readonly AttributeValue[] | undefined;
}

/**
 * The condition keys of reads and writes of items (DynamoDB developer guide, "Using IAM policy conditions for fine-grained
 * access control"). Scan has no LeadingKeys (Service authorization reference, "Actions, resources, and condition keys for
 * Amazon DynamoDB").
 */
export function conditionKeys(
  store: TableStore,
  access: "read" | "write",
  requests: readonly KeyedRequest[],
): ConditionKeys {
  const leading = requests.flatMap((request) => leadingKeys(store, request));
  const attributes = new Set(requests.flatMap(attributesOf));
  const [{ ReturnConsumedCapacity, ReturnValues = "NONE" } = {}] = requests;
  return {
    ...(leading.length > 0 && { "dynamodb:LeadingKeys": [...new Set(leading)] }),
    ...(attributes.size > 0 && { "dynamodb:Attributes": [...attributes] }),
    ...(ReturnConsumedCapacity !== undefined && {
      "dynamodb:ReturnConsumedCapacity": ReturnConsumedCapacity,
    }),
    ...(access === "read"
      ? { "dynamodb:Select": [...new Set(requests.map(selectOf))] }
      : { "dynamodb:ReturnValues": ReturnValues }),
  };
}

/** The default is that of the parameter Select (DynamoDB API reference, Query). */
function selectOf({ Select, IndexName, ProjectionExpression, AttributesToGet }: KeyedRequest): string {
  if (Select !== undefined) return Select;
  if (ProjectionExpression !== undefined || AttributesToGet) return "SPECIFIC_ATTRIBUTES";
  return IndexName === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
}

/** The values of the partition key of the table or index. */
function leadingKeys(store: TableStore, request: KeyedRequest): string[] {
  const record = store.records.get(store.nameOf(request.TableName));
  const { hash } = keysOf(record && schemaOf(record, request.IndexName));
  const items = [request.Item, request.Key, ...(request.Keys ?? [])];
  const values = [
    ...items.map((item) => item?.[hash]),
    request.KeyConditions?.[hash]?.AttributeValueList?.[0],
    queried(request, hash),
  ];
  return values.flatMap((value) => (value === undefined ? [] : [textOf(value)]));
}

function schemaOf({ description }: TableRecord, index: string | undefined) {
  if (index === undefined) return description.KeySchema;
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = description;
  return [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].find(({ IndexName }) => IndexName === index)
    ?.KeySchema;
}

const textOf = (value: AttributeValue): string =>
  value.S ?? value.N ?? (value.B ? Buffer.from(value.B).toString("base64") : "");

function queried(request: KeyedRequest, hash: string): AttributeValue | undefined {
  const { KeyConditionExpression, ExpressionAttributeValues = {} } = request;
  const tree = read(() => parseCondition("KeyConditionExpression", KeyConditionExpression))?.tree;
  const parts: readonly Condition[] = tree?.kind === "and" ? tree.parts : tree ? [tree] : [];
  for (const part of parts) {
    if (part.kind !== "compare" || part.comparator !== "=") continue;
    const operands = [part.left, part.right];
    const path = operands.find((operand) => operand.kind === "path");
    const value = operands.find((operand) => operand.kind === "value");
    if (path && value && nameOf(request, path.path[0]) === hash) return ExpressionAttributeValues[value.name];
  }
  return undefined;
}

function attributesOf(request: KeyedRequest): string[] {
  const expressions: readonly (() => Parsed<unknown> | undefined)[] = [
    () => parseProjection(request.ProjectionExpression),
    () => parseCondition("KeyConditionExpression", request.KeyConditionExpression),
    () => parseCondition("FilterExpression", request.FilterExpression),
    () => parseCondition("ConditionExpression", request.ConditionExpression),
    () => parseUpdate(request.UpdateExpression),
  ];
  const {
    Item,
    Key,
    Keys = [],
    KeyConditions,
    QueryFilter,
    ScanFilter,
    Expected,
    AttributeUpdates,
  } = request;
  const maps = [Item, Key, ...Keys, KeyConditions, QueryFilter, ScanFilter, Expected, AttributeUpdates];
  return [
    ...maps.flatMap((map) => Object.keys(map ?? {})),
    ...(request.AttributesToGet ?? []),
    ...expressions.flatMap((parse) => firstSteps(read(parse)?.tree).map((step) => nameOf(request, step))),
  ];
}

const nameOf = ({ ExpressionAttributeNames = {} }: KeyedRequest, step: unknown): string =>
  ExpressionAttributeNames[String(step)] ?? String(step);

/** An expression that cannot be parsed is refused by the operation, which has AWS's message for it. */
function read<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** The first steps of all paths in a parsed expression. In a tree only paths are lists of names and numbers. */
function firstSteps(tree: unknown): unknown[] {
  if (typeof tree !== "object" || tree === null) return [];
  const [first] = Array.isArray(tree) ? (tree as unknown[]) : [];
  return typeof first === "string" ? [first] : Object.values(tree).flatMap(firstSteps);
}
