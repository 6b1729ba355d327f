import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { add, subtract } from "../data/decimal";
import { contentOf, type Item, textOf, typeOf } from "../data/value";
import type { Expression, Path, Update } from "./ast";
import type { Bindings } from "./bindings";
import { evaluate } from "./condition";
import { refuseOverlaps } from "./overlaps";
import { changeAt, valueAt } from "./paths";

const fail = (reason: string) => validationError(`Invalid UpdateExpression: ${reason}`);
const wrongType = (operator: string, type: string) =>
  fail(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );

/** The item after an update. Operands are read from the item before the update. */
export function applyUpdate(item: Item, update: Update, bindings: Bindings): Item {
  refuseOverlaps("UpdateExpression", touchedPaths(update, bindings));
  let result = item;
  const values = update.set.map(
    ({ path, value }) => [bindings.path(path), operandValue(value, item, bindings)] as const,
  );
  // Elements beyond the end of a list are appended in the order of their indexes.
  for (const [path, value] of byIndex(values, ([path]) => path)) result = changeAt(result, path, () => value);
  for (const { path, value } of update.add)
    result = changeAt(result, bindings.path(path), (before) => addTo(before, bindings.value(value)));
  for (const { path, value } of update.delete)
    if (valueAt(result, bindings.path(path)))
      result = changeAt(result, bindings.path(path), (before) => removeFrom(before, bindings.value(value)));
  // Removes from the end, so that a removal does not shift the list indexes of later ones.
  const removals = byIndex(
    update.remove.map((path) => bindings.path(path)),
    (path) => path,
  ).reverse();
  for (const path of removals) {
    if (path.length > 1 && !valueAt(item, path.slice(0, -1)))
      throw validationError("The document path provided in the update expression is invalid for update");
    // An element beyond the end of the list is not removed, even if a SET of the same update put one there.
    if (valueAt(item, path) && valueAt(result, path)) result = changeAt(result, path, () => undefined);
  }
  return result;
}

export const touchedPaths = (update: Update, bindings: Bindings): Path[] =>
  [
    ...update.set.map((clause) => clause.path),
    ...update.remove,
    ...update.add.map((clause) => clause.path),
    ...update.delete.map((clause) => clause.path),
  ].map((path) => bindings.path(path));

/** First the paths that end in a name, then those that end in an index of a list, by index. */
function byIndex<T>(entries: readonly T[], pathOf: (entry: T) => Path): T[] {
  const last = (entry: T) => pathOf(entry).at(-1);
  const named = entries.filter((entry) => typeof last(entry) !== "number");
  const indexed = entries.filter((entry) => typeof last(entry) === "number");
  return [...named, ...indexed.sort((a, b) => Number(last(a)) - Number(last(b)))];
}

function operandValue(expression: Expression, item: Item, bindings: Bindings): AttributeValue {
  if (expression.kind === "if_not_exists")
    return (
      valueAt(item, bindings.path(expression.path)) ?? operandValue(expression.otherwise, item, bindings)
    );
  if (expression.kind === "list_append" || expression.kind === "sum") {
    const left = operandValue(expression.left, item, bindings);
    const right = operandValue(expression.right, item, bindings);
    return expression.kind === "sum" ? sum(expression.sign, left, right) : concatenate(left, right);
  }
  const value = evaluate(expression, item, bindings);
  if (!value)
    throw validationError("The provided expression refers to an attribute that does not exist in the item");
  return value;
}

function sum(sign: "+" | "-", left: AttributeValue, right: AttributeValue): AttributeValue {
  for (const operand of [left, right]) if (operand.N === undefined) throw wrongType(sign, typeOf(operand));
  return { N: (sign === "+" ? add : subtract)(left.N ?? "0", right.N ?? "0") };
}

function concatenate(left: AttributeValue, right: AttributeValue): AttributeValue {
  for (const operand of [left, right]) if (!operand.L) throw wrongType("list_append", typeOf(operand));
  return { L: [...(left.L ?? []), ...(right.L ?? [])] };
}

const typeMismatch = () => validationError("An operand in the update expression has an incorrect data type");

function addTo(before: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  const type = typeOf(operand);
  if (type !== "N" && !type.endsWith("S")) throw wrongType("ADD", type);
  if (type === "S") throw wrongType("ADD", "STRING");
  if (!before) return operand;
  if (typeOf(before) !== type) throw typeMismatch();
  if (before.N !== undefined) return { N: add(before.N, operand.N ?? "0") };
  const members = contentOf(before) as unknown[];
  const present = new Set(members.map(textOf));
  const added = (contentOf(operand) as unknown[]).filter((member) => !present.has(textOf(member)));
  return { [type]: [...members, ...added] } as unknown as AttributeValue;
}

function removeFrom(before: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  const type = typeOf(operand);
  if (type !== "SS" && type !== "NS" && type !== "BS") throw wrongType("DELETE", type);
  if (!before) return undefined;
  if (typeOf(before) !== type) throw typeMismatch();
  const removed = new Set((contentOf(operand) as unknown[]).map(textOf));
  const rest = (contentOf(before) as unknown[]).filter((member) => !removed.has(textOf(member)));
  return rest.length === 0 ? undefined : ({ [type]: rest } as unknown as AttributeValue);
}
