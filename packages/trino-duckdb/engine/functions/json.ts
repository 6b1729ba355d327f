import { BOOLEAN, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import { javaText } from "../numbers";
import {
  canonicalJson,
  exactItemTexts,
  fieldTexts,
  innerJson,
  itemTexts,
  lowerKeys,
  memberNames,
  type PathStep,
  scalarAt,
  sequenceAt,
  textAt,
} from "./json-text";
import { fail, type Native } from "./native";

type Steps = readonly (string | number)[];

/** JSON functions that keep the digits of numbers. DuckDB's own do not. */
export const jsonNatives: readonly Native[] = [
  {
    name: "trino_json",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) =>
      canonicalJson(text) ?? fail("INVALID_FUNCTION_ARGUMENT", `Cannot convert value to JSON: '${text}'`),
  },
  { name: "trino_lower_keys", takes: [VARCHAR], gives: VARCHAR, run: lowerKeys },
  {
    name: "trino_json_at",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (text: string, steps: string) => textAt(text, JSON.parse(steps) as Steps) ?? null,
  },
  {
    name: "trino_json_scalar_at",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (text: string, steps: string) => scalarAt(text, JSON.parse(steps) as Steps) ?? null,
  },
  {
    name: "trino_json_items",
    takes: [VARCHAR],
    gives: LIST(VARCHAR),
    run: (text: string) => listValue(itemTexts(text)),
  },
  {
    name: "trino_json_exact_items",
    takes: [VARCHAR],
    gives: LIST(VARCHAR),
    run: (text: string) => listValue(exactItemTexts(text)),
  },
  { name: "trino_json_inner", takes: [VARCHAR], gives: VARCHAR, run: innerJson },
  {
    name: "trino_json_names",
    takes: [VARCHAR],
    gives: LIST(VARCHAR),
    run: (text: string) => listValue(memberNames(text)),
  },
  {
    name: "trino_json_fields",
    takes: [VARCHAR, VARCHAR],
    gives: LIST(VARCHAR),
    run: (text: string, names: string) => listValue(fieldTexts(text, JSON.parse(names) as string[])),
  },
  {
    name: "trino_json_sequence",
    takes: [VARCHAR, BOOLEAN, VARCHAR],
    gives: LIST(VARCHAR),
    // A list of one NULL stands for an error.
    run: (text: string, strict: boolean, steps: string) =>
      listValue(sequenceAt(text, strict, JSON.parse(steps) as PathStep[]) ?? [null]),
  },
  {
    // The text of a double or real as a JSON number; NaN and infinity as strings.
    name: "trino_json_number",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) => {
      const value = Number(text.replace(/^(-?)inf(inity)?$/i, "$1Infinity"));
      return Number.isFinite(value) ? javaText(value) : `"${javaText(value)}"`;
    },
  },
];
