import { type Column, type ColumnType, canonicalInstant, type FeedDefinition } from "../../data/feeds";
import { UsageError } from "../kit/errors";

/** An event, or its value only. */
export type Matches = (event: Candidate) => boolean;

export interface Candidate {
  readonly value: unknown;
  readonly partitionKey?: string;
  readonly sequenceNumber?: string;
}

type MatchesValue = (value: unknown) => boolean;

type Scalar = string | number | boolean;

const operators: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
};

/**
 * Parses conditions such as price_usd>=100, which must all hold. With a feed, values compare by the column's type. `key`
 * and `sequence` are the record's partition key and sequence number, unless the event has a field of that name.
 */
export function readConditions(texts: readonly string[], feed: FeedDefinition | undefined): Matches {
  const all = texts.map((text) => readCondition(text, feed));
  return (event) => all.every((matches) => matches(event));
}

function readCondition(text: string, feed: FeedDefinition | undefined): Matches {
  const [, name = "", operator = "", expected = ""] = /^([^=!<>]+)(!=|>=|<=|=|>|<)(.*)$/s.exec(text) ?? [];
  const holds = operators[operator];
  if (!holds)
    throw new UsageError(
      `--where takes name=value, or one of ${Object.keys(operators).join(" ")}, not "${text}"`,
    );
  const ofRecord = Object.hasOwn(recordFields, name) ? recordFields[name]?.(holds, expected) : undefined;
  if (!feed) {
    const ofValue = untyped(name, holds, expected);
    return (event) =>
      ofRecord && fieldOf(event.value, name) === undefined ? ofRecord(event) : ofValue(event.value);
  }
  if (ofRecord && !Object.hasOwn(feed.columns, name)) return ofRecord;
  const ofRow = readColumnCondition(text, name, operator, expected, feed);
  return ({ value }) => ofRow(value);
}

const recordFields: Readonly<
  Record<string, (holds: (order: number) => boolean, expected: string) => Matches>
> = {
  key:
    (holds, expected) =>
    ({ partitionKey = "" }) =>
      holds(compare(partitionKey, expected)),
  sequence: (holds, expected) => {
    if (!/^\d+$/.test(expected)) throw new UsageError(`--where: sequence takes a number, not "${expected}"`);
    const number = BigInt(expected);
    return ({ sequenceNumber = "0" }) => holds(compare(BigInt(sequenceNumber), number));
  },
};

function readColumnCondition(
  text: string,
  name: string,
  operator: string,
  expected: string,
  feed: FeedDefinition,
): MatchesValue {
  const holds = operators[operator] ?? (() => false);
  const column = Object.hasOwn(feed.columns, name) ? feed.columns[name] : undefined;
  if (!column)
    throw new UsageError(
      `--where ${text}: ${feed.name} has no column "${name}"; it has ${Object.keys(feed.columns).join(", ")}, and key and sequence of the record`,
    );
  // An empty value means null, as in CSV.
  if (expected === "" && (operator === "=" || operator === "!="))
    return (row) => holds(fieldOf(row, name) === null ? 0 : 1);
  const typed = typedValue(name, column, expected);
  return (row) => {
    const value = fieldOf(row, name);
    return value !== null && holds(compare(value as Scalar, typed));
  };
}

const valueReaders: Readonly<
  Record<ColumnType, readonly [read: (text: string) => Scalar | undefined, takes: string]>
> = {
  string: [(text) => text, "a text"],
  double: [number, "a number"],
  bigint: [number, "a number"],
  boolean: [(text) => (text === "true" || text === "false" ? text === "true" : undefined), "true or false"],
  timestamp: [
    (text) => canonicalInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00.000Z` : text),
    "an instant such as 2026-01-02 or 2026-01-02T03:04:05Z",
  ],
};

function typedValue(name: string, { type }: Column, text: string): Scalar {
  const [read, takes] = valueReaders[type];
  const value = read(text);
  if (value === undefined) throw new UsageError(`--where: ${name} takes ${takes}, not "${text}"`);
  return value;
}

function number(text: string): number | undefined {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/** Without a feed, JSON numbers compare as numbers and everything else as text. */
function untyped(path: string, holds: (order: number) => boolean, expected: string): MatchesValue {
  const asNumber = number(expected);
  return (value) => {
    const found = path.split(".").reduce<unknown>(fieldOf, value);
    if (found === null || found === undefined) return expected === "" && holds(0);
    if (typeof found === "number" && asNumber !== undefined) return holds(compare(found, asNumber));
    return holds(compare(typeof found === "object" ? JSON.stringify(found) : String(found), expected));
  };
}

/** Own properties only, so that "constructor" is not found. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const compare = <T extends Scalar | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
