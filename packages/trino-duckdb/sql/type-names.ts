import type { TypeContext, TypeParameterContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { fail, notSupported } from "./failure";
import { nameOf } from "./names";
import { sourceOf } from "./parse";
import {
  array,
  decimal,
  map,
  type RowField,
  type Simple,
  type Type,
  timestamp,
  timestampTz,
  timeType,
} from "./types";

const simple: Readonly<Record<string, Simple>> = {
  boolean: "boolean",
  tinyint: "tinyint",
  smallint: "smallint",
  integer: "integer",
  int: "integer",
  bigint: "bigint",
  real: "real",
  double: "double",
  date: "date",
  varbinary: "varbinary",
  json: "json",
  uuid: "uuid",
  ipaddress: "ipaddress",
};

/** A type in a statement: in CAST, CREATE TABLE, and so on. */
export function typeOf(node: TypeContext): Type {
  if (node instanceof grammar.GenericTypeContext) return generic(node);
  if (node instanceof grammar.RowTypeContext) return { kind: "row", fields: node.rowField().map(field) };
  if (node instanceof grammar.ArrayTypeContext || node instanceof grammar.LegacyArrayTypeContext)
    return array(typeOf(node.type()));
  if (node instanceof grammar.LegacyMapTypeContext) {
    const [key, value] = node.type_();
    if (key && value) return map(typeOf(key), typeOf(value));
  }
  if (node instanceof grammar.DoublePrecisionTypeContext) return { kind: "double" };
  if (node instanceof grammar.DateTimeTypeContext) {
    const precision = node._precision ? number(node._precision) : 3;
    if (precision > 6) return notSupported(`the type timestamp(${precision})`, node);
    return node.KW_WITH() ? timestampTz("UTC", precision) : timestamp(precision);
  }
  if (node instanceof grammar.TimeTypeContext) {
    const precision = node._precision ? number(node._precision) : 3;
    if (node.KW_WITH() || precision > 6) return notSupported(`the type ${sourceOf(node)}`, node);
    return timeType(precision);
  }
  if (node instanceof grammar.IntervalTypeContext)
    return {
      kind: /^(year|month)$/i.test(node._from_?.getText() ?? "")
        ? "interval year to month"
        : "interval day to second",
    };
  return notSupported(`the type ${sourceOf(node)}`, node);
}

function field(node: grammar.RowFieldContext): RowField {
  const name = node.identifier();
  return { type: typeOf(node.type()), ...(name && { name: nameOf(name) }) };
}

function generic(node: grammar.GenericTypeContext): Type {
  const name = nameOf(node.identifier());
  const parameters = node.typeParameter();
  const [first, second] = parameters;
  if (name === "varchar") return first ? { kind: "varchar", length: number(first) } : { kind: "varchar" };
  if (name === "char") return { kind: "char", length: first ? number(first) : 1 };
  if (name === "decimal" || name === "numeric" || name === "dec")
    return decimal(first ? number(first) : 38, second ? number(second) : 0);
  if (name === "array" && first) return array(inner(first));
  if (name === "map" && first && second) return map(inner(first), inner(second));
  if (name === "timestamp" && first) return timestamp(number(first));
  if (name === "time") return timeType(first ? number(first) : 3);
  const kind = simple[name];
  if (kind && parameters.length === 0) return { kind };
  if (["hyperloglog", "qdigest", "tdigest", "geometry", "interval"].includes(name))
    return notSupported(`the type ${node.getText()}`, node);
  return fail("TYPE_NOT_FOUND", `Unknown type: ${name}`, node);
}

function inner(node: TypeParameterContext): Type {
  const type = node.type();
  return type ? typeOf(type) : fail("SYNTAX_ERROR", `a type is expected, not ${node.getText()}`, node);
}

function number(node: TypeParameterContext): number {
  const value = Number(node.getText());
  return Number.isInteger(value)
    ? value
    : fail("SYNTAX_ERROR", `a number is expected, not ${node.getText()}`, node);
}
