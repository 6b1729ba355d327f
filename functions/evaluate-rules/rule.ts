export type Scalar = string | number | boolean | null;

/** A column, or `reference.<field>` of the subject's entry in the reference table. */
export interface Fact {
  readonly fact: string;
  /** The value itself, or a measure of its history. */
  readonly measure: Measure;
  /** Look-back in milliseconds, for measures of the history. */
  readonly over: number;
}

export const measures = ["value", "previous", "difference", "percentChange", "ageSeconds"] as const;
export type Measure = (typeof measures)[number];
export const historyMeasures: ReadonlySet<Measure> = new Set(["previous", "difference", "percentChange"]);

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Comparison;

export interface Comparison {
  readonly left: Fact;
  readonly operator: Operator;
  readonly right: Fact | { readonly value: Scalar | readonly Scalar[] };
}

/** All facts that a condition uses. */
export function factsOf(condition: Condition): readonly Fact[] {
  if ("all" in condition) return condition.all.flatMap(factsOf);
  if ("any" in condition) return condition.any.flatMap(factsOf);
  if ("not" in condition) return factsOf(condition.not);
  return "fact" in condition.right ? [condition.left, condition.right] : [condition.left];
}

export interface Rule {
  readonly name: string;
  readonly description: string;
  readonly severity: (typeof severities)[number];
  /** At most one alert per subject in each period of event time, in milliseconds. */
  readonly once: number;
  readonly when: Condition;
  /** `{column}` and `{reference.field}` are replaced by their values. */
  readonly message: string;
}

export const severities = ["info", "warning", "critical"] as const;

export type Reference = ReadonlyMap<string, Readonly<Record<string, Scalar>>>;

const isNumber = (value: unknown): value is number => typeof value === "number";
const compare =
  (test: (a: number, b: number) => boolean) =>
  (a: unknown, b: unknown): boolean =>
    isNumber(a) && isNumber(b) && test(a, b);

/** Operators with the names of json-rules-engine. */
export const operators = {
  equal: (a: unknown, b: unknown) => a === b,
  notEqual: (a: unknown, b: unknown) => a !== b,
  in: (a: unknown, b: unknown) => Array.isArray(b) && b.includes(a),
  notIn: (a: unknown, b: unknown) => Array.isArray(b) && !b.includes(a),
  lessThan: compare((a, b) => a < b),
  lessThanInclusive: compare((a, b) => a <= b),
  greaterThan: compare((a, b) => a > b),
  greaterThanInclusive: compare((a, b) => a >= b),
  /** For text, case-insensitive. */
  contains: (a: unknown, b: unknown) =>
    typeof a === "string" && typeof b === "string" && a.toLowerCase().includes(b.toLowerCase()),
} as const;

export type Operator = keyof typeof operators;
