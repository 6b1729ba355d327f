import type { Report, ResultType } from "../model";

const operators = [">=", "<=", "!=", ">", "<", "="] as const;
export type Operator = (typeof operators)[number];

/** `rows > 0`, or a comparison of a column in any or all rows: `any change_pct >= 10`, `all status = fresh`. */
export type Condition =
  | { readonly of: "rows"; readonly operator: Operator; readonly value: number }
  | {
      readonly of: "any" | "all";
      readonly column: string;
      readonly operator: Operator;
      readonly value: number | string;
    };

const CONDITION_FORM =
  '"rows <operator> <number>", or "any" or "all" with a column, an operator and a value: "any change_pct >= 10"; ' +
  `the operators are ${operators.join(" ")}`;

const form =
  /^(?:(?<rows>rows)|(?<of>any|all)\s+(?<column>[a-z][a-z0-9_]*))\s*(?<operator>>=|<=|!=|>|<|=)\s*(?<value>\S.*)$/;

const numeric: ReadonlySet<ResultType> = new Set(["bigint", "double"]);
const ordered: readonly Operator[] = [">=", "<=", ">", "<"];

/** Throws an error with what is allowed. */
export function readCondition(text: string, { columns }: Pick<Report, "columns">): Condition {
  const { rows, of, column: name, operator: sign, value: given = "" } = form.exec(text.trim())?.groups ?? {};
  const operator = operators.find((each) => each === sign);
  if (operator === undefined) throw new Error(`"${text}" is not a condition: write ${CONDITION_FORM}`);
  const value = given.trim();
  if (rows !== undefined) return { of: "rows", operator, value: numberIn(text, value) };
  const column = columns.find((each) => each.name === name);
  if (!column || name === undefined)
    throw new Error(
      `"${text}" names the column "${name}"; the report has ${columns.map((each) => each.name).join(", ")}`,
    );
  const isNumber = numeric.has(column.type);
  if (!isNumber && ordered.includes(operator))
    throw new Error(`"${text}" compares ${name}, a ${column.type}, by ${operator}; allowed are = and !=`);
  return {
    of: of === "all" ? "all" : "any",
    column: name,
    operator,
    value: isNumber ? numberIn(text, value) : value,
  };
}

function numberIn(condition: string, text: string): number {
  const value = Number(text);
  if (!/^-?\d+(\.\d+)?$/.test(text) || !Number.isFinite(value))
    throw new Error(`"${condition}" compares with "${text}", which must be a number`);
  return value;
}

export const conditionText = (condition: Condition): string =>
  condition.of === "rows"
    ? `rows ${condition.operator} ${condition.value}`
    : `${condition.of} ${condition.column} ${condition.operator} ${condition.value}`;

type Row = readonly (string | null)[];

/**
 * Whether it holds, and the rows that meet it. NULL meets no comparison. "all" does not hold without rows: a report that
 * finds nothing must not send a message each time.
 */
export function evaluate(
  condition: Condition,
  columns: readonly { readonly name: string }[],
  rows: readonly Row[],
): { readonly holds: boolean; readonly rows: readonly Row[] } {
  if (condition.of === "rows")
    return { holds: comparisons[condition.operator](rows.length, condition.value), rows };
  const at = columns.findIndex(({ name }) => name === condition.column);
  const meeting = rows.filter((row) => meets(row[at] ?? null, condition));
  const enough = condition.of === "any" ? 1 : Math.max(1, rows.length);
  return { holds: meeting.length >= enough, rows: meeting };
}

function meets(cell: string | null, { operator, value }: Condition): boolean {
  if (cell === null || cell === "") return false;
  return typeof value === "number"
    ? comparisons[operator](Number(cell), value)
    : comparisons[operator](cell, value);
}

const comparisons: Readonly<Record<Operator, <T extends number | string>(left: T, right: T) => boolean>> = {
  ">=": (left, right) => left >= right,
  "<=": (left, right) => left <= right,
  "!=": (left, right) => left !== right,
  ">": (left, right) => left > right,
  "<": (left, right) => left < right,
  "=": (left, right) => left === right,
};
