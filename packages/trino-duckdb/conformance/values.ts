import type { Random } from "./random";

/** Literals of a type with its edge values, and of nested types by their parts. */
export function literalOf(type: string, random: Random, depth = 0): string {
  if (random.chance(depth === 0 ? 0.06 : 0.1)) return `CAST(NULL AS ${type})`;
  const nested = /^(array|map|row)\((.*)\)$/.exec(type);
  if (nested) {
    const parts = splitTypes(nested[2] ?? "");
    if (nested[1] === "array") return arrayOf(parts[0] ?? "bigint", random, depth);
    if (nested[1] === "map") return mapOf(parts[0] ?? "bigint", parts[1] ?? "bigint", random, depth);
    return `ROW(${parts.map((part) => literalOf(part, random, depth + 1)).join(", ")})`;
  }
  const pool = literals[type];
  if (pool) return random.pick(pool);
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return decimalOf(Number(decimal[1]), Number(decimal[2]), random);
  const char = /^char\((\d+)\)$/.exec(type);
  if (char) return `CAST(${random.pick(["'a'", "'abc'", "''", "' b '", "'xyz '"])} AS ${type})`;
  throw new Error(`no values of the type ${type}`);
}

/** The types in a list: "bigint, array(row(a, b))" are two. */
export function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (const [i, letter] of [...text].entries()) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (letter === "," && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === "" ? parts : [...parts, last];
}

function arrayOf(element: string, random: Random, depth: number): string {
  const count = random.pick([0, 1, 1, 2, 2, 3, 4]);
  if (count === 0) return `CAST(ARRAY[] AS array(${element}))`;
  return `ARRAY[${Array.from({ length: count }, () => literalOf(element, random, depth + 1)).join(", ")}]`;
}

function mapOf(key: string, value: string, random: Random, depth: number): string {
  const keys = random.some(keysOf(key), random.pick([0, 1, 2, 2, 3]));
  if (keys.length === 0) return `CAST(MAP() AS map(${key}, ${value}))`;
  return `MAP(ARRAY[${keys.join(", ")}], ARRAY[${keys.map(() => literalOf(value, random, depth + 1)).join(", ")}])`;
}

/** Keys are never NULL and distinct. */
function keysOf(type: string): readonly string[] {
  const pool = literals[type]?.filter((one) => !/nan|infinity/i.test(one));
  if (pool) return pool;
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return ["0", "1", "7"].map((digit) => `CAST(${digit} AS ${type})`);
  throw new Error(`no keys of the type ${type}`);
}

function decimalOf(precision: number, scale: number, random: Random): string {
  const whole = precision - scale;
  const digits = (count: number, digit: string) => digit.repeat(count);
  const choices = [
    "0",
    `${whole > 0 ? "1" : "0"}${scale > 0 ? `.${digits(scale, "5")}` : ""}`,
    `-${whole > 0 ? digits(whole, "9") : "0"}${scale > 0 ? `.${digits(scale, "9")}` : ""}`,
    `${whole > 0 ? digits(whole, "9") : "0"}${scale > 0 ? `.${digits(scale, "9")}` : ""}`,
    scale > 0 ? `0.${"0".repeat(scale - 1)}1` : "3",
    scale > 0 ? `-${whole > 1 ? "12" : "0"}.${"25".repeat(scale).slice(0, scale)}` : "-2",
    whole > 2 ? "123" : "0",
  ];
  return `CAST('${random.pick(choices)}' AS decimal(${precision},${scale}))`;
}

/** Values of the simple types, common ones and those at the limits. */
export const literals: Readonly<Record<string, readonly string[]>> = {
  boolean: ["true", "false"],
  tinyint: ["TINYINT '0'", "TINYINT '1'", "TINYINT '-3'", "TINYINT '127'", "TINYINT '-128'", "TINYINT '10'"],
  smallint: ["SMALLINT '0'", "SMALLINT '1'", "SMALLINT '-7'", "SMALLINT '32767'", "SMALLINT '-32768'"],
  integer: ["0", "1", "2", "-1", "3", "17", "-45", "1000", "2147483647", "-2147483648"],
  bigint: [
    "BIGINT '0'",
    "BIGINT '1'",
    "BIGINT '2'",
    "BIGINT '-1'",
    "BIGINT '10'",
    "BIGINT '-12'",
    "BIGINT '1234567890123'",
    "9223372036854775807",
    "BIGINT '-9223372036854775808'",
  ],
  real: [
    "REAL '0'",
    "REAL '1.5'",
    "REAL '-2.25'",
    "REAL '0.1'",
    "REAL '3.4028235E38'",
    "REAL 'NaN'",
    "REAL '1e10'",
  ],
  double: [
    "0e0",
    "1e0",
    "-1e0",
    "0.5e0",
    "2.5e0",
    "-3.75e0",
    "1234.5678e0",
    "1e-5",
    "1e100",
    "100e0",
    "nan()",
    "infinity()",
    "-infinity()",
    "DOUBLE '-0.0'",
  ],
  varchar: [
    "''",
    "'a'",
    "'abc'",
    "'Hello World'",
    "'  padded '",
    "'a,b,,c'",
    "'12'",
    "'-7.5'",
    "'Größe'",
    "'naïve café'",
    "'数据库'",
    "'😀x'",
    "'AbC'",
    "'true'",
    "'2021-03-04'",
    "'it''s'",
  ],
  varbinary: ["X''", "X'00'", "X'616263'", "X'ff00ff'", "X'0102030405060708'", "X'e4bda0'"],
  date: [
    "DATE '1970-01-01'",
    "DATE '2020-02-29'",
    "DATE '2021-12-31'",
    "DATE '1969-12-31'",
    "DATE '2000-01-01'",
    "DATE '1582-10-15'",
    "DATE '2023-06-15'",
  ],
  time: ["TIME '00:00:00.000'", "TIME '01:02:03.456'", "TIME '23:59:59.999'", "TIME '12:30:00.000'"],
  "time(0)": ["TIME '00:00:00'", "TIME '13:14:15'", "TIME '23:59:59'"],
  "time with time zone": ["TIME '01:02:03.456 +02:00'", "TIME '23:00:00.000 -08:30'"],
  "timestamp(0)": ["TIMESTAMP '2020-02-29 23:59:59'", "TIMESTAMP '1969-12-31 00:00:01'"],
  "timestamp(3)": [
    "TIMESTAMP '1970-01-01 00:00:00.000'",
    "TIMESTAMP '2020-02-29 12:34:56.789'",
    "TIMESTAMP '2021-12-31 23:59:59.999'",
    "TIMESTAMP '1969-07-20 20:17:40.500'",
    "TIMESTAMP '2023-03-26 02:30:00.000'",
    "TIMESTAMP '2001-08-22 03:04:05.321'",
  ],
  "timestamp(6)": ["TIMESTAMP '2020-02-29 12:34:56.789123'", "TIMESTAMP '1969-12-31 23:59:59.999999'"],
  "timestamp(9)": ["TIMESTAMP '2020-02-29 12:34:56.789123456'"],
  "timestamp(3) with time zone": [
    "TIMESTAMP '2020-02-29 12:34:56.789 UTC'",
    "TIMESTAMP '2021-12-31 23:59:59.999 America/New_York'",
    "TIMESTAMP '2023-03-26 03:30:00.000 Europe/Berlin'",
    "TIMESTAMP '1969-07-20 20:17:40.500 UTC'",
    "TIMESTAMP '2001-08-22 03:04:05.321 Asia/Kolkata'",
    "TIMESTAMP '2021-06-01 00:00:00.000 +05:30'",
    "TIMESTAMP '2021-06-01 00:00:00.000 -08:00'",
  ],
  "timestamp(9) with time zone": ["TIMESTAMP '2020-02-29 12:34:56.789123456 UTC'"],
  "interval day to second": [
    "INTERVAL '1' DAY",
    "INTERVAL '-2' HOUR",
    "INTERVAL '90' MINUTE",
    "INTERVAL '1.5' SECOND",
    "INTERVAL '3 04:05:06.789' DAY TO SECOND",
    "INTERVAL '0' DAY",
  ],
  "interval year to month": ["INTERVAL '1' YEAR", "INTERVAL '-3' MONTH", "INTERVAL '2-7' YEAR TO MONTH"],
  json: [
    "JSON 'null'",
    "JSON '1'",
    "JSON '\"text\"'",
    "JSON '[1, 2.50, null, \"x\", [true]]'",
    'JSON \'{"a": 1, "b": {"c": [10, 20, {"d": "deep"}]}, "e": null}\'',
    "JSON 'true'",
    "JSON '-12.5e3'",
    "JSON '{}'",
  ],
  uuid: ["UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'", "UUID '00000000-0000-0000-0000-000000000000'"],
  ipaddress: ["IPADDRESS '10.0.0.1'", "IPADDRESS '2001:db8::1'", "IPADDRESS '255.255.255.255'"],
  unknown: ["NULL"],
};
