import { roundTime } from "../casts/temporal";
import { build, type Expr, make, type Part } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { milliseconds, months } from "../intervals";
import { raise } from "../raise";
import { BIGINT, DATE, quoteText, type Type, timestamp, timestampTz } from "../types";
import { checkedZone, instantOf, offsetName, wallClock } from "../zones";
import { arg, type Invocation, scalars } from "./entry";

/** The wall-clock time of a value in its zone. Fields such as the hour are read from it. */
export function local(expr: Expr): Expr {
  return wallClock(expr);
}

/** Converts wall-clock time back to the argument's type. */
function restore(expr: Expr, like: Type): Expr {
  if (like.kind === "timestamp with time zone") return instantOf(expr, like);
  return like.kind === "date" ? make(DATE)`CAST(${expr} AS DATE)` : { ...expr, type: like };
}

export function constant(expr: Expr, what: string, node: Node): string {
  if (typeof expr.literal === "string") return expr.literal;
  return fail("NOT_SUPPORTED", `${what} that is not a constant is not supported by the embedded cloud`, node);
}

const units = ["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];

/** The units of a function for its last argument's type. */
function unitsFor(call: Invocation): readonly string[] {
  const kind = call.args[call.args.length - 1]?.type.kind;
  const first = units.indexOf(kind === "date" ? "day" : "millisecond");
  return units.slice(first, kind === "time" ? units.indexOf("day") : units.length);
}

/** Compiles a call for its unit. A unit that is not a constant chooses among the calls for all units. */
function byUnit(compile: (unit: string, call: Invocation) => Expr): (call: Invocation) => Expr {
  return (call) => {
    const [given, allowed] = [arg(call, 0), unitsFor(call)];
    const { kind } = call.args[call.args.length - 1]?.type ?? { kind: "unknown" };
    const name = kind === "date" ? "DATE" : kind === "time" ? "TIME" : "TIMESTAMP";
    const wrong = (unit: string) => `'${unit}' is not a valid ${name} field`;
    if (typeof given.literal === "string") {
      const unit = given.literal.toLowerCase();
      if (!allowed.includes(unit)) fail("INVALID_FUNCTION_ARGUMENT", wrong(given.literal), call.node);
      return compile(unit, call);
    }
    const calls = allowed.map((unit) => compile(unit, call));
    const type = calls[0]?.type ?? call.type;
    const bad = raise(type, "INVALID_FUNCTION_ARGUMENT", ["'", given, `' is not a valid ${name} field`]);
    const whens = allowed.flatMap((unit, i): Part[] => [` WHEN '${unit}' THEN `, calls[i] ?? "NULL"]);
    const isNull = call.args.flatMap((one, i): Part[] => [i === 0 ? "" : " OR ", one, " IS NULL"]);
    return build(type, [
      "CASE WHEN ",
      ...isNull,
      " THEN NULL ELSE CASE lower(",
      given,
      ")",
      ...whens,
      " ELSE ",
      bad,
      " END END",
    ]);
  };
}

/** A time of day as a timestamp, for DuckDB's functions of timestamps. */
const onAnyDay = (time: Expr): Expr => make(timestamp(6))`(DATE '2000-01-01' + ${time})`;

const timeOf = (value: Expr, like: Type): Expr => make(like)`CAST(${value} AS TIME)`;

function truncate(unit: string, call: Invocation): Expr {
  const value = arg(call, 1);
  if (value.type.kind === "time")
    return timeOf(build(value.type, [`date_trunc('${unit}', `, onAnyDay(value), ")"]), value.type);
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

function add(unit: string, call: Invocation): Expr {
  const value = arg(call, 2);
  const [before = "", after = ""] = (intervalOf[unit] ?? "").split("@");
  const start = value.type.kind === "time" ? onAnyDay(value) : local(value);
  const count = arg(call, 1);
  const inDay = { millisecond: 86_400_000, second: 86_400, minute: 1440, hour: 24 }[unit];
  const added = value.type.kind === "time" ? make(BIGINT)`(${count} % ${String(inDay)})` : count;
  const shifted = build(timestamp(6), ["(", start, " + ", before, added, after, ")"]);
  if (value.type.kind === "time") return timeOf(shifted, value.type);
  const finer = unit === "millisecond" && precisionOf(value.type) < 3;
  return restore(finer ? roundTime(shifted, timestamp(precisionOf(value.type))) : shifted, value.type);
}

/** What date_diff counts from: the wall clock, or for units within a day the instant. Trino cuts microseconds off. */
function clockOf(value: Expr, unit: string): Expr {
  if (value.type.kind === "time") return onAnyDay(value);
  const within = units.indexOf(unit) < units.indexOf("day");
  const clock =
    within && value.type.kind === "timestamp with time zone"
      ? make(timestamp(value.type.precision))`timezone('UTC', ${value})`
      : local(value);
  return "precision" in value.type && value.type.precision > 3
    ? make(timestamp(3))`date_trunc('millisecond', ${clock})`
    : clock;
}

/** Counts whole elapsed units. DuckDB's date_diff counts crossed boundaries. */
function difference(unit: string, call: Invocation): Expr {
  const [from, to] = [clockOf(arg(call, 1), unit), clockOf(arg(call, 2), unit)];
  return call.result`date_sub('${unit}', ${from}, ${to})`;
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
  day_of_month: "(@ // 86400000)",
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
const zoneMinutes = (value: Expr): Expr =>
  make(BIGINT)`date_diff('minute', timezone('UTC', ${value}), ${local(value)})`;

/** A field by its name, for year(x) and EXTRACT(YEAR FROM x); undefined if the type does not have it. */
export function extract(field: string, value: Expr): Expr | undefined {
  const { kind } = value.type;
  if (kind === "interval day to second") return filled(dayTimeFields[field], milliseconds(value));
  if (kind === "interval year to month") return filled(yearMonthFields[field], months(value));
  if (kind === "timestamp with time zone" && field in zoneFields)
    return filled(zoneFields[field], zoneMinutes(value));
  if (kind === "time") return filled(clockFields[field], onAnyDay(value));
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

const precisionOf = (type: Type): number => ("precision" in type ? type.precision : 3);

const fromSeconds = (call: Invocation): Expr =>
  make(timestampTz())`make_timestamptz(CAST(round(${arg(call, 0)} * 1000) AS BIGINT) * 1000)`;

export const time = scalars([
  {
    name: "date",
    takes: ["any datetime"],
    returns: "date",
    sql: (call) => make(DATE)`CAST(${local(arg(call, 0))} AS DATE)`,
  },
  ...["any datetime", "time"].flatMap((type) => [
    { name: "date_trunc", takes: ["varchar", type], returns: type, sql: byUnit(truncate) },
    { name: "date_add", takes: ["varchar", "bigint", type], returns: type, sql: byUnit(add) },
  ]),
  ...[
    ["date", "date"],
    ["time", "time"],
    ["timestamp", "timestamp"],
    ["timestamp with time zone", "timestamp with time zone"],
  ].map((pair) => ({
    name: "date_diff",
    takes: ["varchar", ...pair],
    returns: "bigint",
    sql: byUnit(difference),
  })),
  ...fieldFunctions(fields, "any datetime"),
  ...fieldFunctions(clockFields, "any timestamp"),
  ...fieldFunctions(clockFields, "time"),
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
    name: "from_unixtime",
    takes: ["double", "bigint", "bigint"],
    returns: "timestamp with time zone",
    sql: (call) => {
      const [hours, minutes] = [arg(call, 1).literal, arg(call, 2).literal];
      if (typeof hours !== "number" || typeof minutes !== "number")
        return notSupported("a time zone that is not a constant", call.node);
      return { ...fromSeconds(call), type: timestampTz(offsetName(60 * hours + minutes)) };
    },
  },
  {
    name: "from_unixtime_nanos",
    takes: ["decimal(p,s)"],
    returns: "timestamp with time zone",
    sql: (call) => notSupported("from_unixtime_nanos of a decimal", call.node),
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
    name: "timezone",
    takes: ["timestamp with time zone"],
    returns: "varchar",
    sql: (call) => {
      const { type } = arg(call, 0);
      const zone = type.kind === "timestamp with time zone" ? type.zone : "UTC";
      return call.result`CASE WHEN ${arg(call, 0)} IS NOT NULL THEN ${quoteText(zone)} END`;
    },
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
    sql: (call) => {
      const zone = checkedZone(constant(arg(call, 1), "a time zone", call.node), call.node);
      const type = {
        kind: "timestamp with time zone",
        zone,
        precision: precisionOf(arg(call, 0).type),
      } as const;
      return instantOf(arg(call, 0), type);
    },
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
