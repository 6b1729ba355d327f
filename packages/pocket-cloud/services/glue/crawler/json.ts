import type { Sample } from "./csv";
import { follow, parseJsonPath, readValues } from "./json-values";
import type { FileSchema } from "./schema";
import { type HiveType, merge, plain } from "./types";

const RECORDS = 1000;
const LARGEST_INT = 2 ** 31 - 1;

/** Small integers are int, larger ones bigint; nulls decide nothing; text stays text, also where it is a date. */
export function typeOfJson(value: unknown): HiveType | undefined {
  if (value === null) return undefined;
  if (typeof value === "boolean") return plain("boolean");
  if (typeof value === "number")
    return plain(!Number.isInteger(value) ? "double" : Math.abs(value) <= LARGEST_INT ? "int" : "bigint");
  if (Array.isArray(value)) return { kind: "array", of: value.map(typeOfJson).reduce(merge, undefined) };
  if (typeof value === "object") {
    const fields = Object.entries(value).map(
      ([name, field]) => [name.toLowerCase(), typeOfJson(field)] as const,
    );
    return { kind: "struct", fields: new Map(fields) };
  }
  return plain("string");
}

/** Objects give columns; a file that is one array is one column named array, unless a path leads into it. */
export function classifyJson(sample: Sample, jsonPath?: string): FileSchema | undefined {
  const text = sample.bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (!/^\s*[[{]/.test(text)) return undefined;
  const values = readValues(text, RECORDS, sample.cut);
  if (!values || values.length === 0) return undefined;
  const steps = jsonPath === undefined ? [] : parseJsonPath(jsonPath);
  if (!steps) return undefined;
  const records = values.flatMap((value) => follow(value, steps));
  const type = records
    .map((record) => typeOfJson(Array.isArray(record) ? { array: record } : record))
    .reduce(merge, undefined);
  if (type?.kind !== "struct") return undefined;
  return {
    format: {
      classification: "json",
      compression: sample.compression,
      ...(jsonPath !== undefined && { jsonPath }),
    },
    columns: [...type.fields].map(([name, field]) => ({ name, type: field })),
    named: true,
    records: records.length,
    bytes: sample.bytes.length,
  };
}
