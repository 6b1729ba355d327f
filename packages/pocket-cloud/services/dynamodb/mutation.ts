import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../errors";
import type { Change } from "./data/table-data";
import { checkDepth, type Item, sizeOfItem, toStoredItem } from "./data/value";
import type { Path } from "./expressions/ast";
import { Bindings } from "./expressions/bindings";
import { conditionHolds } from "./expressions/condition";
import { withWriteExpressions } from "./expressions/legacy-writes";
import { checkOperands } from "./expressions/operand-checks";
import { parseCondition, parseUpdate } from "./expressions/parse";
import { applyUpdate, touchedPaths } from "./expressions/update";
import { checkItemKeys, namesOf, storedKey } from "./keys";
import { checkItemSize } from "./request-checks";
import type { Table } from "./store";

interface WriteInput {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

interface KeyInput extends WriteInput {
  readonly Key?: Item | undefined;
}

/** A write that passed all checks and is not stored yet. */
export interface Mutation {
  readonly key: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly changes: readonly Change[];
  /** The paths that an update changes, for ReturnValues. */
  readonly touched: readonly Path[];
}

const MAX_ITEM_BYTES = 400 * 1024;

const conditionOf = (input: WriteInput) => parseCondition("ConditionExpression", input.ConditionExpression);

function checkCondition(
  input: WriteInput,
  before: Item | undefined,
  condition = conditionOf(input),
  bindings = new Bindings(input, [condition]),
): void {
  if (!condition) return;
  checkOperands(condition, bindings);
  if (conditionHolds(condition.tree, before ?? {}, bindings)) return;
  const returned = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && before;
  throw new AwsError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    400,
    returned ? { Item: before } : {},
  );
}

export function planPut(table: Table, request: WriteInput & { readonly Item?: Item | undefined }): Mutation {
  const input = withWriteExpressions(request);
  const item = toStoredItem(input.Item ?? {});
  checkItemKeys(table, item);
  checkItemSize(item);
  const before = table.data.get(item);
  checkCondition(input, before);
  return { key: item, before, after: item, changes: [{ put: item }], touched: [] };
}

export function planDelete(table: Table, request: KeyInput): Mutation {
  const input = withWriteExpressions(request);
  const key = storedKey(table, input.Key);
  const before = table.data.get(key);
  checkCondition(input, before);
  return { key, before, after: undefined, changes: before ? [{ delete: key }] : [], touched: [] };
}

export function planCheck(table: Table, input: KeyInput): Mutation {
  const key = storedKey(table, input.Key);
  const before = table.data.get(key);
  checkCondition(input, before);
  return { key, before, after: before, changes: [], touched: [] };
}

export function planUpdate(
  table: Table,
  request: KeyInput & { readonly UpdateExpression?: string | undefined },
): Mutation {
  const input = withWriteExpressions(request);
  const key = storedKey(table, input.Key);
  const condition = conditionOf(input);
  const update = parseUpdate(input.UpdateExpression);
  const bindings = new Bindings(input, [condition, update]);
  const touched = update ? touchedPaths(update.tree, bindings) : [];
  const keyNames = namesOf(table.data.keys);
  for (const [name] of touched)
    if (keyNames.includes(String(name)))
      throw validationError(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
  const before = table.data.get(key);
  checkCondition(input, before, condition, bindings);
  const after = update ? applyUpdate(before ?? key, update.tree, bindings) : (before ?? key);
  checkItemKeys(table, after, "update");
  checkDepth(after);
  if (sizeOfItem(after) > MAX_ITEM_BYTES)
    throw validationError("Item size to update has exceeded the maximum allowed size");
  return { key, before, after, changes: after === before ? [] : [{ put: after }], touched };
}
