import type { Column, ColumnType, FeedDefinition, Fields, Row, RowOf } from "./contract";
import { csvSerde } from "./csv";
import { namedColumns } from "./field-names";
import { canonicalInstant } from "./instant";
import { localInstant } from "./local-date";

export type Validated<R = Row> =
  | {
      readonly ok: true;
      readonly row: R;
      /** Fields that are no column of the feed. They are not stored, only counted and reported. */
      readonly unknown?: readonly string[];
    }
  | Refusal;

export interface Refusal {
  readonly ok: false;
  /** Null when the whole value is refused, not one column. */
  readonly column: string | null;
  readonly value: unknown;
  readonly reason: string;
  readonly unknown?: readonly string[];
}

/** Converts a column's value, or returns the reason why it is invalid. */
type Read = (value: unknown) => string | number | boolean | null | Reason;

class Reason {
  constructor(readonly text: string) {}
}

interface ColumnReader {
  readonly name: string;
  readonly read: Read;
  readonly fromArrival: boolean;
}

const DEFAULT_LENGTH = 1024;
const compiled = new WeakMap<FeedDefinition, readonly ColumnReader[]>();

/**
 * Validates any JSON value as a row of the feed and converts it: the contract's columns, in the contract's
 * order. Numbers and booleans are also accepted as text, because agents convert CSV to JSON without types.
 * `arrival` (canonical timestamp) fills columns with `whenMissing: "arrival"`. Never throws.
 */
export function validateRow<F extends FeedDefinition>(
  feed: F,
  value: unknown,
  arrival?: string,
): Validated<RowOf<F>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { ok: false, column: null, value, reason: "not a JSON object" };
  const { fields, unknown } = namedColumns(feed, value as Fields);
  const others = unknown.length > 0 ? { unknown } : undefined;
  const row: Record<string, string | number | boolean | null> = {};
  for (const { name, read, fromArrival } of readersOf(feed)) {
    const given = fields[name];
    const result = read(
      fromArrival && (given === undefined || given === null || given === "") ? arrival : given,
    );
    if (result instanceof Reason)
      return { ok: false, column: name, value: given, reason: result.text, ...others };
    row[name] = result;
  }
  return { ok: true, row: row as RowOf<F>, ...others };
}

function readersOf(feed: FeedDefinition): readonly ColumnReader[] {
  let readers = compiled.get(feed);
  if (!readers) {
    readers = Object.entries(feed.columns).map(([name, column]) => ({
      name,
      read: withNull(column, byType[column.type](column)),
      fromArrival: column.whenMissing === "arrival",
    }));
    compiled.set(feed, readers);
  }
  return readers;
}

/** Missing, null and empty text are all "no value", because CSV cannot tell them apart. */
function withNull(column: Column, read: Read): Read {
  const nothing = column.nullable ? null : new Reason("missing");
  return (value) => (value === undefined || value === null || value === "" ? nothing : read(value));
}

const byType: Readonly<Record<ColumnType, (column: Column) => Read>> = {
  string: (column) => {
    const longest = column.maxLength ?? DEFAULT_LENGTH;
    const allowed = column.oneOf && new Set(column.oneOf);
    return (value) => {
      const text = typeof value === "number" ? String(value) : value;
      if (typeof text !== "string") return new Reason("not a text");
      if (text.length > longest) return new Reason(`longer than ${longest} characters`);
      if (allowed) return allowed.has(text) ? text : new Reason(`not one of ${column.oneOf?.join(", ")}`);
      if (!text.isWellFormed()) return new Reason("holds half a surrogate pair");
      if (!column.multiline && hasLineBreak(text)) return new Reason("holds a line break");
      if (text.includes(csvSerde.escapeChar)) return new Reason("holds U+0001, which the lake's CSV cannot");
      return text;
    };
  },
  double: (column) => (value) => {
    const number = readNumber(value);
    return number === undefined ? new Reason("not a finite number") : bounded(column, number);
  },
  bigint: (column) => (value) => {
    const number = readNumber(value);
    return number === undefined || !Number.isSafeInteger(number)
      ? new Reason("not a whole number within ±2^53")
      : bounded(column, number);
  },
  boolean: () => (value) => {
    if (typeof value === "boolean") return value;
    return value === "true" ? true : value === "false" ? false : new Reason("neither true nor false");
  },
  timestamp: (column) => {
    const instant = column.localDates
      ? (text: string) => canonicalInstant(text) ?? localInstant(text)
      : canonicalInstant;
    return (value) =>
      (typeof value === "string" && instant(value)) ||
      new Reason("not an instant such as 2026-01-02T03:04:05.678Z");
  },
};

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function readNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : undefined;
  if (typeof value !== "string" || !decimal.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function bounded(column: Column, number: number): number | Reason {
  if (column.min !== undefined && number < column.min) return new Reason(`below ${column.min}`);
  if (column.max !== undefined && number > column.max) return new Reason(`above ${column.max}`);
  return number;
}

const hasLineBreak = (text: string): boolean => text.includes("\n") || text.includes("\r");
