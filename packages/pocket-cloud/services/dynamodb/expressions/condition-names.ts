import type { Condition, Operand } from "./ast";
import type { Bindings } from "./bindings";

/** The attributes that a condition reads, in the order of its text. */
export function conditionNames(condition: Condition, bindings: Bindings): Set<string> {
  return new Set(operandsOf(condition).flatMap((operand) => nameOf(operand, bindings)));
}

function operandsOf(condition: Condition): readonly Operand[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.parts.flatMap(operandsOf);
    case "not":
      return operandsOf(condition.part);
    case "compare":
      return [condition.left, condition.right];
    case "between":
      return [condition.value, condition.low, condition.high];
    case "in":
      return [condition.value, ...condition.list];
    case "call":
      return condition.args;
  }
}

function nameOf(operand: Operand, bindings: Bindings): string[] {
  if (operand.kind === "size") return nameOf(operand.path, bindings);
  return operand.kind === "path" ? [String(bindings.step(operand.path[0] ?? ""))] : [];
}
