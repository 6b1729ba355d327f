import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { DuckDBValue } from "@duckdb/node-api";
import {
  BIGINT,
  BLOB,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBTimestampTZValue,
  INTEGER,
  LIST,
  listValue,
  TIMESTAMPTZ,
  VARCHAR,
} from "@duckdb/node-api";
import { formatNumber, javaDouble } from "./format-number";
import { dayTimeText, yearMonthText } from "./interval-text";
import { jsonNatives } from "./json-functions";
import { fail, type Native } from "./native";
import { scientific } from "./numbers";
import { regexpGroups } from "./regexp";

const units = (text: string): { value: bigint; scale: number } => {
  const [whole = "", fraction = ""] = text.split(".");
  return { value: BigInt(whole + fraction), scale: fraction.length };
};

const decimalText = (value: bigint, scale: number): string => {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
};

const aligned = (a: string, b: string): { x: bigint; y: bigint; scale: number } => {
  const [left, right] = [units(a), units(b)];
  const scale = Math.max(left.scale, right.scale);
  const at = ({ value, scale: own }: { value: bigint; scale: number }) => value * 10n ** BigInt(scale - own);
  return { x: at(left), y: at(right), scale };
};

/** Half away from zero. */
function divideRounded(x: bigint, y: bigint): bigint {
  const negative = x < 0n !== y < 0n;
  const [a, b] = [x < 0n ? -x : x, y < 0n ? -y : y];
  const quotient = (2n * a + b) / (2n * b);
  return negative ? -quotient : quotient;
}

const urlOf = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};

const urlParts: Readonly<Record<string, (url: URL) => string>> = {
  host: (url) => url.hostname,
  path: (url) => url.pathname,
  protocol: (url) => url.protocol.slice(0, -1),
  query: (url) => url.search.slice(1),
  fragment: (url) => decodeURIComponent(url.hash.slice(1)),
  port: (url) => url.port,
};

const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

function isoTimestamp(text: string): DuckDBValue {
  const match = ISO.exec(text);
  if (!match) return fail("INVALID_FUNCTION_ARGUMENT", `Invalid format: "${text}"`);
  const [
    ,
    year = "",
    month = "01",
    day = "01",
    hour = "00",
    minute = "00",
    second = "00",
    fraction = "",
    zone = "Z",
  ] = match;
  if (!/^(Z|[+-]00(:?00)?)$/.test(zone))
    return fail(
      "NOT_SUPPORTED",
      `the offset ${zone} in from_iso8601_timestamp is not supported by the embedded cloud`,
    );
  const seconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(seconds)) return fail("INVALID_FUNCTION_ARGUMENT", `Invalid format: "${text}"`);
  return new DuckDBTimestampTZValue(
    BigInt(seconds) * 1000n + BigInt(Number(fraction.padEnd(3, "0").slice(0, 3)) * 1000),
  );
}

/** The n-th occurrence, from the end when negative; 0 where there is none. */
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

/** Digits of a base, all of them, within 64 bits. */
function fromBase(text: string, radix: number): bigint {
  const bad = () => fail("INVALID_FUNCTION_ARGUMENT", `Not a valid base-${radix} number: ${text}`);
  if (!(radix >= 2 && radix <= 36))
    return fail("INVALID_FUNCTION_ARGUMENT", "Radix must be between 2 and 36");
  const [, sign = "", digits = ""] = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text) ?? [];
  if (digits === "") return bad();
  let value = 0n;
  for (const digit of digits) {
    const one = Number.parseInt(digit, 36);
    if (one >= radix) return bad();
    value = value * BigInt(radix) + BigInt(one);
  }
  const signed = sign === "-" ? -value : value;
  return signed === BigInt.asIntN(64, signed) ? signed : bad();
}

const blob = (bytes: Uint8Array): DuckDBBlobValue => new DuckDBBlobValue(bytes);

export const natives: readonly Native[] = [
  ...jsonNatives,
  { name: "trino_double_text", takes: [DOUBLE], gives: VARCHAR, run: (value: number) => scientific(value) },
  {
    name: "trino_real_text",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) => scientific(Number(text)),
  },
  { name: "trino_format_number", takes: [VARCHAR, VARCHAR], gives: VARCHAR, run: formatNumber },
  { name: "trino_java_double", takes: [VARCHAR], gives: VARCHAR, run: javaDouble },
  { name: "trino_day_time_text", takes: [BIGINT], gives: VARCHAR, run: dayTimeText },
  {
    name: "trino_year_month_text",
    takes: [BIGINT],
    gives: VARCHAR,
    run: (months: bigint) => yearMonthText(Number(months)),
  },
  {
    name: "trino_decimal_divide",
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: VARCHAR,
    run: (a: string, b: string, scale: number) => {
      const { x, y } = aligned(a, b);
      return y === 0n
        ? fail("DIVISION_BY_ZERO", "Division by zero")
        : decimalText(divideRounded(x * 10n ** BigInt(scale), y), scale);
    },
  },
  {
    name: "trino_decimal_remainder",
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: VARCHAR,
    run: (a: string, b: string) => {
      const { x, y, scale } = aligned(a, b);
      return y === 0n ? fail("DIVISION_BY_ZERO", "Division by zero") : decimalText(x % y, scale);
    },
  },
  {
    name: "trino_decimal_truncate",
    takes: [VARCHAR, BIGINT],
    gives: VARCHAR,
    run: (text: string, places: bigint) => {
      const { value, scale } = units(text);
      const step = 10n ** BigInt(Math.max(0, Math.min(scale + 38, scale - Number(places))));
      return decimalText((value / step) * step, scale);
    },
  },
  {
    name: "trino_decimal_multiply",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (a: string, b: string) => {
      const [x, y] = [units(a), units(b)];
      return decimalText(x.value * y.value, x.scale + y.scale);
    },
  },
  { name: "trino_iso_timestamp", takes: [VARCHAR], gives: TIMESTAMPTZ, run: isoTimestamp },
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
            `whether group ${group} of the pattern ${pattern} took part in an empty match is not supported by the embedded cloud`,
          );
    },
  },
  {
    name: "trino_url_part",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (text: string, part: string) => {
      const url = urlOf(text);
      return url ? (urlParts[part]?.(url) ?? null) : null;
    },
  },
  {
    name: "trino_url_parameter",
    takes: [VARCHAR, VARCHAR],
    gives: VARCHAR,
    run: (text: string, name: string) => urlOf(text)?.searchParams.get(name) ?? null,
  },
  {
    name: "trino_url_encode",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) => new URLSearchParams({ a: text }).toString().slice(2),
  },
  {
    name: "trino_url_decode",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) => decodeURIComponent(text.replaceAll("+", " ")),
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
  { name: "trino_from_base", takes: [VARCHAR, INTEGER], gives: BIGINT, run: fromBase },
  {
    name: "trino_shift_left",
    takes: [BIGINT, BIGINT, BIGINT],
    gives: BIGINT,
    run: (value: bigint, by: bigint, bits: bigint) =>
      BigInt.asIntN(Number(bits), by >= bits ? 0n : value << by),
  },
  {
    name: "trino_shift_right",
    takes: [BIGINT, BIGINT, BIGINT],
    gives: BIGINT,
    run: (value: bigint, by: bigint, bits: bigint) =>
      BigInt.asIntN(Number(bits), by >= bits ? 0n : BigInt.asUintN(Number(bits), value) >> by),
  },
  {
    name: "trino_bit_count",
    takes: [BIGINT, BIGINT],
    gives: BIGINT,
    run: (value: bigint, bits: bigint) => {
      if (bits < 2n || bits > 64n || value !== BigInt.asIntN(Number(bits), value))
        return fail(
          "INVALID_FUNCTION_ARGUMENT",
          `Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`,
        );
      return BigInt([...BigInt.asUintN(Number(bits), value).toString(2)].filter((bit) => bit === "1").length);
    },
  },
  {
    name: "trino_to_base",
    takes: [BIGINT, INTEGER],
    gives: VARCHAR,
    run: (value: bigint, radix: number) => value.toString(radix),
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
  {
    name: "trino_from_utf8",
    takes: [BLOB],
    gives: VARCHAR,
    run: (value: DuckDBBlobValue) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(value.bytes),
  },
];

/** In SQL what SQL can say. */
export const macros: readonly string[] = [
  // The first of each value, in the order of appearance; one NULL counts as a value.
  `CREATE OR REPLACE MACRO list_distinct_ordered(l) AS list_filter(l, lambda e, i: CASE WHEN e IS NULL THEN list_count(l[1:i-1]) = i - 1 ELSE list_position(l, e) = i END)`,
  `CREATE OR REPLACE MACRO map_first_keys(l) AS list_filter(l, lambda e, i: e.k IS NOT NULL AND list_position(list_transform(l, lambda x: x.k), e.k) = i)`,
  `CREATE OR REPLACE MACRO map_of_entries(l) AS map_from_entries(map_first_keys(list_transform(flatten(l), lambda e: struct_pack(k := e.key, v := e.value))))`,
  `CREATE OR REPLACE MACRO multimap_of(l) AS map_from_entries(list_transform(map_first_keys(l), lambda f: struct_pack(k := f.k, v := list_transform(list_filter(l, lambda e: e.k = f.k), lambda e: e.v))))`,
];
