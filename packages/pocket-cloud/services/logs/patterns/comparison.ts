import type { Reader } from "./reader";

/** Tests a value of a message. */
export type Test = (value: unknown) => boolean;

const OPERATOR = /!=|>=|<=|=|>|</y;
const QUOTED = /"(?:[^"\\]|\\.)*"/y;
const PLAIN = /[^\s"%&|(){}[\],=<>!]+/y;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const numeric: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
};

/**
 * Reads an operator and its operand: a number, a text in which an asterisk stands for any characters, or a regular
 * expression. `numberOf` tells which values of a message are numbers.
 */
export function comparison(
  reader: Reader,
  numberOf: (value: unknown) => number | undefined,
): Test | undefined {
  const operator = reader.take(OPERATOR);
  if (operator === undefined) return undefined;
  const equality = operator === "=" || operator === "!=";
  const wanted = operator === "=";
  const expression = reader.expression();
  if (expression) {
    if (!equality) throw reader.fail();
    return (value) => isText(value) && expression.test(String(value)) === wanted;
  }
  const quoted = reader.take(QUOTED);
  const operand = quoted?.slice(1, -1).replaceAll(/\\(.)/g, "$1") ?? reader.take(PLAIN);
  if (operand === undefined) throw reader.fail();
  const number = quoted === undefined && NUMBER.test(operand) ? Number(operand) : undefined;
  if (number === undefined && !equality) throw reader.fail();
  const matches = wildcard(operand);
  return (value) => {
    const actual = number === undefined ? undefined : numberOf(value);
    if (number !== undefined && actual !== undefined) return numeric[operator]?.(actual, number) ?? false;
    return equality && isText(value) && matches(String(value)) === wanted;
  };
}

const isText = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

/** Whether a text equals a pattern with asterisks. Linear: each part is searched after the one before. */
function wildcard(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
