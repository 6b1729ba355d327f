import type { Kind, Type } from "../../../../trino-duckdb";

/** Formats are Joda patterns or "millis". Without formats the SerDe's own rules apply. */
type Coerce = (value: unknown, timestampFormats: readonly string[]) => unknown;

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

/** Coercions of the types without parameters, to JSON values that DuckDB's JSON reader accepts for them. */
const SIMPLE: Readonly<Partial<Record<Kind, Coerce>>> = {
  varchar: text,
  char: text,
  varbinary: text,
  boolean: (value) => {
    if (typeof value === "boolean") return value;
    const word = typeof value === "string" ? value.toLowerCase() : "";
    return word === "true" || word === "false" ? word === "true" : refuse(value, "boolean");
  },
  tinyint: integer("tinyint", 8),
  smallint: integer("smallint", 16),
  integer: integer("int", 32),
  bigint: integer("bigint", 64),
  real,
  double: real,
  date: (value) => (typeof value === "string" && isDay(value) ? value : refuse(value, "date (yyyy-MM-dd)")),
  timestamp,
};

function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** As in the OpenX SerDe, numbers from here on are milliseconds and smaller ones are seconds. */
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

/** Coerces a JSON value to one that DuckDB's JSON reader accepts for the type. Throws when the value does not fit. */
export function coerce(value: unknown, type: Type, timestampFormats: readonly string[]): unknown {
  if (value === null || value === undefined) return null;
  if (type.kind === "decimal") return decimal(value, type);
  if (type.kind === "array")
    return Array.isArray(value)
      ? value.map((entry) => coerce(entry, type.element, timestampFormats))
      : refuse(value, "array");
  if (type.kind !== "map" && type.kind !== "row") return SIMPLE[type.kind]?.(value, timestampFormats);
  if (typeof value !== "object" || Array.isArray(value))
    return refuse(value, type.kind === "row" ? "struct" : "map");
  const entries = Object.entries(value);
  if (type.kind === "map")
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, coerce(entry, type.value, timestampFormats)]),
    );
  const byName = new Map(entries.map(([key, entry]) => [key.toLowerCase(), entry as unknown]));
  return Object.fromEntries(
    type.fields.map(({ name = "", type: field }) => [
      name,
      coerce(byName.get(name), field, timestampFormats),
    ]),
  );
}

function decimal(value: unknown, { precision, scale }: { precision: number; scale: number }): string {
  const digits = typeof value === "number" || typeof value === "string" ? String(value).trim() : "";
  if (!/^[+-]?\d+(\.\d+)?$/.test(digits)) return refuse(value, "decimal");
  const whole = digits.replace(/^[+-]?0*/, "").split(".")[0] ?? "";
  return whole.length > precision - scale ? refuse(value, `decimal(${precision},${scale})`) : digits;
}
