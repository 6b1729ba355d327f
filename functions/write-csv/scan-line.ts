import type { Column, ColumnType, FeedDefinition } from "../../data/feeds";
import { csvInstant, isCanonicalInstant } from "../../data/feeds/instant";

/** A line's CSV and event time, straight from its JSON text. */
export interface Scanned {
  readonly csv: string;
  readonly eventTime: string;
}

/** Reads one line, or undefined: then the line has to be parsed and validated. It never accepts what that would not. */
export type ScanLine = (text: string, start: number, end: number) => Scanned | undefined;

/** Where the scan stands: the value's field, and the position after it; -1 when it gives up. */
interface Cursor {
  field: string;
  after: number;
}

type ReadValue = (text: string, at: number, cursor: Cursor) => void;

/**
 * A scanner for lines as our own producers write them: the feed's columns in order, without spaces. It does what parsing,
 * validating and encoding do together, and leaves everything unusual to them.
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

const [QUOTE, BRACE, MINUS] = [34, 125, 45];
const QUOTED_INSTANT = '"2026-01-02T03:04:05.678Z"'.length;

function accept(cursor: Cursor, field: string, after: number): void {
  cursor.field = field;
  cursor.after = after;
}

/** What a text may hold only after unescaping, or not at all. */
const escaped = /[\\\p{Cc}]/u;

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
  double: (column) => nullable(column, readNumber(column, decimal)),
  bigint: (column) => nullable(column, readNumber(column, whole)),
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

/**
 * Numbers that JavaScript writes as they stand: at most fifteen digits, no zeros to drop, not so small that they get an
 * exponent. Two such texts are never one double, so the text can stay.
 */
const decimal = /-?(?:0|[1-9]\d{0,14})(?:\.\d{0,14}[1-9])?(?=[,}])/y;
const whole = /-?(?:0|[1-9]\d{0,14})(?=[,}])/y;
const MOST_CHARACTERS = 16;

function readNumber(column: Column, form: RegExp): ReadValue {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = column;
  const bounded = column.min !== undefined || column.max !== undefined;
  const pattern = new RegExp(form.source, form.flags);
  return (text, at, cursor) => {
    cursor.after = -1;
    pattern.lastIndex = at;
    if (!pattern.test(text)) return;
    const after = pattern.lastIndex;
    const field = text.slice(at, after);
    if (field.length > MOST_CHARACTERS || field === "-0" || field.includes("0.00000")) return;
    if (field.charCodeAt(0) === MINUS && column.min !== undefined && min >= 0) return;
    if (bounded && (min !== 0 || column.max !== undefined)) {
      const number = Number(field);
      if (number < min || number > max) return;
    }
    accept(cursor, field, after);
  };
}
