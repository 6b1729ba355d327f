import { isIPv4, isIPv6 } from "node:net";

type Json = Readonly<Record<string, unknown>>;

const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Validates a filter policy. Returns SNS's message for the first error, or undefined. */
export function filterPolicyError(text: string, scope = "MessageAttributes"): string | undefined {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return "failed to parse JSON.";
  }
  if (!isObject(policy)) return "failed to parse JSON.";
  const counts: number[] = [];
  const error = fieldsError(policy, scope === "MessageBody", counts);
  if (error) return error;
  if (counts.length > MAX_KEYS) return `Filter policy can not have more than ${MAX_KEYS} keys`;
  const combinations = counts.reduce((product, count) => product * count, 1);
  return combinations > MAX_COMBINATIONS ? "Filter policy is too complex" : undefined;
}

/** Adds the number of conditions of each key to `counts`. */
function fieldsError(fields: Json, nested: boolean, counts: number[]): string | undefined {
  return firstError(Object.entries(fields), ([name, value]) => {
    if (name === "$or" && Array.isArray(value) && value.every(isObject))
      return firstError(value, (one) => fieldsError(one, nested, counts));
    if (Array.isArray(value)) {
      if (value.length === 0) return "Empty arrays are not allowed";
      counts.push(value.length);
      return firstError(value, conditionError);
    }
    if (!isObject(value)) return `"${name}" must be an object or an array`;
    return nested
      ? fieldsError(value, nested, counts)
      : "Filter policy scope MessageAttributes does not support nested filter policy";
  });
}

function conditionError(condition: unknown): string | undefined {
  if (condition === null || ["string", "number", "boolean"].includes(typeof condition)) return undefined;
  if (!isObject(condition)) return "Match value must be String, number, true, false, or null";
  const [entry, ...others] = Object.entries(condition);
  if (!entry || others.length > 0) return "Only one key allowed in match expression";
  const [operator, operand] = entry;
  const validate = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  return validate ? validate(operand, operator) : `Unrecognized match type ${operator}`;
}

const text = (operand: unknown, operator: string) =>
  typeof operand === "string" ? undefined : `${operator} match pattern must be a string`;

/** Validates the operand of each operator. */
const operators: Readonly<Record<string, (operand: unknown, operator: string) => string | undefined>> = {
  prefix: text,
  suffix: text,
  "equals-ignore-case": text,
  exists: (operand) =>
    typeof operand === "boolean" ? undefined : "exists match pattern must be either true or false.",
  "anything-but": (operand) => {
    if (Array.isArray(operand)) return firstError(operand, conditionError);
    const unsupported =
      isObject(operand) && Object.keys(operand).find((name) => !["prefix", "suffix"].includes(name));
    return unsupported ? `Unsupported anything-but pattern: ${unsupported}` : conditionError(operand);
  },
  numeric: (operand) => {
    if (!Array.isArray(operand)) return "Value of numeric must be an array.";
    if (operand.length === 0 || operand.length % 2 > 0) return "Invalid member in numeric match";
    return firstError(operand, (member, at) => {
      if (at % 2 === 1)
        return typeof member === "number" ? undefined : `Value of ${String(operand[at - 1])} must be numeric`;
      return ["=", "<", "<=", ">", ">="].includes(member as string)
        ? undefined
        : `Unrecognized numeric range operator: ${String(member)}`;
    });
  },
  cidr: (operand) => {
    const [, address = "", bits = ""] = /^(.+)\/(\d{1,3})$/.exec(String(operand)) ?? [];
    const valid = isIPv4(address) ? Number(bits) <= 32 : isIPv6(address) && Number(bits) <= 128;
    return valid ? undefined : "Malformed CIDR";
  },
};

function firstError<T>(
  all: readonly T[],
  validate: (one: T, at: number) => string | undefined,
): string | undefined {
  for (const [at, one] of all.entries()) {
    const error = validate(one, at);
    if (error !== undefined) return error;
  }
  return undefined;
}
