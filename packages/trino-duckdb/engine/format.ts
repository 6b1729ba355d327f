import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { Kind, Type } from "../sql/types";
import { offsetMinutes } from "../sql/zones";
import { ipText } from "./functions/ip-addresses";
import { dayTimeText, javaText, shortestReal, yearMonthText } from "./numbers";

/** The text of a value in results; null for NULL. */
export type Format = (value: DuckDBValue) => string | null;

/** The text of each type in Athena's results. */
const formats: Readonly<Record<Kind, (type: Type) => (value: DuckDBValue) => string>> = {
  unknown: () => String,
  boolean: () => String,
  tinyint: () => String,
  smallint: () => String,
  integer: () => String,
  bigint: () => String,
  real: () => (value) => javaText(shortestReal(Number(value))),
  double: () => (value) => javaText(Number(value)),
  decimal: () => (value) => (value instanceof DuckDBDecimalValue ? value.toString() : String(value)),
  varchar: () => String,
  char: (type) => (value) => String(value).padEnd(type.kind === "char" ? type.length : 0),
  varbinary: () => (value) => (value instanceof DuckDBBlobValue ? hexOf(value.bytes) : String(value)),
  json: () => String,
  uuid: () => String,
  ipaddress: () => (value) => (value instanceof DuckDBBlobValue ? ipText(value.bytes) : String(value)),
  date: () => (value) =>
    value instanceof DuckDBDateValue
      ? new Date(value.days * 86_400_000).toISOString().replace(/T.*$/, "").replace(/^\+0/, "+")
      : String(value),
  time: (type) => (value) =>
    value instanceof DuckDBTimeValue ? timeText(value.micros, precisionOf(type)).slice(11) : String(value),
  timestamp: (type) => (value) =>
    value instanceof DuckDBTimestampValue ? timeText(value.micros, precisionOf(type)) : String(value),
  "timestamp with time zone": (type) =>
    zonedFormat(type.kind === "timestamp with time zone" ? type.zone : "UTC", precisionOf(type)),
  "interval day to second": () => (value) =>
    value instanceof DuckDBIntervalValue
      ? dayTimeText(BigInt(value.days) * 86_400_000n + value.micros / 1000n)
      : String(value),
  "interval year to month": () => (value) =>
    value instanceof DuckDBIntervalValue ? yearMonthText(value.months) : String(value),
  array: (type) => {
    const element = formatOf(type.kind === "array" ? type.element : type);
    return (value) =>
      value instanceof DuckDBListValue
        ? `[${value.items.map((item) => element(item) ?? "null").join(", ")}]`
        : String(value);
  },
  map: (type) => {
    if (type.kind !== "map") return String;
    const [key, item] = [formatOf(type.key), formatOf(type.value)];
    return (value) =>
      value instanceof DuckDBMapValue
        ? `{${value.entries.map((entry) => `${key(entry.key) ?? "null"}=${item(entry.value) ?? "null"}`).join(", ")}}`
        : String(value);
  },
  row: (type) => {
    const fields = type.kind === "row" ? type.fields : [];
    const texts = fields.map((field) => formatOf(field.type));
    return (value) =>
      value instanceof DuckDBStructValue
        ? `{${Object.values(value.entries)
            .map((one, i) => `${fields[i]?.name ?? `field${i}`}=${texts[i]?.(one) ?? "null"}`)
            .join(", ")}}`
        : String(value);
  },
};

export function formatOf(type: Type): Format {
  const format = formats[type.kind](type);
  return (value) => (value === null ? null : format(value));
}

const precisionOf = (type: Type): number => ("precision" in type ? type.precision : 3);

/** A timestamp with as many fractional digits as the type has. */
function timeText(micros: bigint, precision: number): string {
  const millis = micros >= 0n || micros % 1000n === 0n ? micros / 1000n : micros / 1000n - 1n;
  const rest = Number(micros - millis * 1000n);
  const text = new Date(Number(millis)).toISOString().slice(0, 23).replace("T", " ");
  const length = precision === 0 ? 19 : 20 + precision;
  return precision <= 3
    ? text.slice(0, length)
    : `${text}${String(rest).padStart(3, "0")}`.padEnd(length, "0").slice(0, length);
}

function zonedFormat(zone: string, precision: number): (value: DuckDBValue) => string {
  if (zone === "UTC")
    return (value) =>
      value instanceof DuckDBTimestampTZValue ? `${timeText(value.micros, precision)} UTC` : String(value);
  const minutes = offsetMinutes(zone);
  if (minutes !== undefined)
    return (value) =>
      value instanceof DuckDBTimestampTZValue
        ? `${timeText(value.micros + BigInt(minutes) * 60_000_000n, precision)} ${zone}`
        : String(value);
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return (value) => {
    if (!(value instanceof DuckDBTimestampTZValue)) return String(value);
    const fraction = timeText(value.micros, precision).slice(19);
    return `${clock.format(new Date(Number(value.micros / 1000n)))}${fraction} ${zone}`;
  };
}

const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/..(?!$)/g, "$& ");
