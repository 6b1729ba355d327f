/** An EventBridge event pattern: fields to lists of what they may be, or to patterns of what is in them. */
export type Pattern = { readonly [field: string]: Pattern | readonly unknown[] };

export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  const fields = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === "$or" && Array.isArray(wanted))
      return wanted.some((alternative) => matchesPattern(alternative as Pattern, event));
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!Array.isArray(wanted)) return matchesPattern(wanted as Pattern, value);
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((matcher) => values.some((one) => matches(matcher, one)));
  });
}

type Matcher = (operand: unknown, value: unknown) => boolean;

const matchers: Readonly<Record<string, Matcher>> = {
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

function matches(matcher: unknown, value: unknown): boolean {
  if (typeof matcher !== "object" || matcher === null) return matcher === value;
  const [[kind, operand] = []] = Object.entries(matcher);
  const known = kind === undefined ? undefined : matchers[kind];
  return known?.(operand, value) ?? false;
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function numeric(conditions: readonly unknown[], value: number): boolean {
  for (let at = 0; at + 1 < conditions.length; at += 2)
    if (!comparisons[String(conditions[at])]?.(value, Number(conditions[at + 1]))) return false;
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
