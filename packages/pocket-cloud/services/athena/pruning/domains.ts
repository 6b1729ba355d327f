import { fail } from "../../../../trino-duckdb";

/** The values that a projected column can have. */
export interface Domain {
  has(value: string): boolean;
  /** The number of slashes in its values. */
  readonly slashes: number;
  readonly injected?: boolean;
}

type Parameters = Readonly<Record<string, string>>;

export function domainOf(key: string, parameters: Parameters, now: number): Domain {
  const property = (name: string): string | undefined => parameters[`projection.${key}.${name}`];
  const required = (name: string): string =>
    property(name) ??
    fail("INVALID_TABLE_PROPERTY", `the table property projection.${key}.${name} is missing`);
  const type = required("type").toLowerCase();
  const domain = domains[type];
  return domain
    ? domain(property, required, now)
    : fail(
        "INVALID_TABLE_PROPERTY",
        `projection.${key}.type is '${type}'; allowed: ${Object.keys(domains).join(", ")}`,
      );
}

type Make = (
  property: (name: string) => string | undefined,
  required: (name: string) => string,
  now: number,
) => Domain;

const domains: Readonly<Record<string, Make>> = {
  enum: (_property, required) => {
    const values = new Set(
      required("values")
        .split(",")
        .map((value) => value.trim()),
    );
    return { has: (value) => values.has(value), slashes: 0 };
  },
  injected: () => ({ has: () => true, slashes: 0, injected: true }),
  integer: (property, required) => {
    const [low, high] = required("range")
      .split(",")
      .map((bound) => BigInt(bound.trim()));
    const interval = BigInt(property("interval") ?? "1");
    const digits = property("digits");
    if (low === undefined || high === undefined)
      return fail("INVALID_TABLE_PROPERTY", `the range '${required("range")}' is not 'low,high'`);
    const text = (value: bigint) =>
      digits === undefined ? String(value) : String(value).padStart(Number(digits), "0");
    return {
      slashes: 0,
      has: (value) => {
        if (!/^-?\d+$/.test(value)) return false;
        const number = BigInt(value);
        return number >= low && number <= high && (number - low) % interval === 0n && text(number) === value;
      },
    };
  },
  date: (property, required, now) => {
    const format = dateFormat(required("format"));
    const [from = "", to = ""] = required("range")
      .split(",")
      .map((bound) => bound.trim());
    const [start, end] = [format.floor(format.bound(from, now)), format.bound(to, now)];
    const unit = (property("interval.unit") ?? format.smallest).toUpperCase().replace(/S$/, "");
    const interval = Number(property("interval") ?? "1");
    return {
      slashes: format.pattern.split("/").length - 1,
      has: (value) => {
        const at = format.parse(value);
        return at !== undefined && at >= start && at <= end && aligned(start, at, interval, unit);
      },
    };
  },
};

const fixed: Readonly<Record<string, number>> = {
  WEEK: 604_800_000,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
  MILLI: 1,
};

function aligned(start: number, at: number, interval: number, unit: string): boolean {
  if (interval <= 1) return true;
  const size = fixed[unit];
  if (size !== undefined) return (at - start) % (size * interval) === 0;
  const [a, b] = [new Date(start), new Date(at)];
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  return months % (unit === "YEAR" ? 12 * interval : interval) === 0;
}

const fieldNames = { y: "year", M: "month", d: "day", H: "hour", m: "minute", s: "second" } as const;
type FieldName = (typeof fieldNames)[keyof typeof fieldNames];
const order: readonly FieldName[] = ["year", "month", "day", "hour", "minute", "second"];
const unitOf: Readonly<Record<FieldName, string>> = {
  year: "YEAR",
  month: "MONTH",
  day: "DAY",
  hour: "HOUR",
  minute: "MINUTE",
  second: "SECOND",
};

/** Patterns, and texts of each, that are kept: each query reads the names of all days again. */
const MOST_FORMATS = 20;
const MOST_TEXTS = 10_000;
const formats = new Map<string, DateFormat>();

function dateFormat(pattern: string): DateFormat {
  const format = formats.get(pattern) ?? new DateFormat(pattern);
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(pattern, format);
  return format;
}

/** A Java date pattern of digits and separators, in UTC. */
class DateFormat {
  readonly #expression: RegExp;
  readonly #fields: FieldName[] = [];
  readonly #known = new Map<string, number | undefined>();

  constructor(readonly pattern: string) {
    const source = pattern.replace(
      /'([^']*)'|(y+|M+|d+|H+|m+|s+)|(.)/g,
      (_whole, quoted?: string, letters?: string, other?: string) => {
        if (letters !== undefined) {
          const field = fieldNames[letters[0] as keyof typeof fieldNames];
          if (letters.startsWith("MMM"))
            fail(
              "INVALID_TABLE_PROPERTY",
              `the date format '${pattern}' is not supported by the embedded cloud`,
            );
          this.#fields.push(field);
          return letters.length === 1 ? "(\\d{1,2})" : `(\\d{${letters.length}})`;
        }
        const text = quoted ?? other ?? "";
        if (/^[a-zA-Z]$/.test(other ?? ""))
          fail(
            "INVALID_TABLE_PROPERTY",
            `the date format '${pattern}' is not supported by the embedded cloud`,
          );
        return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
      },
    );
    this.#expression = new RegExp(`^${source}$`);
  }

  /** The smallest unit of the pattern, which is the default interval. */
  get smallest(): string {
    const last = order.filter((field) => this.#fields.includes(field)).pop() ?? "day";
    return unitOf[last];
  }

  parse(text: string): number | undefined {
    if (this.#known.has(text)) return this.#known.get(text);
    if (this.#known.size >= MOST_TEXTS) this.#known.clear();
    const at = this.#parse(text);
    this.#known.set(text, at);
    return at;
  }

  #parse(text: string): number | undefined {
    const match = this.#expression.exec(text);
    if (!match) return undefined;
    const parts: Partial<Record<FieldName, number>> = {};
    for (const [i, field] of this.#fields.entries()) parts[field] = Number(match[i + 1]);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const at = Date.UTC(year, month - 1, day, hour, minute, second);
    const back = new Date(at);
    return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? at : undefined;
  }

  /** Rounds down to the smallest unit. */
  floor(at: number): number {
    const date = new Date(at);
    const depth = order.indexOf(
      (Object.entries(unitOf).find(([, unit]) => unit === this.smallest)?.[0] ?? "day") as FieldName,
    );
    const all = [
      date.getUTCFullYear(),
      date.getUTCMonth(),
      date.getUTCDate(),
      date.getUTCHours(),
      date.getUTCMinutes(),
      date.getUTCSeconds(),
    ];
    const [year = 1970, month = 0, day = 1, hour = 0, minute = 0, second = 0] = all.slice(0, depth + 1);
    return Date.UTC(year, month, day, hour, minute, second);
  }

  /** Parses a date of the format, or NOW with an offset: NOW-3YEARS, NOW+1DAY. */
  bound(text: string, now: number): number {
    const plain = this.parse(text);
    if (plain !== undefined) return plain;
    const match = /^NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLI)S?)?$/i.exec(
      text,
    );
    if (!match)
      return fail(
        "INVALID_TABLE_PROPERTY",
        `'${text}' in a projected range is neither a date of the format ${this.pattern} nor NOW with an offset`,
      );
    const [, sign = "+", count = "0", unit = "DAY"] = match;
    return shifted(now, Number(`${sign}${count}`), unit.toUpperCase());
  }
}

function shifted(now: number, count: number, unit: string): number {
  const size = fixed[unit];
  if (size !== undefined) return now + count * size;
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() + count * (unit === "YEAR" ? 12 : 1));
  return date.getTime();
}
