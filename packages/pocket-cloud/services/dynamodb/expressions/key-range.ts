import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import type { Keys } from "../data/ordered-items";
import type { Item } from "../data/value";
import { checkNotEmpty } from "../keys";
import type { Condition, Operand } from "./ast";
import type { Bindings } from "./bindings";
import { conditionHolds } from "./condition";

interface KeyRange {
  readonly hash: AttributeValue;
  readonly accepts: (item: Item) => boolean;
}

/** Reads a key condition: equality on the partition key and at most one condition on the sort key. */
export function keyRange(tree: Condition, keys: Keys, bindings: Bindings): KeyRange {
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
    if (part.kind === "compare")
      for (const operand of [part.left, part.right])
        if (operand.kind === "value") checkNotEmpty(name, bindings.value(operand.name));
  const { left, right } = onHash.part;
  const operand = left.kind === "value" ? left : right;
  if (operand.kind !== "value") throw validationError("Query key condition not supported");
  const rest = others.map(({ part }) => part);
  return {
    hash: bindings.value(operand.name),
    accepts: (item) => rest.every((part) => conditionHolds(part, item, bindings)),
  };
}

function subjectOf(part: Condition): Operand | undefined {
  if (part.kind === "compare") return part.left.kind === "path" ? part.left : part.right;
  if (part.kind === "between") return part.value;
  return part.kind === "call" ? part.args[0] : undefined;
}
