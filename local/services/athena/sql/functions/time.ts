import { build, type Expr, make } from "../expr";
import { fail, type Node } from "../failure";
import { BIGINT, DATE, quoteText, type Type, timestamp, timestampTz, VARCHAR } from "../types";
import { arg, type FunctionEntry, type Invocation, scalar, sql } from "./entry";
import { fromJodaFormat, fromMysqlFormat } from "./formats";

/** The wall-clock time of a value: what its fields are read from. */
export function local(expr: Expr): Expr {
  if (expr.type.kind !== "timestamp with time zone") return expr;
  return make(timestamp(expr.type.precision))`timezone('${expr.type.zone}', ${expr})`;
}

/** Back from wall-clock time to an instant, where the argument was one. */
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
  const [before = "", after = ""] = (intervalOf[unitOf(call, "millisecond")] ?? "").split("@");
  return restore(build(value.type, ["(", local(value), " + ", before, arg(call, 1), after, ")"]), value.type);
}

/** Whole units that have passed, not boundaries crossed. */
function difference(call: Invocation): Expr {
  const unit = unitOf(call, "millisecond");
  return sql(call)`date_sub('${unit}', ${local(arg(call, 1))}, ${local(arg(call, 2))})`;
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

/** A field by its name, as year(x) or EXTRACT(YEAR FROM x) ask for it. */
export function extract(field: string, value: Expr): Expr | undefined {
  const template = fields[field] ?? (value.type.kind === "date" ? undefined : clockFields[field]);
  if (!template) return undefined;
  const [before = "", after = ""] = template.split("@");
  return build(BIGINT, [before, local(value), after]);
}

const field = (name: string, takes: "X" | "Z"): FunctionEntry =>
  scalar(`${name}(${takes}) -> bigint`, (call) => extract(name, arg(call, 0)) ?? arg(call, 0));

const epoch = (expr: Expr): Expr => make(BIGINT)`epoch_us(${expr})`;

const text = (value: Expr, format: string): Expr =>
  make(VARCHAR)`strftime(${local(value)}, ${quoteText(format)})`;

function iso8601(call: Invocation): Expr {
  const value = arg(call, 0);
  if (value.type.kind === "date") return sql(call)`CAST(${value} AS VARCHAR)`;
  const plain = text(value, "%Y-%m-%dT%H:%M:%S.%g");
  if (value.type.kind !== "timestamp with time zone") return plain;
  if (value.type.zone === "UTC") return sql(call)`(${plain} || 'Z')`;
  return fail(
    "NOT_SUPPORTED",
    `to_iso8601 in the zone ${value.type.zone} is not supported by the embedded cloud`,
    call.node,
  );
}

const zoned = (call: Invocation, expr: Expr, zone: Expr): Expr => {
  const name = constant(zone, "a time zone", call.node);
  return { ...expr, type: timestampTz(checkedZone(name, call.node), precisionOf(arg(call, 0).type)) };
};

const precisionOf = (type: Type): number => ("precision" in type ? type.precision : 3);

export function checkedZone(name: string, node: Node): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    fail("INVALID_FUNCTION_ARGUMENT", `'${name}' is not a valid time zone`, node);
  }
  return /^(utc|gmt|z)$/i.test(name) ? "UTC" : name;
}

const fromSeconds = (call: Invocation): Expr =>
  sql(call, timestampTz())`make_timestamptz(CAST(round(${arg(call, 0)} * 1000) AS BIGINT) * 1000)`;

export const time: readonly FunctionEntry[] = [
  scalar("date(X) -> date", (call) => make(DATE)`CAST(${local(arg(call, 0))} AS DATE)`),
  scalar("date(varchar) -> date", "CAST($1 AS DATE)"),
  scalar("date_trunc(varchar, X) -> X", truncate),
  scalar("date_add(varchar, bigint, X) -> X", add),
  scalar("date_diff(varchar, X, X) -> bigint", difference),
  ...Object.keys(fields).map((name) => field(name, "X")),
  ...Object.keys(clockFields).map((name) => field(name, "Z")),
  scalar("last_day_of_month(X) -> date", (call) => make(DATE)`last_day(${local(arg(call, 0))})`),
  scalar("now() -> timestamptz", (call) => instant(call.session.now)),
  scalar("from_unixtime(double) -> timestamptz", fromSeconds),
  scalar("from_unixtime(double, varchar) -> timestamptz", (call) => ({
    ...fromSeconds(call),
    type: timestampTz(checkedZone(constant(arg(call, 1), "a time zone", call.node), call.node)),
  })),
  scalar("from_unixtime_nanos(bigint) -> timestamptz", "make_timestamptz($1 // 1000)"),
  scalar("to_unixtime(X) -> double", (call) => sql(call)`(${epoch(arg(call, 0))} / CAST(1000000 AS DOUBLE))`),
  scalar(
    "to_milliseconds(interval) -> bigint",
    "(epoch_us(TIMESTAMP '2000-01-01' + $1) - 946684800000000) // 1000",
  ),
  scalar("from_iso8601_timestamp(varchar) -> timestamptz", "trino_iso_timestamp($1)"),
  scalar("from_iso8601_date(varchar) -> date", "CAST($1 AS DATE)"),
  scalar("to_iso8601(X) -> varchar", iso8601),
  scalar("date_format(X, varchar) -> varchar", (call) =>
    text(arg(call, 0), fromMysqlFormat(constant(arg(call, 1), "a date format", call.node), call.node)),
  ),
  scalar(
    "date_parse(varchar, varchar) -> timestamp",
    (call) =>
      sql(
        call,
      )`strptime(${arg(call, 0)}, ${quoteText(fromMysqlFormat(constant(arg(call, 1), "a date format", call.node), call.node))})`,
  ),
  scalar("format_datetime(X, varchar) -> varchar", (call) =>
    text(arg(call, 0), fromJodaFormat(constant(arg(call, 1), "a date format", call.node), call.node)),
  ),
  scalar(
    "parse_datetime(varchar, varchar) -> timestamptz",
    (call) =>
      sql(
        call,
        timestampTz(),
      )`timezone('UTC', strptime(${arg(call, 0)}, ${quoteText(fromJodaFormat(constant(arg(call, 1), "a date format", call.node), call.node))}))`,
  ),
  scalar("at_timezone(Z, varchar) -> Z", (call) =>
    atTimeZone(arg(call, 0), constant(arg(call, 1), "a time zone", call.node), call.node),
  ),
  scalar("with_timezone(timestamp, varchar) -> timestamptz", (call) =>
    zoned(
      call,
      sql(
        call,
      )`timezone(${quoteText(checkedZone(constant(arg(call, 1), "a time zone", call.node), call.node))}, ${arg(call, 0)})`,
      arg(call, 1),
    ),
  ),
  scalar(
    "timezone_hour(timestamptz) -> bigint",
    (call) =>
      sql(call)`(date_diff('minute', timezone('UTC', ${arg(call, 0)}), ${local(arg(call, 0))}) // 60)`,
  ),
];

export function atTimeZone(value: Expr, zone: string, node: Node): Expr {
  const name = checkedZone(zone, node);
  if (value.type.kind === "timestamp with time zone")
    return { ...value, type: timestampTz(name, value.type.precision) };
  return make(timestampTz(name, precisionOf(value.type)))`timezone('UTC', ${value})`;
}

/** The instant of the query: one constant however often it is asked for. */
export const instant = (now: number, precision = 3): Expr =>
  make(timestampTz("UTC", precision))`make_timestamptz(${String(Math.trunc(now) * 1000)})`;
