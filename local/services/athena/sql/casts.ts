import { build, type Column, type Expr, make } from "./expr";
import { fail, type Node, notSupported } from "./failure";
import { raise } from "./raise";
import {
  coercible,
  commonType,
  duckType,
  isFloating,
  isInteger,
  isNumeric,
  isText,
  type Kind,
  sameType,
  type Type,
  timestamp,
  typeName,
  VARCHAR,
} from "./types";

/** Turns a value into the type wanted where Trino does so by itself. */
export function coerce(expr: Expr, to: Type): Expr {
  if (sameType(expr.type, to)) return { ...expr, type: to };
  if (!coercible(expr.type, to))
    fail("TYPE_MISMATCH", `Cannot coerce ${typeName(expr.type)} to ${typeName(to)}`);
  const literal = expr.literal === undefined ? {} : { literal: expr.literal };
  if (duckType(expr.type) === duckType(to) && expr.type.kind !== "unknown" && !("precision" in to))
    return { ...expr, type: to };
  return build(to, ["CAST(", expr, ` AS ${duckType(to)})`], literal);
}

export const isCoercible = (expr: Expr, to: Type): boolean => coercible(expr.type, to);

/** All expressions in the one type they share. */
export function unify(expressions: readonly Expr[], node: Node, what: string): Expr[] {
  const type = commonOf(expressions.map((expr) => expr.type));
  if (!type)
    return fail(
      "TYPE_MISMATCH",
      `${what} must be the same type: ${expressions.map((expr) => typeName(expr.type)).join(", ")}`,
      node,
    );
  return expressions.map((expr) => coerce(expr, type));
}

export const commonOf = (types: readonly Type[]): Type | undefined =>
  types.reduce<Type | undefined>((common, type) => common && commonType(common, type), { kind: "unknown" });

type Rule = (expr: Expr, to: Type, attempt: boolean, node: Node) => Expr;

/** CAST, and TRY_CAST (`attempt`), which gives NULL where CAST fails the query. */
export function cast(expr: Expr, to: Type, attempt: boolean, node: Node): Expr {
  const from = expr.type;
  if (from.kind === "unknown") return make(to)`CAST(${expr} AS ${duckType(to)})`;
  if (sameType(from, to) && from.kind !== "row") return expr;
  const rule = ruleFor(from, to);
  if (rule) {
    const value = rule(expr, to, attempt, node);
    const shortcut = isText(from) && textOfFile(expr, attempt)?.readAs?.(to);
    return shortcut ? { ...value, shortcut } : value;
  }
  return fail("TYPE_MISMATCH", `Cannot cast ${typeName(from)} to ${typeName(to)}`, node);
}

/** The column under NULLIF(column, ''), or the column itself where an empty text casts to NULL anyway. */
function textOfFile(expr: Expr, attempt: boolean): Column | undefined {
  if (expr.column) return attempt ? expr.column : undefined;
  const [call, inner, , empty] = expr.parts;
  if (call !== "nullif(" || typeof inner !== "object" || typeof empty !== "object") return undefined;
  return "parts" in inner && "parts" in empty && empty.literal === "" ? inner.column : undefined;
}

function ruleFor(from: Type, to: Type): Rule | undefined {
  if (to.kind === "char" || from.kind === "char")
    return (_expr, _to, _attempt, node) => notSupported(`CAST between char(n) and other types`, node);
  if (isText(from)) return fromText[to.kind];
  if (to.kind === "varchar") return toText(from);
  if (isNumeric(from) && isNumeric(to)) return numberToNumber;
  if (from.kind === "boolean" && isNumeric(to)) return plain;
  if (isNumeric(from) && to.kind === "boolean") return plain;
  if (from.kind === "json") return fromJson(to);
  if (to.kind === "json") return toJson;
  return temporal(from, to) ?? nested(from, to);
}

const plain: Rule = (expr, to, attempt) => duckCast(expr, to, attempt);
const duckCast = (expr: Expr, to: Type, attempt: boolean): Expr =>
  make(to)`${attempt ? "TRY_CAST" : "CAST"}(${expr} AS ${duckType(to)})`;

/** A value only where the guard holds; elsewhere NULL for an attempt, and a failure for a cast. */
const guarded =
  (guard: (expr: Expr) => Expr): Rule =>
  (expr, to, attempt) => {
    const otherwise = attempt ? "NULL" : invalid(expr, to);
    return make(
      to,
    )`CASE WHEN ${expr} IS NULL THEN NULL WHEN ${guard(expr)} THEN ${duckCast(expr, to, attempt)} ELSE ${otherwise} END`;
  };

const invalid = (expr: Expr, to: Type): Expr =>
  raise(to, "INVALID_CAST_ARGUMENT", ["Cannot cast '", expr, `' to ${typeName(to)}`]);

const BOOLEAN: Type = { kind: "boolean" };
const matches = (pattern: string) => (expr: Expr) => make(BOOLEAN)`regexp_full_match(${expr}, '${pattern}')`;

/** Java's parsing, not DuckDB's, which takes underscores, exponents, hexadecimal and fractions. */
const wholeNumber = guarded(matches("[+-]?[0-9]+"));
const strictNumber = guarded(
  matches(
    "[\\x00-\\x20]*([+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?Infinity|NaN)[\\x00-\\x20]*",
  ),
);
/** Ordinary numbers skip the pattern: DuckDB reads a finite number otherwise than Java only with underscores. */
const javaNumber: Rule = (expr, to, attempt, node) => {
  const read = duckCast(expr, to, true);
  return make(
    to,
  )`CASE WHEN isfinite(${read}) AND NOT contains(${expr}, '_') THEN ${read} ELSE ${strictNumber(expr, to, attempt, node)} END`;
};
const dateText = guarded(matches("[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}"));
const timestampText = guarded(
  matches("[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?)?"),
);

const fromText: Partial<Record<Kind, Rule>> = {
  varchar: (expr, to) => truncate(expr, to),
  boolean: (expr, to, attempt) => {
    const text = make(VARCHAR)`lower(${expr})`;
    const otherwise = attempt ? "NULL" : invalid(expr, to);
    return make(
      to,
    )`CASE WHEN ${expr} IS NULL THEN NULL WHEN ${text} IN ('t', 'true', '1') THEN true WHEN ${text} IN ('f', 'false', '0') THEN false ELSE ${otherwise} END`;
  },
  tinyint: wholeNumber,
  smallint: wholeNumber,
  integer: wholeNumber,
  bigint: wholeNumber,
  real: javaNumber,
  double: javaNumber,
  decimal: guarded(matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")),
  date: (expr, to, attempt, node) => dateText(make(VARCHAR)`trim(${expr})`, to, attempt, node),
  timestamp: timestampFromText,
  json: (expr, to) => make(to)`to_json(${expr})`,
};

/** The common form with milliseconds skips the pattern and the rounding. */
function timestampFromText(expr: Expr, to: Type, attempt: boolean, node: Node): Expr {
  const careful = roundTime(timestampText(expr, timestamp(6), attempt, node), to);
  if (to.kind !== "timestamp" || to.precision < 3) return careful;
  const common = make(BOOLEAN)`${expr} LIKE '____-__-__ __:__:__.___'`;
  return make(to)`CASE WHEN ${common} THEN ${duckCast(expr, to, attempt)} ELSE ${careful} END`;
}

/** varchar(n) keeps the first n characters. */
function truncate(expr: Expr, to: Type): Expr {
  if (to.kind !== "varchar" || to.length === undefined) return { ...expr, type: to };
  if (expr.type.kind === "varchar" && expr.type.length !== undefined && expr.type.length <= to.length)
    return { ...expr, type: to };
  return make(to)`substr(${expr}, 1, ${String(to.length)})`;
}

const textForms: Partial<Record<Kind, (expr: Expr, type: Type) => Expr>> = {
  boolean: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  double: (expr) => make(VARCHAR)`trino_double_text(${expr})`,
  real: (expr) => make(VARCHAR)`trino_real_text(CAST(${expr} AS VARCHAR))`,
  date: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  uuid: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  decimal: (expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`,
  timestamp: (expr, type) => timeText(expr, "precision" in type ? type.precision : 3),
  "timestamp with time zone": (expr, type) => {
    if (type.kind !== "timestamp with time zone") return expr;
    const local = make(timestamp(type.precision))`timezone('${type.zone}', ${expr})`;
    return make(VARCHAR)`(${timeText(local, type.precision)} || ${`' ${type.zone}'`})`;
  },
};

function timeText(expr: Expr, precision: number): Expr {
  const whole = make(VARCHAR)`strftime(${expr}, '%Y-%m-%d %H:%M:%S')`;
  if (precision === 0) return whole;
  return make(VARCHAR)`(${whole} || substr(strftime(${expr}, '.%f'), 1, ${String(precision + 1)}))`;
}

function toText(from: Type): Rule | undefined {
  const form = isInteger(from)
    ? (expr: Expr) => make(VARCHAR)`CAST(${expr} AS VARCHAR)`
    : textForms[from.kind];
  return (
    form &&
    ((expr, to, attempt, node) => {
      const text = form(expr, from);
      if (to.kind !== "varchar" || to.length === undefined) return text;
      // Unlike text, a number that does not fit its varchar(n) is an error.
      if (isText(from)) return truncate(text, to);
      const otherwise = attempt
        ? "NULL"
        : raise(to, "INVALID_CAST_ARGUMENT", ["Value ", text, ` cannot be represented as ${typeName(to)}`]);
      void node;
      return make(to)`CASE WHEN length(${text}) <= ${String(to.length)} THEN ${text} ELSE ${otherwise} END`;
    })
  );
}

/** Trino rounds half away from zero; DuckDB rounds a double half to even. */
const numberToNumber: Rule = (expr, to, attempt) =>
  isFloating(expr.type) && isInteger(to)
    ? duckCast(make(expr.type)`round(${expr})`, to, attempt)
    : duckCast(expr, to, attempt);

function roundTime(expr: Expr, to: Type): Expr {
  if (to.kind !== "timestamp") return expr;
  if (to.precision >= 6) return { ...expr, type: to };
  const step = 10 ** (6 - to.precision);
  return make(
    to,
  )`make_timestamp((epoch_us(${expr}) + ${String(step / 2)}) // ${String(step)} * ${String(step)})`;
}

function temporal(from: Type, to: Type): Rule | undefined {
  if (from.kind === "date" && to.kind === "timestamp") return plain;
  if (from.kind === "timestamp" && to.kind === "date") return plain;
  if (from.kind === "timestamp" && to.kind === "timestamp")
    return (expr) => (to.precision < from.precision ? roundTime(expr, to) : { ...expr, type: to });
  if (from.kind === "timestamp with time zone") {
    const local = (expr: Expr) => make(timestamp(from.precision))`timezone('${from.zone}', ${expr})`;
    if (to.kind === "timestamp") return (expr) => ({ ...local(expr), type: to });
    if (to.kind === "date") return (expr, _to, attempt) => duckCast(local(expr), to, attempt);
    if (to.kind === "timestamp with time zone")
      return (expr) => ({ ...expr, type: { ...from, precision: to.precision } });
  }
  if ((from.kind === "timestamp" || from.kind === "date") && to.kind === "timestamp with time zone")
    return (expr) => make(to)`timezone('${to.zone}', CAST(${expr} AS TIMESTAMP))`;
  return undefined;
}

function nested(from: Type, to: Type): Rule | undefined {
  if (from.kind === "row" && to.kind === "row" && from.fields.length === to.fields.length) return rowToRow;
  const same = (a: Type, b: Type) => sameType(a, b) || coercible(a, b) || (isNumeric(a) && isNumeric(b));
  if (from.kind === "array" && to.kind === "array" && same(from.element, to.element)) return plain;
  if (from.kind === "map" && to.kind === "map" && same(from.key, to.key) && same(from.value, to.value))
    return plain;
  return undefined;
}

/** Field by field: DuckDB casts structs by name, Trino by position. */
const rowToRow: Rule = (expr, to, attempt, node) => {
  if (expr.type.kind !== "row" || to.kind !== "row") return expr;
  const from = expr.type;
  const fields = to.fields.map((field, i) => {
    const source = from.fields[i];
    if (!source) return expr;
    return cast(make(source.type)`struct_extract_at(${expr}, ${String(i + 1)})`, field.type, attempt, node);
  });
  const names = to.fields.map((field, i) => `"${(field.name ?? `field${i}`).replaceAll('"', '""')}"`);
  const parts = fields.flatMap((field, i) => [i === 0 ? "" : ", ", `${names[i]} := `, field]);
  return build(to, ["CASE WHEN ", expr, " IS NULL THEN NULL ELSE struct_pack(", ...parts, ") END"]);
};

function fromJson(to: Type): Rule | undefined {
  if (to.kind === "varchar") return (expr) => make(to)`json_extract_string(${expr}, '$')`;
  return (expr, type, attempt) => make(type)`${attempt ? "TRY_CAST" : "CAST"}(${expr} AS ${duckType(type)})`;
}

const toJson: Rule = (expr, to) => make(to)`to_json(${expr})`;
