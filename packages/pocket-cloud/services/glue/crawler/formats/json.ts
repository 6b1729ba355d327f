import { splitDocuments } from "../../../shared/json-documents";
import { type HiveType, mergeAll, plain } from "./hive-type";
import { type FileSchema, MOST_COLUMNS, SAMPLE_RECORDS, type Sample, textOf } from "./schema";

const LARGEST_INT = 2 ** 31 - 1;

/** What is nested deeper is a string. */
const DEEPEST = 100;

/** An integer is an int when it fits, else a bigint. Dates and times in strings stay strings. */
function typeOf(value: unknown, depth = 0): HiveType | undefined {
  if (value === null) return undefined;
  if (typeof value === "boolean") return plain("boolean");
  if (typeof value === "number")
    return plain(!Number.isInteger(value) ? "double" : Math.abs(value) <= LARGEST_INT ? "int" : "bigint");
  if (depth > DEEPEST) return plain("string");
  if (Array.isArray(value))
    return { kind: "array", element: mergeAll(value.map((element) => typeOf(element, depth + 1))) };
  if (typeof value === "object") {
    const fields = Object.entries(value).map(
      ([name, field]) => [name.toLowerCase(), typeOf(field, depth + 1)] as const,
    );
    return { kind: "struct", fields: new Map(fields) };
  }
  return plain("string");
}

/**
 * The schema of a file of JSON objects. A top-level array becomes one column named "array", unless the JSON path of a
 * classifier selects its elements.
 */
export function classifyJson(sample: Sample, jsonPath?: string): FileSchema | undefined {
  const steps = parseJsonPath(jsonPath ?? "$");
  const values = steps && valuesIn(sample);
  if (!values) return undefined;
  const records = values.flatMap((value) => select(value, steps));
  if (records.some((record) => isObject(record) && Object.keys(record).length > MOST_COLUMNS))
    return undefined;
  const type = mergeAll(records.map((record) => typeOf(Array.isArray(record) ? { array: record } : record)));
  if (type?.kind !== "struct" || type.fields.size > MOST_COLUMNS) return undefined;
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

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The values in the sample without one that its end cuts off; undefined when the sample is not JSON. */
function valuesIn(sample: Sample): unknown[] | undefined {
  const { documents, complete } = splitDocuments(textOf(sample), SAMPLE_RECORDS);
  if (documents.length === 0) return undefined;
  if (!complete && !sample.truncated && documents.length < SAMPLE_RECORDS) return undefined;
  try {
    return documents.map((document) => JSON.parse(document) as unknown);
  } catch {
    return undefined;
  }
}

type Step = { readonly member: string } | { readonly index: number } | "all";

/** The JSONPath syntax of Glue's classifiers: $, .name, ['name'], [n], [*]. Undefined for anything else. */
function parseJsonPath(path: string): Step[] | undefined {
  const steps: Step[] = [];
  const step = /\.([A-Za-z_][\w-]*)|\[\s*'([^']*)'\s*\]|\[\s*(\d+)\s*\]|(\[\s*\*\s*\])/y;
  if (!path.startsWith("$")) return undefined;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) return undefined;
    const [, member = match[2], , index] = match;
    steps.push(member !== undefined ? { member } : index !== undefined ? { index: Number(index) } : "all");
  }
  return steps;
}

function select(value: unknown, steps: readonly Step[]): unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (step === "all") return Array.isArray(value) ? value.flatMap((entry) => select(entry, rest)) : [];
  if ("index" in step)
    return Array.isArray(value) && step.index < value.length ? select(value[step.index], rest) : [];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step.member)) return [];
  return select((value as Record<string, unknown>)[step.member], rest);
}
