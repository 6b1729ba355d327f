import { isInNetwork } from "../../shared/network";
import { type Context, matches, matchesArn, substitute } from "./patterns";

export interface Condition {
  /** With its modifiers, such as "ForAnyValue:StringLikeIfExists". */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Compares a value of the policy with a value of the request. */
type Compare = (expected: string, actual: string) => boolean;

const numeric =
  (test: (difference: number) => boolean): Compare =>
  (expected, actual) =>
    test(Number(actual) - Number(expected));

const date =
  (test: (difference: number) => boolean): Compare =>
  (expected, actual) =>
    test(millis(actual) - millis(expected));

/** Reads ISO 8601 or seconds since the epoch. */
const millis = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const equalText: Compare = (expected, actual) => expected === actual;
const equalIgnoringCase: Compare = (expected, actual) => expected.toLowerCase() === actual.toLowerCase();
const inNetwork: Compare = (network, address) => isInNetwork(address, network);
const like: Compare = (expected, actual) => matches(expected, actual);

/** Operators that match when one of the policy's values matches. */
const positive: Readonly<Record<string, Compare>> = {
  StringEquals: equalText,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: like,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  NumericEquals: numeric((difference) => difference === 0),
  NumericLessThan: numeric((difference) => difference < 0),
  NumericLessThanEquals: numeric((difference) => difference <= 0),
  NumericGreaterThan: numeric((difference) => difference > 0),
  NumericGreaterThanEquals: numeric((difference) => difference >= 0),
  DateEquals: date((difference) => difference === 0),
  DateLessThan: date((difference) => difference < 0),
  DateLessThanEquals: date((difference) => difference <= 0),
  DateGreaterThan: date((difference) => difference > 0),
  DateGreaterThanEquals: date((difference) => difference >= 0),
  Bool: equalIgnoringCase,
  BinaryEquals: equalText,
  IpAddress: inNetwork,
};

/** Operators that match when none of the policy's values matches, also when the request lacks the key. */
const negative: Readonly<Record<string, Compare>> = {
  StringNotEquals: equalText,
  StringNotEqualsIgnoreCase: equalIgnoringCase,
  StringNotLike: like,
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
  NumericNotEquals: numeric((difference) => difference === 0),
  DateNotEquals: date((difference) => difference === 0),
  NotIpAddress: inNetwork,
};

/** An operator's name, perhaps with a set operator before it and IfExists after it. */
const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/;

export function isOperator(operator: string): boolean {
  const name = OPERATOR.exec(operator)?.[2] ?? "";
  return name === "Null" || Object.hasOwn(positive, name) || Object.hasOwn(negative, name);
}

export function conditionMatches({ operator, key, values }: Condition, context: Context): boolean {
  const [, set, name = "", ifExists] = OPERATOR.exec(operator) ?? [];
  const actual = asList(context[key.toLowerCase()]);
  if (name === "Null")
    return values.some((value) => (value.toLowerCase() === "true") === (actual.length === 0));
  if (actual.length === 0 && ifExists) return true;
  const expected = values.flatMap((value) => substitute(value, context) ?? []);
  const negated = Object.hasOwn(negative, name);
  const compare = negated ? negative[name] : Object.hasOwn(positive, name) ? positive[name] : undefined;
  if (!compare) return false;
  const matchesOne = (value: string) => expected.some((one) => compare(one, value)) !== negated;
  if (set === "ForAllValues") return actual.every(matchesOne);
  if (set === undefined && negated) return actual.every(matchesOne);
  return actual.some(matchesOne);
}

const asList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;
