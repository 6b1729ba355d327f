import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { compare, contentOf, equal, type Item, textOf, typeOf } from "../data/value";
import type { Comparator, Condition, FunctionName, Operand } from "./ast";
import type { Bindings } from "./bindings";
import { valueAt } from "./paths";

export function conditionHolds(condition: Condition, item: Item, bindings: Bindings): boolean {
  switch (condition.kind) {
    case "and":
      return condition.parts.every((part) => conditionHolds(part, item, bindings));
    case "or":
      return condition.parts.some((part) => conditionHolds(part, item, bindings));
    case "not":
      return !conditionHolds(condition.part, item, bindings);
    case "call":
      return functions[condition.name](condition.args.map((arg) => evaluate(arg, item, bindings)));
    case "compare":
      return comparators[condition.comparator](
        evaluate(condition.left, item, bindings),
        evaluate(condition.right, item, bindings),
      );
    case "in": {
      const value = evaluate(condition.value, item, bindings);
      return condition.list.some((entry) => comparators["="](value, evaluate(entry, item, bindings)));
    }
    case "between": {
      const tested = evaluate(condition.value, item, bindings);
      return (
        comparators[">="](tested, evaluate(condition.low, item, bindings)) &&
        comparators["<="](tested, evaluate(condition.high, item, bindings))
      );
    }
  }
}

type Value = AttributeValue | undefined;

export function evaluate(operand: Operand, item: Item, bindings: Bindings): Value {
  if (operand.kind === "value") return bindings.value(operand.name);
  if (operand.kind === "path") return valueAt(item, bindings.path(operand.path));
  const sized = evaluate(operand.path, item, bindings);
  const size = sized && sizeFor(sized);
  return size === undefined ? undefined : { N: String(size) };
}

function sizeFor(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.M) return Object.keys(value.M).length;
  const content = contentOf(value);
  return Array.isArray(content) ? content.length : undefined;
}

const ordered =
  (accepts: (order: number) => boolean) =>
  (a: Value, b: Value): boolean => {
    const order = a && b && compare(a, b);
    return order !== undefined && accepts(order);
  };

const comparators: Readonly<Record<Comparator, (a: Value, b: Value) => boolean>> = {
  "=": (a, b) => a !== undefined && b !== undefined && equal(a, b),
  "<>": (a, b) => a === undefined || b === undefined || !equal(a, b),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
};

const functions: Readonly<Record<FunctionName, (args: readonly Value[]) => boolean>> = {
  attribute_exists: ([value]) => value !== undefined,
  attribute_not_exists: ([value]) => value === undefined,
  attribute_type: ([value, type]) => {
    if (type?.S === undefined)
      throw validationError(
        "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: attribute_type",
      );
    return value !== undefined && typeOf(value) === type.S;
  },
  begins_with: ([value, prefix]) => {
    if (value?.B && prefix?.B)
      return Buffer.compare(value.B.subarray(0, prefix.B.byteLength), prefix.B) === 0;
    return value?.S !== undefined && prefix?.S !== undefined && value.S.startsWith(prefix.S);
  },
  contains: ([value, part]) => {
    if (!value || !part) return false;
    if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
    if (value.B) return part.B !== undefined && Buffer.from(value.B).includes(Buffer.from(part.B));
    if (value.L) return value.L.some((entry) => equal(entry, part));
    const members = contentOf(value);
    if (!Array.isArray(members) || `${typeOf(part)}S` !== typeOf(value)) return false;
    return members.map(textOf).includes(textOf(contentOf(part)));
  },
};
