import { isInNetwork } from "./network";

/** An EventBridge event pattern or SNS filter policy: each field has a list of conditions, or a nested pattern. */
export type Pattern = { readonly [field: string]: Pattern | readonly unknown[] };

export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  // A nested pattern matches an array if it matches one of its elements.
  if (Array.isArray(event) && event.length > 0)
    return event.some((element) => matchesPattern(pattern, element));
  const fields = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  return Object.entries(pattern).every(([field, conditions]) => {
    if (field === "$or" && Array.isArray(conditions))
      return conditions.some((alternative) => matchesPattern(alternative as Pattern, event));
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!Array.isArray(conditions)) return matchesPattern(conditions as Pattern, value);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return conditions.some((condition) => values.some((one) => matches(condition, one)));
  });
}

function matches(condition: unknown, value: unknown): boolean {
  if (typeof condition !== "object" || condition === null) return condition === value;
  const [[operator = "", operand] = []] = Object.entries(condition);
  return operators[operator]?.(operand, value) ?? false;
}

type Operator = (operand: unknown, value: unknown) => boolean;

const onText =
  (test: (value: string, operand: string) => boolean): Operator =>
  (operand, value) =>
    typeof value === "string" && test(value, String(operand));

const operators: Readonly<Record<string, Operator>> = {
  exists: (operand, value) => (value !== undefined) === operand,
  prefix: onText((value, operand) => value.startsWith(operand)),
  suffix: onText((value, operand) => value.endsWith(operand)),
  "equals-ignore-case": onText((value, operand) => value.toLowerCase() === operand.toLowerCase()),
  wildcard: onText((value, operand) => wildcard(operand).test(value)),
  cidr: onText(isInNetwork),
  "anything-but": (operand, value) =>
    value !== undefined && ![operand].flat().some((condition) => matches(condition, value)),
  numeric: (operand, value) =>
    typeof value === "number" && Array.isArray(operand) && inRange(value, operand as unknown[]),
};

const wildcard = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** Conditions are operators and numbers in turn, such as [">", 0, "<=", 5]. */
function inRange(value: number, conditions: readonly unknown[]): boolean {
  for (let at = 0; at + 1 < conditions.length; at += 2)
    if (!comparisons[String(conditions[at])]?.(value, Number(conditions[at + 1]))) return false;
  return conditions.length > 0;
}
