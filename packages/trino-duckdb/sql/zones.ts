import { type Expr, make } from "./expr";
import { fail, type Node } from "./failure";
import { type Type, timestamp } from "./types";

/** The minutes of a zone that is an offset from UTC: +05:30. */
export function offsetMinutes(zone: string): number | undefined {
  const match = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === "-" ? -minutes : minutes;
}

/** The name of an offset in Trino: +05:30, and UTC for none. */
export function offsetName(minutes: number): string {
  if (minutes === 0) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${pad(hours)}:${pad(rest)}`;
}

/** The name of a zone, or an offset. */
export function checkedZone(name: string, node: Node): string {
  const minutes = offsetMinutes(name);
  if (minutes !== undefined && Math.abs(minutes) <= 14 * 60) return offsetName(minutes);
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    fail("INVALID_FUNCTION_ARGUMENT", `'${name}' is not a valid time zone`, node);
  }
  return /^(utc|gmt|z|[+-]00:?00)$/i.test(name) ? "UTC" : name;
}

/** The wall-clock time of an instant in its zone. DuckDB has named zones only. */
export function wallClock(instant: Expr): Expr {
  const { type } = instant;
  if (type.kind !== "timestamp with time zone") return instant;
  const result = make(timestamp(type.precision));
  const minutes = offsetMinutes(type.zone);
  if (minutes !== undefined) return result`(timezone('UTC', ${instant}) + to_minutes(${String(minutes)}))`;
  return inZone(instant, type.zone, result);
}

/** The instant of a wall-clock time in the zone of the type. */
export function instantOf(clock: Expr, type: Type & { readonly kind: "timestamp with time zone" }): Expr {
  const result = make(type);
  const local = make(timestamp(6))`CAST(${clock} AS TIMESTAMP)`;
  const minutes = offsetMinutes(type.zone);
  if (minutes !== undefined) return result`timezone('UTC', ${local} - to_minutes(${String(minutes)}))`;
  return inZone(clock.type.kind === "timestamp" ? clock : local, type.zone, result);
}

/** DuckDB converts fractions of a millisecond before 1970 wrongly, so that they are added after the conversion. */
function inZone(value: Expr, zone: string, result: ReturnType<typeof make>): Expr {
  if (zone === "UTC" || !("precision" in value.type) || value.type.precision <= 3)
    return result`timezone('${zone}', ${value})`;
  return result`(timezone('${zone}', date_trunc('second', ${value})) + (${value} - date_trunc('second', ${value})))`;
}
