import { BlockList, isIP, isIPv6 } from "node:net";
import type { MessageAttributeValue } from "@aws-sdk/client-sns";

type Policy = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, MessageAttributeValue>>;

/** Whether a subscription's filter lets a message through, by its attributes or by its JSON body. */
export function passes(
  policyText: string | undefined,
  scope: string | undefined,
  attributes: Attributes,
  body: string,
): boolean {
  if (!policyText) return true;
  const policy = JSON.parse(policyText) as Policy;
  if (scope === "MessageBody") return fits(policy, parsed(body));
  return fits(
    policy,
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeValue(value)])),
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function attributeValue({ DataType, StringValue }: MessageAttributeValue): unknown {
  if (DataType === "Number") return Number(StringValue);
  return DataType === "String.Array" ? parsed(StringValue ?? "") : StringValue;
}

function fits(policy: Policy, subject: unknown): boolean {
  const fields = typeof subject === "object" && subject !== null ? (subject as Record<string, unknown>) : {};
  if (subject === undefined) return false;
  return Object.entries(policy).every(([name, wanted]) => {
    if (name === "$or" && Array.isArray(wanted)) return wanted.some((one) => fits(one as Policy, subject));
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!Array.isArray(wanted)) return value !== undefined && fits(wanted as Policy, value);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return wanted.some((condition) => values.some((one) => accepts(condition, one)));
  });
}

function accepts(condition: unknown, value: unknown): boolean {
  if (typeof condition !== "object" || condition === null) return condition === value;
  const [[kind = "", operand] = []] = Object.entries(condition);
  return operators[kind]?.(operand, value) ?? false;
}

type Operator = (operand: unknown, value: unknown) => boolean;
const text = (value: unknown): value is string => typeof value === "string";

const operators: Readonly<Record<string, Operator>> = {
  exists: (operand, value) => (value !== undefined) === operand,
  prefix: (operand, value) => text(value) && value.startsWith(String(operand)),
  suffix: (operand, value) => text(value) && value.endsWith(String(operand)),
  "equals-ignore-case": (operand, value) =>
    text(value) && value.toLowerCase() === String(operand).toLowerCase(),
  "anything-but": (operand, value) =>
    value !== undefined && !(Array.isArray(operand) ? operand : [operand]).some((one) => accepts(one, value)),
  cidr: (operand, value) => text(value) && contains(String(operand), value),
  numeric: (operand, value) => typeof value === "number" && Array.isArray(operand) && inRange(operand, value),
};

function contains(network: string, address: string): boolean {
  const [base = "", bits] = network.split("/");
  const kind = (text: string) => (isIPv6(text) ? "ipv6" : "ipv4");
  if (!isIP(address) || kind(address) !== kind(base)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), kind(base));
  return list.check(address, kind(address));
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function inRange(conditions: readonly unknown[], value: number): boolean {
  for (let at = 0; at + 1 < conditions.length; at += 2)
    if (!comparisons[String(conditions[at])]?.(value, Number(conditions[at + 1]))) return false;
  return true;
}
