import { isIPv4, isIPv6 } from "node:net";

type Json = Readonly<Record<string, unknown>>;

const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const NESTED = "Filter policy scope MessageAttributes does not support nested filter policy";

/** Validates a filter policy. Returns SNS's message for the first error, or undefined. */
export function filterPolicyError(text: string, scope = "MessageAttributes"): string | undefined {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return `FilterPolicy: failed to parse JSON.${parserText(text)}`;
  }
  if (!isObject(policy)) return "FilterPolicy: failed to parse JSON.";
  const counts: number[] = [];
  const error = fieldsError(policy, counts, 1);
  if (error) return `FilterPolicy: ${located(error, policy)}`;
  if (scope !== "MessageBody" && isNested(policy)) return NESTED;
  if (keysIn(policy) > MAX_KEYS) return `FilterPolicy: Filter policy can not have more than ${MAX_KEYS} keys`;
  const combinations = counts.reduce((product, count) => product * count, 1);
  return combinations > MAX_COMBINATIONS ? "FilterPolicy: Filter policy is too complex" : undefined;
}

const isNested = (policy: Json): boolean =>
  Object.entries(policy).some(([name, value]) =>
    name === "$or" && Array.isArray(value)
      ? value.some((one) => isObject(one) && isNested(one))
      : isObject(value),
  );

/** SNS developer guide, "Filter policy constraints": of a nested policy only the parent keys count. */
const keysIn = (policy: Json): number =>
  Object.entries(policy).reduce(
    (sum, [name, value]) =>
      sum +
      (name === "$or" && Array.isArray(value)
        ? value.reduce((inside: number, one) => inside + (isObject(one) ? keysIn(one) : 0), 0)
        : 1),
    0,
  );

/** What AWS's JSON parser says of the two mistakes that LocalStack's tests recorded. */
export function parserText(text: string): string {
  const at = (column: number) =>
    `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;
  const [, name] = /^\{([^"}\s])/.exec(text) ?? [];
  if (name !== undefined)
    return ` Unexpected character ('${name}' (code ${name.charCodeAt(0)})): was expecting double-quote to start field name${at(2)}`;
  const [token] = /^[A-Za-z_]\w*/.exec(text) ?? [];
  return token === undefined
    ? ""
    : ` Unrecognized token '${token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')${at(token.length + 1)}`;
}

const NO_LIST = /^"(.*)" must be an object or an array$/;

/** The place of a key without a list, in the policy as SNS writes it. */
function located(error: string, policy: Json): string {
  const [, name] = NO_LIST.exec(error) ?? [];
  if (name === undefined) return error;
  const text = JSON.stringify(policy);
  const column = text.indexOf(`${JSON.stringify(name)}:`) + JSON.stringify(name).length + 3;
  return `${error}\n at [Source: (String)"${text}"; line: 1, column: ${column}]`;
}

/**
 * Adds the combinations of each key to `counts`: its values, times its depth (SNS developer guide, "Filter policy
 * constraints").
 */
function fieldsError(fields: Json, counts: number[], depth: number): string | undefined {
  return firstError(Object.entries(fields), ([name, value]) => {
    if (name === "$or" && Array.isArray(value) && value.every(isObject))
      return firstError(value, (one) => fieldsError(one, counts, depth));
    if (Array.isArray(value)) {
      if (value.length === 0) return "Empty arrays are not allowed";
      counts.push(value.length * depth);
      return firstError(value, conditionError);
    }
    return isObject(value)
      ? fieldsError(value, counts, depth + 1)
      : `"${name}" must be an object or an array`;
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
  numeric: (operand) =>
    Array.isArray(operand) ? numericError(operand) : "Value of numeric must be an array.",
  cidr: cidrError,
};

const LOWER = [">", ">="];
const UPPER = ["<", "<="];

/** The messages are those that AWS was recorded with. */
function numericError([operator, value, second, limit, ...others]: readonly unknown[]): string | undefined {
  if (operator === undefined) return "Invalid member in numeric match: ]";
  if (typeof operator !== "string") return `Invalid member in numeric match: ${operator}`;
  if (![...LOWER, ...UPPER, "="].includes(operator))
    return `Unrecognized numeric range operator: ${operator}`;
  if (typeof value !== "number") return `Value of ${operator === "=" ? "equals" : operator} must be numeric`;
  if (second === undefined) return undefined;
  if (!LOWER.includes(operator)) return "Too many elements in numeric expression";
  if (typeof second !== "string") return `Bad value in numeric range: ${second}`;
  if (!UPPER.includes(second)) return `Bad numeric range operator: ${second}`;
  if (typeof limit !== "number") return `Value of ${second} must be numeric`;
  if (limit <= value) return "Bottom must be less than top";
  return others.length > 0 ? "Too many terms in numeric range expression" : undefined;
}

function cidrError(operand: unknown): string | undefined {
  if (typeof operand !== "string") return "prefix match pattern must be a string";
  const [address = "", bits, ...others] = operand.split("/");
  if (bits === undefined || others.length > 0) return "Malformed CIDR, one '/' required";
  if (!/^\d+$/.test(bits)) return "Malformed CIDR, mask bits must be an integer";
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : undefined;
  if (most === undefined) return `Nonstandard IP address: ${address}`;
  return Number(bits) > most ? `Malformed CIDR, mask bits must not be > ${most}` : undefined;
}

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
