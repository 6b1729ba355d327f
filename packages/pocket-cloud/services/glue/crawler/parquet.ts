import type { FileSchema, SchemaColumn } from "./schema";
import { ThriftReader, type ThriftStruct, type ThriftValue } from "./thrift";
import { type HiveType, plain } from "./types";

export const PARQUET = "PAR1";

/** Length of the footer, from the last eight bytes of a file; undefined when it is no Parquet. */
export function footerLength(tail: Buffer): number | undefined {
  return tail.length === 8 && tail.toString("latin1", 4) === PARQUET ? tail.readUInt32LE(0) : undefined;
}

/** The schema that a Parquet file's footer declares. */
export function readFooter(footer: Buffer, size: number): FileSchema | undefined {
  let meta: ThriftStruct;
  try {
    meta = new ThriftReader(footer).struct();
  } catch {
    return undefined;
  }
  const elements = list(meta.get(2)).map(elementOf);
  const [root] = elements;
  if (!root) return undefined;
  const cursor = { at: 1 };
  const columns = Array.from({ length: root.children }, () => column(elements, cursor));
  return {
    format: { classification: "parquet", compression: "none" },
    columns,
    named: true,
    records: Number(meta.get(3) ?? 0n),
    bytes: size,
  };
}

/** parquet.thrift: SchemaElement. */
interface Element {
  readonly name: string;
  readonly physical: number | undefined;
  readonly repeated: boolean;
  readonly children: number;
  readonly converted: number | undefined;
  readonly logical: number | undefined;
  readonly scale: number;
  readonly precision: number;
}

const list = (value: ThriftValue | undefined): readonly ThriftStruct[] =>
  Array.isArray(value) ? (value as ThriftStruct[]) : [];
const number = (value: ThriftValue | undefined): number | undefined =>
  typeof value === "bigint" ? Number(value) : undefined;

function elementOf(fields: ThriftStruct): Element {
  const logical = fields.get(10);
  const [kind, details] = logical instanceof Map ? ([...(logical as ThriftStruct)][0] ?? []) : [];
  const decimal = kind === LOGICAL_DECIMAL && details instanceof Map ? (details as ThriftStruct) : undefined;
  return {
    name: String(fields.get(4) ?? ""),
    physical: number(fields.get(1)),
    repeated: number(fields.get(3)) === 2,
    children: number(fields.get(5)) ?? 0,
    converted: number(fields.get(6)),
    logical: kind,
    scale: number(decimal?.get(1)) ?? number(fields.get(7)) ?? 0,
    precision: number(decimal?.get(2)) ?? number(fields.get(8)) ?? 10,
  };
}

const LOGICAL_DECIMAL = 5;
const CONVERTED_DECIMAL = 5;
const CONVERTED_LIST = 3;
const LOGICAL_LIST = 3;

/** By converted type, and by the field of the LogicalType union. */
const CONVERTED: Readonly<Record<number, string>> = {
  0: "string",
  4: "string",
  6: "date",
  9: "timestamp",
  10: "timestamp",
  11: "int",
  12: "int",
  13: "bigint",
  15: "tinyint",
  16: "smallint",
  17: "int",
  18: "bigint",
  19: "string",
};
const LOGICAL: Readonly<Record<number, string>> = {
  1: "string",
  4: "string",
  6: "date",
  8: "timestamp",
  12: "string",
};
/** BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY. */
const PHYSICAL = ["boolean", "int", "bigint", "timestamp", "float", "double", "binary", "binary"];

function column(elements: readonly Element[], cursor: { at: number }): SchemaColumn {
  const element = elements[cursor.at++] as Element;
  const inner = element.children === 0 ? leaf(element) : group(element, elements, cursor);
  return { name: element.name.toLowerCase(), type: element.repeated ? { kind: "array", of: inner } : inner };
}

function leaf({ converted, logical, physical, precision, scale }: Element): HiveType {
  if (logical === LOGICAL_DECIMAL || converted === CONVERTED_DECIMAL)
    return plain(`decimal(${precision},${scale})`);
  return plain(LOGICAL[logical ?? -1] ?? CONVERTED[converted ?? -1] ?? PHYSICAL[physical ?? -1] ?? "string");
}

function group(element: Element, elements: readonly Element[], cursor: { at: number }): HiveType {
  const members = Array.from({ length: element.children }, () => column(elements, cursor));
  const [only] = members;
  const isMap = element.logical === 2 || element.converted === 1 || element.converted === 2;
  const entries = only?.type?.kind === "array" ? only.type.of : undefined;
  if (element.logical === LOGICAL_LIST || element.converted === CONVERTED_LIST) {
    // LIST wraps a repeated group around its element; older writers repeat the element itself.
    const wrapped =
      entries?.kind === "struct" && entries.fields.size === 1 ? [...entries.fields.values()][0] : entries;
    return { kind: "array", of: wrapped };
  }
  if (isMap && entries?.kind === "struct") {
    const [key, value] = [...entries.fields.values()];
    return { kind: "map", key, value };
  }
  return { kind: "struct", fields: new Map(members.map(({ name, type }) => [name, type])) };
}
