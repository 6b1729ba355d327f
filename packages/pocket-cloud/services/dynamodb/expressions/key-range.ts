import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import type { Keys } from "../data/ordered-items";
import { type Item, typeOf } from "../data/value";
import { checkNotEmpty } from "../keys";
import type { Condition, Operand } from "./ast";
import type { Bindings } from "./bindings";
import { conditionHolds } from "./condition";

export interface KeyRange {
  readonly hash: AttributeValue;
  readonly accepts: (item: Item) => boolean;
  /** Whether the sort key has a condition. */
  readonly onRange: boolean;
}

/** Reads a key condition: equality on the partition key and at most one condition on the sort key. */
export function keyRange(
  tree: Condition,
  keys: Keys,
  bindings: Bindings,
  schemaType: (name: string) => string | undefined,
): KeyRange {
  const parts = tree.kind === "and" ? tree.parts : [tree];
  const nameOf = (operand: Operand | undefined): string | undefined => {
    if (operand?.kind !== "path" || operand.path.length !== 1) return undefined;
    return String(bindings.step(operand.path[0] ?? ""));
  };
  const subjects = parts.map((part) => ({ part, name: nameOf(subjectOf(part)) }));
  const onHash = subjects.find(
    ({ part, name }) => name === keys.hash && part.kind === "compare" && part.comparator === "=",
  );
  if (onHash?.part.kind !== "compare")
    throw validationError(
      subjects.some(({ name }) => name === keys.hash)
        ? "Query key condition not supported"
        : `Query condition missed key schema element: ${keys.hash}`,
    );
  const others = subjects.filter((subject) => subject !== onHash);
  if (others.length > 1) throw validationError("Conditions can be of length 1 or 2 only");
  for (const { part, name } of others) {
    if (name !== keys.range || name === undefined)
      throw validationError(`Query condition missed key schema element: ${keys.range ?? keys.hash}`);
    const allowed =
      part.kind === "between" ||
      (part.kind === "call" && part.name === "begins_with") ||
      (part.kind === "compare" && part.comparator !== "<>");
    if (!allowed) throw validationError("Query key condition not supported");
  }
  for (const { part, name = "" } of subjects)
    for (const operand of valuesOf(part)) {
      const value = bindings.value(operand);
      // Recorded by dynalite's test "for mismatching param type".
      if (typeOf(value) !== schemaType(name))
        throw validationError(
          "One or more parameter values were invalid: Condition parameter type does not match schema type",
        );
      if (part.kind === "compare") checkNotEmpty(name, value);
    }
  const { left, right } = onHash.part;
  const operand = left.kind === "value" ? left : right;
  if (operand.kind !== "value") throw validationError("Query key condition not supported");
  const rest = others.map(({ part }) => part);
  return {
    hash: bindings.value(operand.name),
    accepts: (item) => rest.every((part) => conditionHolds(part, item, bindings)),
    onRange: rest.length > 0,
  };
}

/** The placeholders of a condition's values. */
function valuesOf(part: Condition): string[] {
  const operands =
    part.kind === "compare"
      ? [part.left, part.right]
      : part.kind === "between"
        ? [part.low, part.high]
        : part.kind === "call"
          ? part.args
          : [];
  return operands.flatMap((operand) => (operand.kind === "value" ? [operand.name] : []));
}

function subjectOf(part: Condition): Operand | undefined {
  if (part.kind === "compare") return part.left.kind === "path" ? part.left : part.right;
  if (part.kind === "between") return part.value;
  return part.kind === "call" ? part.args[0] : undefined;
}
