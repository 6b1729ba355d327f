import type { Column, ColumnType, FeedDefinition } from "../../data/feeds";
import { csvInstant, isCanonicalInstant } from "../../data/feeds/instant";

/** A line's CSV and event time, taken directly from its JSON text. */
export interface Scanned {
  readonly csv: string;
  readonly eventTime: string;
}

/**
 * Scans one line. Returns undefined when the line must be parsed and validated instead. Never accepts a line
 * that validation would refuse.
 */
export type ScanLine = (text: string, start: number, end: number) => Scanned | undefined;

/** The scanned field and the position after it; -1 when scanning gave up. */
interface Cursor {
  field: string;
  after: number;
}

type ReadValue = (text: string, at: number, cursor: Cursor) => void;

/**
 * A scanner for the exact form that our producers write: the feed's columns in order, without spaces. It
 * parses, validates and encodes in one pass and leaves any other form to the parser.
 */
export function lineScanner(feed: FeedDefinition): ScanLine {
  const columns = Object.entries(feed.columns).map(([name, column], i) => ({
    prefix: `${i === 0 ? "{" : ","}${JSON.stringify(name)}:`,
    read: readers[column.type](column),
    isTime: name === feed.eventTime,
  }));
  const cursor: Cursor = { field: "", after: 0 };
  return (text, start, end) => {
    let at = start;
    let csv = "";
    let eventTime = "";
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (!column || !text.startsWith(column.prefix, at)) return undefined;
      at += column.prefix.length;
      column.read(text, at, cursor);
      if (cursor.after < 0 || cursor.after >= end) return undefined;
      if (column.isTime) eventTime = text.slice(at + 1, at + 25);
      csv += i === 0 ? cursor.field : `,${cursor.field}`;
      at = cursor.after;
    }
    return at === end - 1 && text.charCodeAt(at) === BRACE ? { csv: `${csv}\n`, eventTime } : undefined;
  };
}

const [QUOTE, BRACE, COMMA, MINUS, DOT, ZERO, NINE] = [34, 125, 44, 45, 46, 48, 57];
const QUOTED_INSTANT = '"2026-01-02T03:04:05.678Z"'.length;

function accept(cursor: Cursor, field: string, after: number): void {
  cursor.field = field;
  cursor.after = after;
}

/** Characters that need unescaping or are not allowed in JSON strings. */
const escaped = /[\\\u0000-\u001f]/;

const readers: Readonly<Record<ColumnType, (column: Column) => ReadValue>> = {
  string: (column) => {
    const longest = column.maxLength ?? 1024;
    return nullable(column, (text, at, cursor) => {
      cursor.after = -1;
      if (text.charCodeAt(at) !== QUOTE) return;
      const close = text.indexOf('"', at + 1);
      const value = text.slice(at + 1, close);
      if (close <= at + 1 || value.length > longest || escaped.test(value)) return;
      if (column.oneOf && !column.oneOf.includes(value)) return;
      accept(cursor, value.includes(",") ? `"${value}"` : value, close + 1);
    });
  },
  double: (column) => nullable(column, readNumber(column, true)),
  bigint: (column) => nullable(column, readNumber(column, false)),
  boolean: (column) =>
    nullable(column, (text, at, cursor) => {
      if (text.startsWith("true", at)) accept(cursor, "true", at + 4);
      else if (text.startsWith("false", at)) accept(cursor, "false", at + 5);
      else cursor.after = -1;
    }),
  timestamp: (column) =>
    nullable(column, (text, at, cursor) => {
      const after = at + QUOTED_INSTANT;
      if (
        text.charCodeAt(at) !== QUOTE ||
        text.charCodeAt(after - 1) !== QUOTE ||
        !isCanonicalInstant(text, at + 1)
      )
        cursor.after = -1;
      else accept(cursor, csvInstant(text.slice(at + 1, after - 1)), after);
    }),
};

const nullable = (column: Column, read: ReadValue): ReadValue =>
  !column.nullable
    ? read
    : (text, at, cursor) =>
        text.startsWith("null", at) ? accept(cursor, "", at + 4) : read(text, at, cursor);

const MOST_CHARACTERS = 16;

/**
 * Accepts only numbers whose JavaScript form is identical to their text: at most fifteen digits, no trailing
 * zeros, not small enough for an exponent. Such texts can be copied to the CSV.
 */
function readNumber(column: Column, fraction: boolean): ReadValue {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = column;
  const bounded = column.min !== undefined || column.max !== undefined;
  return (text, at, cursor) => {
    cursor.after = -1;
    const after = numberEnd(text, at, fraction);
    if (after - at > MOST_CHARACTERS) return;
    const field = text.slice(at, after);
    if (field === "" || field === "-0" || field.includes("0.00000")) return;
    if (bounded) {
      const number = Number(field);
      if (number < min || number > max) return;
    }
    accept(cursor, field, after);
  };
}

/** The position after the number at `at`; `at` itself when there is no number in the accepted form. */
function numberEnd(text: string, at: number, fraction: boolean): number {
  const first = text.charCodeAt(at) === MINUS ? at + 1 : at;
  let end = digitsEnd(text, first);
  if (end === first || (text.charCodeAt(first) === ZERO && end > first + 1)) return at;
  if (fraction && text.charCodeAt(end) === DOT) {
    const point = end;
    end = digitsEnd(text, point + 1);
    if (end === point + 1 || text.charCodeAt(end - 1) === ZERO) return at;
  }
  const next = text.charCodeAt(end);
  return next === COMMA || next === BRACE ? end : at;
}

function digitsEnd(text: string, from: number): number {
  let end = from;
  for (let code = text.charCodeAt(end); code >= ZERO && code <= NINE; code = text.charCodeAt(end)) end++;
  return end;
}
