import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  BIGINT,
  BLOB,
  DuckDBBlobValue,
  type DuckDBListValue,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from "@duckdb/node-api";
import { binaryNatives } from "./binary";
import { distributionNatives } from "./distributions";
import { hashNatives } from "./hashes";
import { hexNatives } from "./hex-floats";
import { humanNatives } from "./human-texts";
import { ipNatives } from "./ip-addresses";
import { isoNatives } from "./iso-times";
import { jsonNatives } from "./json";
import { fail, type Native } from "./native";
import { numberNatives } from "./number";
import { regexpGroups, regexpPosition, regexpReplace, regexpSplit } from "./regexp";
import { urlNatives } from "./urls";

/** The position of the n-th occurrence, counted from the end if negative; 0 if there is none. */
function positionOf(text: string, sought: string, instance: number): number {
  if (instance === 0)
    return fail("INVALID_FUNCTION_ARGUMENT", "'instance' must be a positive or negative number.");
  if (sought === "") return 1;
  let at = instance > 0 ? -1 : text.length;
  for (let left = Math.abs(instance); left > 0; left--) {
    if (instance < 0 && at === 0) return 0;
    at = instance > 0 ? text.indexOf(sought, at + 1) : text.lastIndexOf(sought, at - 1);
    if (at < 0) return 0;
  }
  return [...text.slice(0, at)].length + 1;
}

const unsupportedPattern = (pattern: string): never =>
  fail("NOT_SUPPORTED", `the pattern ${pattern} is not supported by the embedded cloud`);

/** The fewest insertions, deletions and replacements of code points that turn one text into the other. */
function levenshtein(from: string, to: string): bigint {
  const [a, b] = [[...from], [...to]];
  let row = b.map((_, i) => i + 1);
  for (const [i, letter] of a.entries()) {
    let [diagonal, left] = [i, i + 1];
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + (b[j] === letter ? 0 : 1));
      diagonal = above;
      return left;
    });
  }
  return BigInt(row.at(-1) ?? a.length);
}

function hamming(a: string, b: string): bigint {
  const [left, right] = [[...a], [...b]];
  if (left.length !== right.length)
    return fail(
      "INVALID_FUNCTION_ARGUMENT",
      "The input strings to hamming_distance function must have the same length",
    );
  return BigInt(left.filter((letter, i) => letter !== right[i]).length);
}

/** The positions of each combination, ordered by their last position, then the one before. The limits are Trino's. */
function combinations(count: bigint, size: bigint): DuckDBListValue {
  const [n, k] = [Number(count), Number(size)];
  const bad = (message: string) => fail("INVALID_FUNCTION_ARGUMENT", message);
  if (k < 0) return bad(`combination size must not be negative: ${k}`);
  if (k > 5) return bad(`combination size must not exceed 5: ${k}`);
  const found: bigint[][] = [];
  // Chosen from the last position backwards.
  const extend = (chosen: bigint[], below: number): void => {
    if (chosen.length === k) {
      if (found.push(chosen) > 100_000) bad("combinations exceed max size");
      return;
    }
    for (let next = k - chosen.length; next < below; next++) extend([BigInt(next), ...chosen], next);
  };
  extend([], n + 1);
  return listValue(found.map((one) => listValue(one)));
}

const blob = (bytes: Uint8Array): DuckDBBlobValue => new DuckDBBlobValue(bytes);

export const natives: readonly Native[] = [
  ...jsonNatives,
  ...numberNatives,
  ...ipNatives,
  ...isoNatives,
  ...urlNatives,
  ...distributionNatives,
  ...hashNatives,
  ...hexNatives,
  ...binaryNatives,
  ...humanNatives,
  {
    name: "trino_regexp_groups",
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: LIST(VARCHAR),
    run: (text: string, pattern: string, group: number) => {
      const found = regexpGroups(text, pattern, group);
      return found
        ? listValue(found)
        : fail(
            "NOT_SUPPORTED",
            `group ${group} of the pattern ${pattern} is not supported by the embedded cloud`,
          );
    },
  },
  {
    name: "trino_regexp_replace",
    takes: [VARCHAR, VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (text: string, pattern: string, replacement: string) =>
      regexpReplace(text, pattern, replacement) ?? unsupportedPattern(pattern),
  },
  {
    name: "trino_regexp_split",
    takes: [VARCHAR, VARCHAR],
    gives: LIST(VARCHAR),
    run: (text: string, pattern: string) =>
      listValue(regexpSplit(text, pattern) ?? unsupportedPattern(pattern)),
  },
  {
    name: "trino_sha512",
    takes: [BLOB],
    gives: BLOB,
    run: (value: DuckDBBlobValue) => blob(createHash("sha512").update(value.bytes).digest()),
  },
  {
    name: "trino_crc32",
    takes: [BLOB],
    gives: BIGINT,
    run: (value: DuckDBBlobValue) => BigInt(crc32(value.bytes)),
  },
  {
    name: "trino_regexp_position",
    takes: [VARCHAR, VARCHAR, BIGINT, BIGINT],
    gives: INTEGER,
    run: (text: string, pattern: string, start: bigint, occurrence: bigint) => {
      if (start < 1n) return fail("INVALID_FUNCTION_ARGUMENT", "start position cannot be smaller than 1");
      if (occurrence < 1n) return fail("INVALID_FUNCTION_ARGUMENT", "occurrence cannot be smaller than 1");
      return regexpPosition(text, pattern, Number(start), Number(occurrence)) ?? unsupportedPattern(pattern);
    },
  },
  {
    name: "trino_split",
    takes: [VARCHAR, VARCHAR, BIGINT],
    gives: LIST(VARCHAR),
    run: (text: string, by: string, limit: bigint) => {
      if (limit <= 0n) return fail("INVALID_FUNCTION_ARGUMENT", "Limit must be positive");
      const [pieces, most] = [text.split(by), Number(limit)];
      return listValue(
        pieces.length <= most ? pieces : [...pieces.slice(0, most - 1), pieces.slice(most - 1).join(by)],
      );
    },
  },
  {
    name: "trino_strpos",
    takes: [VARCHAR, VARCHAR, BIGINT],
    gives: BIGINT,
    run: (text: string, sought: string, instance: bigint) =>
      BigInt(positionOf(text, sought, Number(instance))),
  },
  { name: "trino_combinations", takes: [BIGINT, BIGINT], gives: LIST(LIST(BIGINT)), run: combinations },
  { name: "trino_levenshtein", takes: [VARCHAR, VARCHAR], gives: BIGINT, run: levenshtein },
  { name: "trino_hamming", takes: [VARCHAR, VARCHAR], gives: BIGINT, run: hamming },
  {
    name: "trino_from_utf8",
    takes: [BLOB],
    gives: VARCHAR,
    run: (value: DuckDBBlobValue) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(value.bytes),
  },
  {
    name: "trino_from_utf8_with",
    takes: [BLOB, VARCHAR],
    gives: VARCHAR,
    run: (value: DuckDBBlobValue, replacement: string) => {
      if ([...replacement].length > 1)
        return fail(
          "INVALID_FUNCTION_ARGUMENT",
          "Replacement character string must empty or a single character",
        );
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(value.bytes);
      return text.replaceAll("\ufffd", () => replacement);
    },
  },
];

/** DuckDB macros that the compiled SQL uses. */
export const macros: readonly string[] = [
  // Distinct values in order of appearance; NULL counts as a value.
  `CREATE OR REPLACE MACRO list_distinct_ordered(l) AS list_filter(l, lambda e, i: CASE WHEN e IS NULL THEN list_count(l[1:i-1]) = i - 1 ELSE list_position(l, e) = i END)`,
  `CREATE OR REPLACE MACRO map_first_keys(l) AS list_filter(l, lambda e, i: e.k IS NOT NULL AND list_position(list_transform(l, lambda x: x.k), e.k) = i)`,
  `CREATE OR REPLACE MACRO map_of_entries(l) AS map_from_entries(map_first_keys(list_transform(flatten(l), lambda e: struct_pack(k := e.key, v := e.value))))`,
  `CREATE OR REPLACE MACRO multimap_of(l) AS map_from_entries(list_transform(map_first_keys(l), lambda f: struct_pack(k := f.k, v := list_transform(list_filter(l, lambda e: e.k = f.k), lambda e: e.v))))`,
];
