import { BlockList, isIP } from "node:net";
import type { Condition } from "./document";
import { type Context, matches, matchesArn, substitute } from "./patterns";

type Compare = (wanted: string, given: string) => boolean;

const numeric =
  (holds: (difference: number) => boolean): Compare =>
  (wanted, given) =>
    holds(Number(given) - Number(wanted));

const dated =
  (holds: (difference: number) => boolean): Compare =>
  (wanted, given) =>
    holds(instant(given) - instant(wanted));

/** ISO 8601 or seconds since the epoch. */
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const equalText: Compare = (wanted, given) => wanted === given;
const equalIgnoringCase: Compare = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();

/** Operators that hold when one of the wanted values does. */
const positive: Readonly<Record<string, Compare>> = {
  StringEquals: equalText,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: (wanted, given) => matches(wanted, given),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  NumericEquals: numeric((difference) => difference === 0),
  NumericLessThan: numeric((difference) => difference < 0),
  NumericLessThanEquals: numeric((difference) => difference <= 0),
  NumericGreaterThan: numeric((difference) => difference > 0),
  NumericGreaterThanEquals: numeric((difference) => difference >= 0),
  DateEquals: dated((difference) => difference === 0),
  DateLessThan: dated((difference) => difference < 0),
  DateLessThanEquals: dated((difference) => difference <= 0),
  DateGreaterThan: dated((difference) => difference > 0),
  DateGreaterThanEquals: dated((difference) => difference >= 0),
  Bool: equalIgnoringCase,
  BinaryEquals: equalText,
  IpAddress: inNetwork,
};

/** Operators that hold when none of the wanted values does; a key that is not there satisfies them. */
const negative: Readonly<Record<string, Compare>> = {
  StringNotEquals: equalText,
  StringNotEqualsIgnoreCase: equalIgnoringCase,
  StringNotLike: (wanted, given) => matches(wanted, given),
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
  NumericNotEquals: numeric((difference) => difference === 0),
  DateNotEquals: dated((difference) => difference === 0),
  NotIpAddress: inNetwork,
};

function inNetwork(wanted: string, given: string): boolean {
  const [address = "", bits] = wanted.split("/");
  const family = isIP(address);
  const own = isIP(given);
  if (family === 0 || own !== family) return false;
  const list = new BlockList();
  const name = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(address, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), name);
  return list.check(given, name);
}

/** A name with a set operator before it, perhaps, and IfExists behind. */
const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/;

export function isOperator(operator: string): boolean {
  const name = OPERATOR.exec(operator)?.[2] ?? "";
  return name === "Null" || Object.hasOwn(positive, name) || Object.hasOwn(negative, name);
}

/** Whether one condition of a statement holds. */
export function conditionHolds({ operator, key, values }: Condition, context: Context): boolean {
  const [, set, name = "", ifExists] = OPERATOR.exec(operator) ?? [];
  const given = asList(context[key.toLowerCase()]);
  if (name === "Null")
    return values.some((value) => (value.toLowerCase() === "true") === (given.length === 0));
  if (given.length === 0 && ifExists) return true;
  const wanted = values.flatMap((value) => substitute(value, context) ?? []);
  const one = oneHolds(name, wanted);
  if (!one) return false;
  if (set === "ForAllValues") return given.every(one);
  if (given.length === 0) return set === undefined && Object.hasOwn(negative, name);
  // Without a set operator a negated one must hold for every value the request has.
  return set === undefined && Object.hasOwn(negative, name) ? given.every(one) : given.some(one);
}

function oneHolds(name: string, wanted: readonly string[]): ((given: string) => boolean) | undefined {
  const compare = Object.hasOwn(positive, name) ? positive[name] : undefined;
  if (compare) return (given) => wanted.some((value) => compare(value, given));
  const refuse = Object.hasOwn(negative, name) ? negative[name] : undefined;
  return refuse && ((given) => !wanted.some((value) => refuse(value, given)));
}

const asList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;
