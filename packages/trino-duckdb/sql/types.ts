import { notSupported } from "./failure";

/** Trino's types, as far as Athena supports them. */
export type Type =
  | { readonly kind: Simple }
  | { readonly kind: "varchar"; readonly length?: number }
  | { readonly kind: "char"; readonly length: number }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "time"; readonly precision: number }
  | { readonly kind: "timestamp"; readonly precision: number }
  /** The zone is part of the type: values of one column cannot have different zones. */
  | { readonly kind: "timestamp with time zone"; readonly precision: number; readonly zone: string }
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "row"; readonly fields: readonly RowField[] };

export interface RowField {
  readonly name?: string;
  readonly type: Type;
}

export type Simple =
  | "unknown"
  | "boolean"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "real"
  | "double"
  | "date"
  | "varbinary"
  | "json"
  | "uuid"
  /** Sixteen bytes in DuckDB; those of IPv4 as in IPv6. */
  | "ipaddress"
  | "interval day to second"
  | "interval year to month";

export type Kind = Type["kind"];

export const BOOLEAN: Type = { kind: "boolean" };
export const INTEGER: Type = { kind: "integer" };
export const BIGINT: Type = { kind: "bigint" };
export const DOUBLE: Type = { kind: "double" };
export const VARCHAR: Type = { kind: "varchar" };
export const DATE: Type = { kind: "date" };
export const UNKNOWN: Type = { kind: "unknown" };
export const VARBINARY: Type = { kind: "varbinary" };
export const JSON_TYPE: Type = { kind: "json" };
export const timeType = (precision = 3): Type => ({ kind: "time", precision });
export const timestamp = (precision = 3): Type => ({ kind: "timestamp", precision });
export const timestampTz = (zone = "UTC", precision = 3): Type => ({
  kind: "timestamp with time zone",
  precision,
  zone,
});
export const decimal = (precision: number, scale: number): Type => ({ kind: "decimal", precision, scale });
export const array = (element: Type): Type => ({ kind: "array", element });
export const map = (key: Type, value: Type): Type => ({ kind: "map", key, value });

const integers: readonly Kind[] = ["tinyint", "smallint", "integer", "bigint"];
export const isInteger = (type: Type): boolean => integers.includes(type.kind);
export const isFloating = (type: Type): boolean => type.kind === "double" || type.kind === "real";
export const isNumeric = (type: Type): boolean =>
  isInteger(type) || isFloating(type) || type.kind === "decimal";
export const isText = (type: Type): boolean => type.kind === "varchar" || type.kind === "char";

/** Trino's name of a type: "varchar(3)", "decimal(10,2)", "row(f integer)". */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "varchar":
      return type.length === undefined ? "varchar" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "time":
      return `time(${type.precision})`;
    case "timestamp":
      return `timestamp(${type.precision})`;
    case "timestamp with time zone":
      return `timestamp(${type.precision}) with time zone`;
    case "array":
      return `array(${typeName(type.element)})`;
    case "map":
      return `map(${typeName(type.key)}, ${typeName(type.value)})`;
    case "row":
      return `row(${type.fields.map((field) => (field.name ? `"${field.name}" ` : "") + typeName(field.type)).join(", ")})`;
    default:
      return type.kind;
  }
}

/** DuckDB's name of a type. */
export function duckType(type: Type): string {
  switch (type.kind) {
    case "unknown":
      return "INTEGER";
    case "varchar":
    case "char":
      return "VARCHAR";
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "time":
      return "TIME";
    case "timestamp":
      return type.precision > 6 ? "TIMESTAMP_NS" : "TIMESTAMP";
    case "timestamp with time zone":
      return "TIMESTAMPTZ";
    case "array":
      return `${duckType(type.element)}[]`;
    case "map":
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    case "row":
      return `STRUCT(${type.fields.map((field, i) => `${quoteName(fieldName(field, i))} ${duckType(field.type)}`).join(", ")})`;
    default:
      return simpleDuckTypes[type.kind];
  }
}

const simpleDuckTypes: Readonly<Record<Exclude<Simple, "unknown">, string>> = {
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  integer: "INTEGER",
  bigint: "BIGINT",
  real: "FLOAT",
  double: "DOUBLE",
  date: "DATE",
  varbinary: "BLOB",
  json: "JSON",
  uuid: "UUID",
  ipaddress: "BLOB",
  "interval day to second": "INTERVAL",
  "interval year to month": "INTERVAL",
};

/** Athena calls unnamed fields field0, field1, …. */
export const fieldName = (field: RowField, index: number): string => field.name ?? `field${index}`;
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** DuckDB's parser ends a text at a NUL, so NUL is concatenated. */
export const quoteText = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\0") ? `(${quoted.replaceAll("\0", "' || chr(0) || '")})` : quoted;
};

export const sameType = (a: Type, b: Type): boolean =>
  JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

/** The type without field names, which do not distinguish types. */
function canonical(type: Type): unknown {
  if (type.kind === "row") return { kind: "row", fields: type.fields.map((field) => canonical(field.type)) };
  if (type.kind === "array") return { kind: "array", element: canonical(type.element) };
  if (type.kind === "map") return { kind: "map", key: canonical(type.key), value: canonical(type.value) };
  return type;
}

const asDecimal = (type: Type): { precision: number; scale: number } | undefined => {
  if (type.kind === "decimal") return type;
  const digits: Partial<Record<Kind, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };
  const precision = digits[type.kind];
  return precision === undefined ? undefined : { precision, scale: 0 };
};

const numericRank: readonly Kind[] = [
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "decimal",
  "real",
  "double",
];

/** The type that both can be implicitly coerced to; undefined if there is none. */
export function commonType(a: Type, b: Type): Type | undefined {
  if (sameType(a, b) && duckType(a) === duckType(b)) return a;
  if (a.kind === "unknown") return b;
  if (b.kind === "unknown") return a;
  if (isNumeric(a) && isNumeric(b)) return commonNumber(a, b);
  if (isText(a) && isText(b)) return commonText(a, b);
  if (a.kind === "array" && b.kind === "array") return wrap(commonType(a.element, b.element), array);
  if (a.kind === "map" && b.kind === "map") {
    const key = commonType(a.key, b.key);
    const value = commonType(a.value, b.value);
    return key && value && map(key, value);
  }
  if (a.kind === "row" && b.kind === "row") return commonRow(a.fields, b.fields);
  return commonTime(a, b);
}

function commonNumber(a: Type, b: Type): Type {
  const higher = numericRank.indexOf(a.kind) >= numericRank.indexOf(b.kind) ? a : b;
  if (higher.kind !== "decimal") return higher;
  const [left, right] = [asDecimal(a), asDecimal(b)];
  if (!left || !right) return higher;
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return decimal(Math.min(38, whole + scale), scale);
}

export const LONGEST_CHAR = 65_536;

function commonText(a: Type, b: Type): Type {
  const [x, y] = [a, b].map((type) => ("length" in type ? type.length : undefined));
  // io.trino.type.TypeCoercion: a varchar without a length becomes the longest char.
  if (a.kind === "char" || b.kind === "char")
    return { kind: "char", length: Math.max(x ?? LONGEST_CHAR, y ?? LONGEST_CHAR) };
  return x === undefined || y === undefined ? VARCHAR : { kind: "varchar", length: Math.max(x, y) };
}

function commonRow(a: readonly RowField[], b: readonly RowField[]): Type | undefined {
  if (a.length !== b.length) return undefined;
  const fields: RowField[] = [];
  for (const [i, field] of a.entries()) {
    const other = b[i];
    const type = other && commonType(field.type, other.type);
    if (!type) return undefined;
    fields.push(
      field.name !== undefined && field.name === other.name ? { name: field.name, type } : { type },
    );
  }
  return { kind: "row", fields };
}

const timeRank: readonly Kind[] = ["date", "timestamp", "timestamp with time zone"];

function commonTime(a: Type, b: Type): Type | undefined {
  if (a.kind === "time" && b.kind === "time") return timeType(Math.max(a.precision, b.precision));
  const [i, j] = [timeRank.indexOf(a.kind), timeRank.indexOf(b.kind)];
  if (i < 0 || j < 0) return undefined;
  const [low, high] = i <= j ? [a, b] : [b, a];
  const precision = Math.max(
    "precision" in low ? low.precision : 0,
    "precision" in high ? high.precision : 0,
  );
  if (high.kind === "timestamp") return timestamp(precision);
  if (high.kind !== "timestamp with time zone") return undefined;
  if (low.kind === "timestamp with time zone" && low.zone !== high.zone)
    return notSupported(`a column with values in two time zones, ${low.zone} and ${high.zone},`);
  // Trino reads a date or a timestamp in the zone of the session, which is UTC in Athena.
  if (low.kind !== "timestamp with time zone" && high.zone !== "UTC")
    return notSupported(`a column with values in two time zones, UTC and ${high.zone},`);
  return timestampTz(high.zone, precision);
}

/** Whether Trino implicitly coerces one type to another. */
export function coercible(from: Type, to: Type): boolean {
  if (to.kind === "varchar" && to.length === undefined && from.kind === "varchar") return true;
  if (from.kind === "timestamp" && to.kind === "timestamp") return true;
  if (from.kind === "time" && to.kind === "time") return true;
  if (from.kind === "timestamp with time zone" && to.kind === "timestamp with time zone") return true;
  const common = commonType(from, to);
  return common !== undefined && sameType(common, to);
}

const wrap = (type: Type | undefined, make: (type: Type) => Type): Type | undefined => type && make(type);
