import type { HiveType } from "./hive-type";

export interface Reading {
  /** Joda patterns, or "millis"; none means what the SerDe knows by itself. */
  readonly timestampFormats: readonly string[];
}

type Coerce = (value: unknown, reading: Reading) => unknown;

const refuse = (value: unknown, type: string): never => {
  throw new Error(`${JSON.stringify(value)?.slice(0, 100)} is not a ${type}`);
};

const integer =
  (name: string, bits: number): Coerce =>
  (value) => {
    const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
    if (!/^[+-]?\d+$/.test(text)) return refuse(value, name);
    const number = BigInt(text);
    const limit = 1n << BigInt(bits - 1);
    if (number < -limit || number >= limit) return refuse(value, name);
    return text.replace(/^\+/, "");
  };

const real: Coerce = (value) => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : refuse(value, "number");
};

const text: Coerce = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** Values of plain types as DuckDB's JSON reader takes them without doubt. */
const PLAIN: Readonly<Record<string, Coerce>> = {
  string: text,
  varchar: text,
  char: text,
  binary: text,
  boolean: (value) => {
    if (typeof value === "boolean") return value;
    const word = typeof value === "string" ? value.toLowerCase() : "";
    return word === "true" || word === "false" ? word === "true" : refuse(value, "boolean");
  },
  tinyint: integer("tinyint", 8),
  smallint: integer("smallint", 16),
  int: integer("int", 32),
  integer: integer("int", 32),
  bigint: integer("bigint", 64),
  float: real,
  double: real,
  date: (value) => (typeof value === "string" && isDay(value) ? value : refuse(value, "date (yyyy-MM-dd)")),
  timestamp: (value, { timestampFormats }) => timestamp(value, timestampFormats),
};

function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** Whole numbers of 13 digits count milliseconds, smaller ones seconds, as the OpenX SerDe reads them. */
const MILLIS_FROM = 100_000_000_000;

function timestamp(value: unknown, formats: readonly string[]): string {
  if (typeof value === "number" && Number.isFinite(value)) {
    const millis = formats.includes("millis") || Math.abs(value) >= MILLIS_FROM ? value : value * 1000;
    return sqlTime(millis);
  }
  const match =
    typeof value === "string" &&
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?$/.exec(value.trim());
  if (!match || !isDay(match[1] ?? "")) return refuse(value, "timestamp");
  const [, day, clock = "00:00:00", fraction = "", zone] = match;
  const time = Date.parse(
    `${day}T${clock}${fraction.slice(0, 4)}${(zone ?? "Z").replace(/(\d\d)(\d\d)$/, "$1:$2")}`,
  );
  return Number.isNaN(time) ? refuse(value, "timestamp") : sqlTime(time);
}

function sqlTime(millis: number): string {
  const date = new Date(millis);
  return Number.isNaN(date.getTime())
    ? refuse(millis, "timestamp")
    : date.toISOString().replace("T", " ").slice(0, -1);
}

/** A JSON value as a value of the type, ready for the JSON that DuckDB reads; throws when it is none. */
export function coerce(value: unknown, type: HiveType, reading: Reading): unknown {
  if (value === null || value === undefined) return null;
  if (type.kind === "plain") return PLAIN[type.name]?.(value, reading);
  if (type.kind === "decimal") return decimal(value, type);
  if (type.kind === "array")
    return Array.isArray(value)
      ? value.map((entry) => coerce(entry, type.of, reading))
      : refuse(value, "array");
  if (typeof value !== "object" || Array.isArray(value)) return refuse(value, type.kind);
  if (type.kind === "map")
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, coerce(entry, type.value, reading)]),
    );
  const byName = new Map(Object.entries(value).map(([key, entry]) => [key.toLowerCase(), entry as unknown]));
  return Object.fromEntries(
    type.fields.map(({ name, type: of }) => [name, coerce(byName.get(name), of, reading)]),
  );
}

function decimal(value: unknown, { precision, scale }: { precision: number; scale: number }): string {
  const digits = typeof value === "number" || typeof value === "string" ? String(value).trim() : "";
  if (!/^[+-]?\d+(\.\d+)?$/.test(digits)) return refuse(value, "decimal");
  const whole = digits.replace(/^[+-]?0*/, "").split(".")[0] ?? "";
  return whole.length > precision - scale ? refuse(value, `decimal(${precision},${scale})`) : digits;
}
