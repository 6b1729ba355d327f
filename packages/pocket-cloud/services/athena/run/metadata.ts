import type { ColumnInfo } from "@aws-sdk/client-athena";
import type { Execution, ResultColumn } from "../records";
import { columnInfo } from "./columns";

/** Encoders of protocol buffer fields. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number): number[] => [field << 3, ...varint(value)];
const bytes = (field: number, value: Uint8Array): number[] => [
  (field << 3) | 2,
  ...varint(value.length),
  ...value,
];
const text = (field: number, value: string): number[] => bytes(field, Buffer.from(value));

const UNKNOWN = 3;

/** The fields that are omitted for each type, whatever their value. */
const unset: Readonly<Record<string, readonly (keyof ColumnInfo)[]>> = {
  boolean: ["Precision", "Scale"],
  date: ["Precision"],
  "interval day to second": ["Precision", "Scale"],
  "interval year to month": ["Precision", "Scale"],
  array: ["Precision", "Scale", "CaseSensitive"],
  map: ["Precision", "Scale", "CaseSensitive"],
  row: ["Precision", "Scale", "CaseSensitive"],
  json: ["Precision", "Scale", "CaseSensitive"],
  uuid: ["Precision", "Scale", "CaseSensitive"],
  string: ["Precision", "Scale", "CaseSensitive"],
};

function column(source: ResultColumn): number[] {
  const info = columnInfo(source);
  const left = unset[info.Type ?? ""] ?? [];
  const optional = (field: number, name: "Precision" | "Scale" | "CaseSensitive") =>
    left.includes(name) ? [] : number(field, Number(info[name] ?? 0));
  return [
    ...text(1, info.CatalogName ?? ""),
    ...text(4, info.Name ?? ""),
    ...text(5, info.Label ?? ""),
    ...text(6, info.Type ?? ""),
    ...optional(7, "Precision"),
    ...optional(8, "Scale"),
    ...number(9, UNKNOWN),
    ...optional(10, "CaseSensitive"),
  ];
}

/** The .metadata object of a result, which JDBC drivers read: execution, update count and columns. */
export function metadata(execution: Execution): Buffer {
  const { updated } = execution;
  return Buffer.from([
    ...text(1, execution.id),
    ...(updated ? [...text(2, updated), ...number(3, execution.updateCount ?? 0)] : []),
    ...(execution.columns ?? []).flatMap((one) => bytes(4, Uint8Array.from(column(one)))),
  ]);
}
