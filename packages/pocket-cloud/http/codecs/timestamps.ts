import type { NormalizedSchema } from "@smithy/core/schema";

export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds";

const DATE_TIME = 5;
const HTTP_DATE = 6;
const EPOCH_SECONDS = 7;

/** The format in the member's schema, or the protocol's default. */
export function timestampFormat(schema: NormalizedSchema, fallback: TimestampFormat): TimestampFormat {
  switch (schema.getSchema()) {
    case DATE_TIME:
      return "date-time";
    case HTTP_DATE:
      return "http-date";
    case EPOCH_SECONDS:
      return "epoch-seconds";
    default:
      return fallback;
  }
}

/** Undefined when the value is not a timestamp. Reads text in every format, because clients differ. */
export function readTimestamp(value: unknown, format: TimestampFormat): Date | undefined {
  if (typeof value === "number") return valid(new Date(Math.round(value * 1000)));
  if (typeof value !== "string" || value === "") return undefined;
  if (format === "epoch-seconds" || /^-?\d+(\.\d+)?$/.test(value)) {
    const seconds = Number(value);
    if (!Number.isNaN(seconds)) return valid(new Date(Math.round(seconds * 1000)));
  }
  return valid(new Date(value));
}

export function writeTimestamp(value: Date, format: TimestampFormat): string | number {
  if (format === "epoch-seconds") return value.getTime() / 1000;
  return format === "http-date" ? value.toUTCString() : value.toISOString();
}

const valid = (date: Date): Date | undefined => (Number.isNaN(date.getTime()) ? undefined : date);
