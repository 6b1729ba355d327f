import type { Limits } from "./footers";

/** A comparison of a column with literals, as DuckDB prints it in a plan. */
export interface Condition {
  readonly column: string;
  readonly operator: string;
  readonly values: readonly Literal[];
}

interface Literal {
  readonly text: string;
  /** DuckDB prints numbers bare. Texts, dates and timestamps have quotes. */
  readonly isNumber: boolean;
}

const LITERAL = "'(?:[^']|'')*'|-?\\d[\\d.eE+-]*";
const COMPARISON = new RegExp(`^"?(\\w+)"? ?(>=|<=|=|>|<) ?(${LITERAL})(?:::[A-Z ]+)?$`);
const LIST = new RegExp(`^(?:optional: )?"?(\\w+)"? IN \\(((?:${LITERAL})(?:, (?:${LITERAL}))*)\\)$`);

/** The conditions of a filter that minimum and maximum can decide; others are left out, so that they skip nothing. */
export const conditionsIn = (filter: string): Condition[] =>
  splitAnd(filter).flatMap((text) => conditionIn(text) ?? []);

/** A comparison of a column with literals; undefined for all other predicates. */
export function conditionIn(text: string): Condition | undefined {
  const [, column, operator = "", literal = ""] = COMPARISON.exec(text) ?? [];
  if (column !== undefined) return { column: column.toLowerCase(), operator, values: [literalOf(literal)] };
  const [, listed, list = ""] = LIST.exec(text) ?? [];
  if (listed === undefined) return undefined;
  const values = (list.match(new RegExp(LITERAL, "g")) ?? []).map(literalOf);
  return { column: listed.toLowerCase(), operator: "=", values };
}

/** Operands of AND, at the outermost level. One within parentheses stays whole. */
function splitAnd(filter: string): string[] {
  const parts: string[] = [];
  let [depth, from, quoted] = [0, 0, false];
  for (let at = 0; at < filter.length; at++) {
    const c = filter[at];
    if (c === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (depth === 0 && filter.startsWith(" AND ", at)) {
      parts.push(filter.slice(from, at));
      from = at + 5;
    }
  }
  return [...parts, filter.slice(from)];
}

const literalOf = (literal: string): Literal => {
  const isNumber = !literal.startsWith("'");
  return { text: isNumber ? literal : literal.slice(1, -1).replaceAll("''", "'"), isNumber };
};

/** Whether a column with these limits may have a value that meets a condition. */
export function mayHold({ operator, values }: Condition, { min, max }: Limits): boolean {
  return values.some(({ text, isNumber }) => {
    const order = isNumber ? byNumber : byBytes;
    const isUnder = (a: string, b: string) =>
      order(a, b) < 0 || (operator.endsWith("=") && order(a, b) === 0);
    const isNotAbove = max === undefined || isUnder(text, max);
    const isNotBelow = min === undefined || isUnder(min, text);
    if (operator === "=") return isNotAbove && isNotBelow;
    return operator.startsWith(">") ? isNotAbove : isNotBelow;
  });
}

const byNumber = (a: string, b: string): number => Number(a) - Number(b);

/** DuckDB prints dates and timestamps alike in a plan and in statistics, so that their bytes have their order. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
