import { isIPv4, isIPv6 } from "node:net";

type Json = Readonly<Record<string, unknown>>;

const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is wrong with a filter policy, in SNS's words; undefined when nothing is. */
export function flawOf(text: string, scope = "MessageAttributes"): string | undefined {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return "failed to parse JSON.";
  }
  if (!isObject(policy)) return "failed to parse JSON.";
  const leaves: number[] = [];
  const flaw = flawOfFields(policy, scope === "MessageBody", leaves);
  if (flaw) return flaw;
  if (leaves.length > MOST_KEYS) return `Filter policy can not have more than ${MOST_KEYS} keys`;
  const combinations = leaves.reduce((product, count) => product * count, 1);
  return combinations > MOST_COMBINATIONS ? "Filter policy is too complex" : undefined;
}

function flawOfFields(fields: Json, nested: boolean, leaves: number[]): string | undefined {
  return first(Object.entries(fields), ([name, value]) => {
    if (name === "$or" && Array.isArray(value) && value.every(isObject))
      return first(value, (one) => flawOfFields(one, nested, leaves));
    if (Array.isArray(value)) {
      if (value.length === 0) return "Empty arrays are not allowed";
      leaves.push(value.length);
      return first(value, flawOfCondition);
    }
    if (!isObject(value)) return `"${name}" must be an object or an array`;
    return nested
      ? flawOfFields(value, nested, leaves)
      : "Filter policy scope MessageAttributes does not support nested filter policy";
  });
}

function flawOfCondition(condition: unknown): string | undefined {
  if (condition === null || ["string", "number", "boolean"].includes(typeof condition)) return undefined;
  if (!isObject(condition)) return "Match value must be String, number, true, false, or null";
  const entries = Object.entries(condition);
  const [kind, operand] = entries[0] ?? [];
  if (kind === undefined || entries.length > 1) return "Only one key allowed in match expression";
  const check = Object.hasOwn(operands, kind) ? operands[kind] : undefined;
  return check ? check(operand, kind) : `Unrecognized match type ${kind}`;
}

const text = (operand: unknown, kind: string) =>
  typeof operand === "string" ? undefined : `${kind} match pattern must be a string`;

/** By the name of a match type, what is wrong with its operand. */
const operands: Readonly<Record<string, (operand: unknown, kind: string) => string | undefined>> = {
  prefix: text,
  suffix: text,
  "equals-ignore-case": text,
  exists: (operand) =>
    typeof operand === "boolean" ? undefined : "exists match pattern must be either true or false.",
  "anything-but": (operand) => {
    if (Array.isArray(operand)) return first(operand, flawOfCondition);
    const other =
      isObject(operand) && Object.keys(operand).find((kind) => !["prefix", "suffix"].includes(kind));
    return other ? `Unsupported anything-but pattern: ${other}` : flawOfCondition(operand);
  },
  numeric: (operand) => {
    if (!Array.isArray(operand)) return "Value of numeric must be an array.";
    if (operand.length === 0 || operand.length % 2 > 0) return "Invalid member in numeric match";
    return first(operand, (member, at) =>
      at % 2 === 0
        ? ["=", "<", "<=", ">", ">="].includes(member as string)
          ? undefined
          : `Unrecognized numeric range operator: ${String(member)}`
        : typeof member === "number"
          ? undefined
          : `Value of ${String(operand[at - 1])} must be numeric`,
    );
  },
  cidr: (operand) => (isNetwork(operand) ? undefined : "Malformed CIDR"),
};

function isNetwork(operand: unknown): boolean {
  const [, address = "", bits = ""] = /^(.+)\/(\d{1,3})$/.exec(String(operand)) ?? [];
  return isIPv4(address) ? Number(bits) <= 32 : isIPv6(address) && Number(bits) <= 128;
}

/** The first flaw of several things. */
function first<T>(all: readonly T[], flaw: (one: T, at: number) => string | undefined): string | undefined {
  for (const [at, one] of all.entries()) {
    const found = flaw(one, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
