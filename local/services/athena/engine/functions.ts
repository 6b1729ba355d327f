import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import {
  BIGINT,
  BLOB,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBScalarFunction,
  DuckDBTimestampTZValue,
  INTEGER,
  LIST,
  listValue,
  TIMESTAMPTZ,
  VARCHAR,
} from "@duckdb/node-api";
import { canonicalJson, lowerKeys } from "./json-text";
import { scientific } from "./numbers";
import { regexpGroups } from "./regexp";

/** Functions that only JavaScript computes as Trino does. NULL in, NULL out. */
interface Native {
  readonly name: string;
  readonly takes: readonly DuckDBType[];
  readonly gives: DuckDBType;
  readonly run: (...args: never[]) => DuckDBValue;
}

const fail = (code: string, message: string): never => {
  throw new Error(`trino!${code}!${message}!`);
};

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

const blob = (bytes: Uint8Array): DuckDBBlobValue => new DuckDBBlobValue(bytes);

export const natives: readonly Native[] = [
  { name: "trino_double_text", takes: [DOUBLE], gives: VARCHAR, run: (value: number) => scientific(value) },
  {
    name: "trino_real_text",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) => scientific(Number(text)),
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
    name: "trino_json",
    takes: [VARCHAR],
    gives: VARCHAR,
    run: (text: string) =>
      canonicalJson(text) ?? fail("INVALID_FUNCTION_ARGUMENT", `Cannot convert value to JSON: '${text}'`),
  },
  { name: "trino_lower_keys", takes: [VARCHAR], gives: VARCHAR, run: lowerKeys },
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
  {
    name: "trino_from_base",
    takes: [VARCHAR, INTEGER],
    gives: BIGINT,
    run: (text: string, radix: number) => {
      const value = Number.parseInt(text, radix);
      return Number.isNaN(value)
        ? fail("INVALID_FUNCTION_ARGUMENT", `Not a valid base-${radix} number: ${text}`)
        : BigInt(value);
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
    takes: [VARCHAR, VARCHAR, INTEGER],
    gives: LIST(VARCHAR),
    run: (text: string, by: string, limit: number) => {
      const pieces = text.split(by);
      return listValue(
        pieces.length <= limit ? pieces : [...pieces.slice(0, limit - 1), pieces.slice(limit - 1).join(by)],
      );
    },
  },
];

export const toScalarFunction = (native: Native): DuckDBScalarFunction =>
  DuckDBScalarFunction.create({
    name: native.name,
    parameterTypes: native.takes,
    returnType: native.gives,
    mainFunction: (info, chunk, output) => {
      try {
        const columns = native.takes.map((_, i) => chunk.getColumnValues(i));
        const run = native.run as (...args: DuckDBValue[]) => DuckDBValue;
        for (let row = 0; row < chunk.rowCount; row++) {
          const args = columns.map((column) => column[row] ?? null);
          output.setItem(row, args.includes(null) ? null : run(...args));
        }
        output.flush();
      } catch (error) {
        info.setError(error instanceof Error ? error.message : String(error));
      }
    },
  });

/** In SQL what SQL can say. */
export const macros: readonly string[] = [
  // The first of each value, in the order of appearance; one NULL counts as a value.
  `CREATE OR REPLACE MACRO list_distinct_ordered(l) AS list_filter(l, lambda e, i: CASE WHEN e IS NULL THEN list_count(l[1:i-1]) = i - 1 ELSE list_position(l, e) = i END)`,
  `CREATE OR REPLACE MACRO map_first_keys(l) AS list_filter(l, lambda e, i: e.k IS NOT NULL AND list_position(list_transform(l, lambda x: x.k), e.k) = i)`,
];
