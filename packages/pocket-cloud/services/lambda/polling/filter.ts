import type { FilterCriteria } from "@aws-sdk/client-lambda";
import { invalid } from "../store";

/** An EventBridge event pattern: fields with the values they may have, or with patterns of nested fields. */
export type Pattern = { readonly [field: string]: Pattern | readonly unknown[] };

export function parsePatterns(criteria: FilterCriteria | undefined): Pattern[] {
  return (criteria?.Filters ?? []).map(({ Pattern: text = "{}" }) => {
    const pattern = jsonOrText(text);
    if (typeof pattern === "object" && pattern !== null && !Array.isArray(pattern)) return pattern as Pattern;
    throw invalid(`Invalid filter pattern definition: ${text}`);
  });
}

/** Patterns see the decoded data of a record and the body of a message as JSON if they are JSON, else as text. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether an event passes the filters of a mapping: without filters always, else if any pattern matches. */
export const passesFilters = (patterns: readonly Pattern[], event: () => unknown): boolean => {
  if (patterns.length === 0) return true;
  const value = event();
  return patterns.some((pattern) => matchesPattern(pattern, value));
};

function matchesPattern(pattern: Pattern, event: unknown): boolean {
  const fields = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === "$or" && Array.isArray(expected))
      return expected.some((alternative) => matchesPattern(alternative as Pattern, event));
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!Array.isArray(expected)) return matchesPattern(expected as Pattern, value);
    const values = Array.isArray(value) ? value : [value];
    return expected.some((matcher) => values.some((one) => matches(matcher, one)));
  });
}

type Matcher = (operand: unknown, value: unknown) => boolean;

const MATCHERS: Readonly<Record<string, Matcher>> = {
  prefix: (operand, value) => typeof value === "string" && value.startsWith(String(operand)),
  suffix: (operand, value) => typeof value === "string" && value.endsWith(String(operand)),
  exists: (operand, value) => (value !== undefined) === operand,
  "equals-ignore-case": (operand, value) =>
    typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase(),
  wildcard: (operand, value) => typeof value === "string" && wildcard(String(operand)).test(value),
  "anything-but": (operand, value) =>
    value !== undefined &&
    (typeof operand === "object" && operand !== null && !Array.isArray(operand)
      ? !matches(operand, value)
      : ![operand].flat().includes(value)),
  numeric: (operand, value) => typeof value === "number" && numeric(operand as readonly unknown[], value),
};

/** A matcher is a literal value or an object with one operator. */
function matches(matcher: unknown, value: unknown): boolean {
  if (typeof matcher !== "object" || matcher === null) return matcher === value;
  const [[operator = "", operand] = []] = Object.entries(matcher);
  return MATCHERS[operator]?.(operand, value) ?? false;
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function numeric(conditions: readonly unknown[], value: number): boolean {
  for (let at = 0; at + 1 < conditions.length; at += 2)
    if (!COMPARISONS[String(conditions[at])]?.(value, Number(conditions[at + 1]))) return false;
  return conditions.length > 0;
}

const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );
