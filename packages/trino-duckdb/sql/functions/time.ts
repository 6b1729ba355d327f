import { roundTime } from "../casts/temporal";
import { build, type Expr, make } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { milliseconds, months } from "../intervals";
import { raise } from "../raise";
import { BIGINT, DATE, quoteText, type Type, timestamp, timestampTz } from "../types";
import { arg, type Invocation, scalars } from "./entry";

/** The wall-clock time of a value in its zone. Fields such as the hour are read from it. */
export function local(expr: Expr): Expr {
  if (expr.type.kind !== "timestamp with time zone") return expr;
  return make(timestamp(expr.type.precision))`timezone('${expr.type.zone}', ${expr})`;
}

/** Converts wall-clock time back to the argument's type. */
function restore(expr: Expr, like: Type): Expr {
  if (like.kind === "timestamp with time zone")
    return make(like)`timezone('${like.zone}', CAST(${expr} AS TIMESTAMP))`;
  return like.kind === "date" ? make(DATE)`CAST(${expr} AS DATE)` : { ...expr, type: like };
}

export function constant(expr: Expr, what: string, node: Node): string {
  if (typeof expr.literal === "string") return expr.literal;
  return fail("NOT_SUPPORTED", `${what} that is not a constant is not supported by the embedded cloud`, node);
}

const units = ["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];

function unitOf(call: Invocation, smallest: "second" | "millisecond"): string {
  const unit = constant(arg(call, 0), "a unit", call.node).toLowerCase();
  const dated = call.args[call.args.length - 1]?.type.kind === "date";
  const allowed = units.slice(dated ? units.indexOf("day") : units.indexOf(smallest));
  if (allowed.includes(unit)) return unit;
  return fail(
    "INVALID_FUNCTION_ARGUMENT",
    `'${unit}' is not a valid ${dated ? "DATE" : "TIMESTAMP"} field`,
    call.node,
  );
}

function truncate(call: Invocation): Expr {
  const value = arg(call, 1);
  const unit = unitOf(call, "millisecond");
  return restore(build(value.type, [`date_trunc('${unit}', `, local(value), ")"]), value.type);
}

const intervalOf: Readonly<Record<string, string>> = {
  millisecond: "to_milliseconds(@)",
  second: "to_seconds(@)",
  minute: "to_minutes(@)",
  hour: "to_hours(@)",
  day: "to_days(CAST(@ AS INTEGER))",
  week: "to_days(CAST(7 * @ AS INTEGER))",
  month: "to_months(CAST(@ AS INTEGER))",
  quarter: "to_months(CAST(3 * @ AS INTEGER))",
  year: "to_years(CAST(@ AS INTEGER))",
};

function add(call: Invocation): Expr {
  const value = arg(call, 2);
  const unit = unitOf(call, "millisecond");
  const [before = "", after = ""] = (intervalOf[unit] ?? "").split("@");
  const shifted = build(timestamp(6), ["(", local(value), " + ", before, arg(call, 1), after, ")"]);
  const finer = unit === "millisecond" && precisionOf(value.type) < 3;
  return restore(finer ? roundTime(shifted, timestamp(precisionOf(value.type))) : shifted, value.type);
}

/** Counts whole elapsed units. DuckDB's date_diff counts crossed boundaries. */
function difference(call: Invocation): Expr {
  const unit = unitOf(call, "millisecond");
  return call.result`date_sub('${unit}', ${local(arg(call, 1))}, ${local(arg(call, 2))})`;
}

const fields: Readonly<Record<string, string>> = {
  year: "year(@)",
  quarter: "quarter(@)",
  month: "month(@)",
  week: "weekofyear(@)",
  week_of_year: "weekofyear(@)",
  day: "day(@)",
  day_of_month: "day(@)",
  day_of_week: "isodow(@)",
  dow: "isodow(@)",
  day_of_year: "dayofyear(@)",
  doy: "dayofyear(@)",
  year_of_week: "isoyear(@)",
  yow: "isoyear(@)",
};
const clockFields: Readonly<Record<string, string>> = {
  hour: "hour(@)",
  minute: "minute(@)",
  second: "second(@)",
  millisecond: "(millisecond(@) % 1000)",
};

/** Fields of an interval in milliseconds. Days have no upper limit. */
const dayTimeFields: Readonly<Record<string, string>> = {
  day: "(@ // 86400000)",
  hour: "(@ % 86400000 // 3600000)",
  minute: "(@ % 3600000 // 60000)",
  second: "(@ % 60000 // 1000)",
  millisecond: "(@ % 1000)",
};
const yearMonthFields: Readonly<Record<string, string>> = { year: "(@ // 12)", month: "(@ % 12)" };
const zoneFields: Readonly<Record<string, string>> = {
  timezone_hour: "(@ // 60)",
  timezone_minute: "(@ % 60)",
};

const filled = (template: string | undefined, value: Expr): Expr | undefined => {
  const [before = "", after = ""] = template?.split("@") ?? [];
  return template === undefined ? undefined : build(BIGINT, [before, value, after]);
};

/** The zone's offset from UTC in minutes. */
const offsetMinutes = (value: Expr): Expr =>
  make(BIGINT)`date_diff('minute', timezone('UTC', ${value}), ${local(value)})`;

/** A field by its name, for year(x) and EXTRACT(YEAR FROM x); undefined if the type does not have it. */
export function extract(field: string, value: Expr): Expr | undefined {
  const { kind } = value.type;
  if (kind === "interval day to second") return filled(dayTimeFields[field], milliseconds(value));
  if (kind === "interval year to month") return filled(yearMonthFields[field], months(value));
  if (kind === "timestamp with time zone" && field in zoneFields)
    return filled(zoneFields[field], offsetMinutes(value));
  const template = fields[field] ?? (value.type.kind === "date" ? undefined : clockFields[field]);
  return filled(template, local(value));
}

const fieldFunctions = (names: object, takes: string) =>
  Object.keys(names).map((name) => ({
    name,
    takes: [takes],
    returns: "bigint",
    sql: (call: Invocation) => extract(name, arg(call, 0)) ?? arg(call, 0),
  }));

const epoch = (expr: Expr): Expr => make(BIGINT)`epoch_us(${expr})`;

const zoned = (call: Invocation, expr: Expr, zone: Expr): Expr => {
  const name = constant(zone, "a time zone", call.node);
  return { ...expr, type: timestampTz(checkedZone(name, call.node), precisionOf(arg(call, 0).type)) };
};

const precisionOf = (type: Type): number => ("precision" in type ? type.precision : 3);

export function checkedZone(name: string, node: Node): string {
  if (/^[+-]\d/.test(name) && !/^[+-]00:?00$/.test(name))
    return notSupported(`the time zone offset ${name}`, node);
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    fail("INVALID_FUNCTION_ARGUMENT", `'${name}' is not a valid time zone`, node);
  }
  return /^(utc|gmt|z|[+-]00:?00)$/i.test(name) ? "UTC" : name;
}

const fromSeconds = (call: Invocation): Expr =>
  make(timestampTz())`make_timestamptz(CAST(round(${arg(call, 0)} * 1000) AS BIGINT) * 1000)`;

export const time = scalars([
  {
    name: "date",
    takes: ["any datetime"],
    returns: "date",
    sql: (call) => make(DATE)`CAST(${local(arg(call, 0))} AS DATE)`,
  },
  { name: "date_trunc", takes: ["varchar", "any datetime"], returns: "any datetime", sql: truncate },
  { name: "date_add", takes: ["varchar", "bigint", "any datetime"], returns: "any datetime", sql: add },
  {
    name: "date_diff",
    takes: ["varchar", "any datetime", "any datetime"],
    returns: "bigint",
    sql: difference,
  },
  ...fieldFunctions(fields, "any datetime"),
  ...fieldFunctions(clockFields, "any timestamp"),
  ...fieldFunctions(dayTimeFields, "interval day to second"),
  ...fieldFunctions(yearMonthFields, "interval year to month"),
  ...fieldFunctions(zoneFields, "timestamp with time zone"),
  {
    name: "last_day_of_month",
    takes: ["any datetime"],
    returns: "date",
    sql: (call) => make(DATE)`last_day(${local(arg(call, 0))})`,
  },
  { name: "now", takes: [], returns: "timestamp with time zone", sql: (call) => instant(call.session.now) },
  { name: "from_unixtime", takes: ["double"], returns: "timestamp with time zone", sql: fromSeconds },
  {
    name: "from_unixtime",
    takes: ["double", "varchar"],
    returns: "timestamp with time zone",
    sql: (call) => ({
      ...fromSeconds(call),
      type: timestampTz(checkedZone(constant(arg(call, 1), "a time zone", call.node), call.node)),
    }),
  },
  {
    name: "from_unixtime_nanos",
    takes: ["bigint"],
    returns: "timestamp with time zone",
    sql: (call) => {
      const value = arg(call, 0);
      const finer = raise(
        call.type,
        "NOT_SUPPORTED",
        "a fraction of a microsecond is not supported by the embedded cloud",
      );
      const result = make(timestampTz("UTC", 9));
      return result`CASE WHEN ${value} % 1000 <> 0 THEN ${finer} ELSE make_timestamptz(${value} // 1000) END`;
    },
  },
  {
    name: "to_unixtime",
    takes: ["any datetime"],
    returns: "double",
    sql: (call) => call.result`(${epoch(arg(call, 0))} / CAST(1000000 AS DOUBLE))`,
  },
  {
    name: "to_milliseconds",
    takes: ["interval day to second"],
    returns: "bigint",
    sql: (call) => milliseconds(arg(call, 0)),
  },
  {
    name: "at_timezone",
    takes: ["any timestamp", "varchar"],
    returns: "any timestamp",
    sql: (call) => atTimeZone(arg(call, 0), constant(arg(call, 1), "a time zone", call.node), call.node),
  },
  {
    name: "with_timezone",
    takes: ["timestamp", "varchar"],
    returns: "timestamp with time zone",
    sql: (call) =>
      zoned(
        call,
        call.result`timezone(${quoteText(checkedZone(constant(arg(call, 1), "a time zone", call.node), call.node))}, ${arg(call, 0)})`,
        arg(call, 1),
      ),
  },
]);

export function atTimeZone(value: Expr, zone: string, node: Node): Expr {
  const name = checkedZone(zone, node);
  if (value.type.kind === "timestamp with time zone")
    return { ...value, type: timestampTz(name, value.type.precision) };
  return make(timestampTz(name, precisionOf(value.type)))`timezone('UTC', ${value})`;
}

/** The query's start as a constant: now() returns the same value throughout a query. */
export const instant = (now: number, precision = 3): Expr =>
  make(timestampTz("UTC", precision))`make_timestamptz(${String(Math.trunc(now) * 1000)})`;
