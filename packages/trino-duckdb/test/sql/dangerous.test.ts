import { answers, type Case } from "./evaluate";

/** Queries for which DuckDB alone silently returns another result: the query, and Trino's result. */
const dangerous: readonly Case[] = [
  ["an integer divided by zero fails", "SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"],
  [
    "a bigint column divided by zero fails",
    "SELECT 5 / x FROM (VALUES BIGINT '0') t(x)",
    "DIVISION_BY_ZERO: Division by zero",
  ],
  ["a remainder by zero fails", "SELECT 5 % x FROM (VALUES 0) t(x)", "DIVISION_BY_ZERO: Division by zero"],
  [
    "a decimal divided by zero fails",
    "SELECT 5.0 / x FROM (VALUES 0.0) t(x)",
    "DIVISION_BY_ZERO: Division by zero",
  ],
  ["a double divided by zero is infinite", "SELECT 1e0 / 0, -1e0 / 0, 0e0 / 0", "Infinity|-Infinity|NaN"],
  [
    "a division that is not evaluated does not fail",
    "SELECT CASE WHEN x = 0 THEN -1 ELSE 10 / x END FROM (VALUES 0, 5) t(x) ORDER BY 1",
    "-1\n2",
  ],
  ["integers divide towards zero", "SELECT 7 / 2, -7 / 2, 7 % -3, -7 % 3", "3|-3|1|-1"],
  [
    "comparing text with a number fails",
    "SELECT '1' = 1",
    "TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) = integer",
  ],
  [
    "IN with text and numbers fails",
    "SELECT 1 IN ('1')",
    "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer = varchar(1)",
  ],
  [
    "comparing text with a date fails",
    "SELECT DATE '2026-01-01' > '2025-01-01'",
    "TYPE_MISMATCH: line 1:26: Cannot apply operator: date > varchar(10)",
  ],
  [
    "an optional group that did not participate is NULL, one with an empty match is not",
    "SELECT regexp_extract('ac', 'a(b)?c', 1), regexp_extract('ac', 'a(b*)c', 1), regexp_extract_all('ac abc', 'a(b)?c', 1)",
    "NULL||[null, b]",
  ],
  [
    "an optional group of a pattern that JavaScript does not support is refused",
    "SELECT regexp_extract('ac', 'a(\\pL)?c', 1)",
    "NOT_SUPPORTED: group 1 of the pattern a(\\pL)?c is not supported by the embedded cloud",
  ],
  ["split_part counts from one", "SELECT split_part('a,b', ',', 2), split_part('a,b', ',', 3)", "b|NULL"],
  [
    "split_part with index 0 fails",
    "SELECT split_part('a,b', ',', x) FROM (VALUES 0) t(x)",
    "INVALID_FUNCTION_ARGUMENT: Index must be greater than zero",
  ],
  [
    "max and min ignore NaN if there is a number",
    "SELECT max(x), min(x), max_by(y, x) FROM (VALUES (nan(), 'n'), (1e0, 'a'), (2e0, 'b')) t(x, y)",
    "2.0|1.0|b",
  ],
  [
    "max ignores NaN with FILTER, OVER and GROUP BY",
    "SELECT 5e0 - max(x), -max(x), max(DISTINCT -x), max(x) FILTER (WHERE x < 0), max(max(x)) OVER (), max(y) FROM (VALUES (-1e0, 0e0), (2e0, null), (-infinity(), null), (null, null)) t(x, y)",
    "3.0|-2.0|Infinity|-1.0|2.0|0.0",
  ],
  [
    "a NaN that is computed with literals is not larger than a number",
    "SELECT y * 2 > 1, 2e0 * y >= 1, coalesce(y, 1e0) > 1, round(y, 2) > 1, 1 < y + 1, y * 2 = y * 2, y * 2 <> y * 2, y BETWEEN -1 AND 2.5 FROM (VALUES nan()) t(y)",
    "false|false|false|false|false|false|true|false",
  ],
  ["max and min of NaN alone are NaN", "SELECT max(x), min(x) FROM (VALUES nan()) t(x)", "NaN|NaN"],
  [
    "JSON keeps the digits of large numbers and sorts members by name",
    `SELECT json_format(json_parse('{"9": 12345678901234567890, "10": 1.50, "a": [1e2, "1"]}'))`,
    '{"10":1.5,"9":12345678901234567890,"a":[100.0,"1"]}',
  ],
  ["a cast to varchar(n) truncates text", "SELECT CAST('hello' AS varchar(3))", "hel"],
  [
    "a number that does not fit its varchar(n) fails",
    "SELECT CAST(12345 AS varchar(3))",
    "INVALID_CAST_ARGUMENT: Value 12345 cannot be represented as varchar(3)",
  ],
  [
    "division of decimals gives a decimal",
    "SELECT CAST(10 AS decimal(10,2)) / CAST(3 AS decimal(10,2)), 1.0 / 3",
    "3.33|0.3",
  ],
  ["decimals round half away from zero", "SELECT 0.5 / 2.0, -0.5 / 2.0", "0.3|-0.3"],
  [
    "products of decimals keep all digits",
    "SELECT 1.25 * 1.5, CAST('99999999999999999999' AS decimal(20,0)) * 2",
    "1.875|199999999999999999998",
  ],
  [
    "a sum of integers is a bigint",
    "SELECT typeof(sum(x)), typeof(sum(y)), typeof(count(*)) FROM (VALUES (1, 1.5)) t(x, y)",
    "bigint|decimal(38,1)|bigint",
  ],
  [
    "an overflow fails",
    "SELECT 2147483647 + x FROM (VALUES 1) t(x)",
    "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1",
  ],
  [
    "a sum that overflows fails",
    "SELECT sum(x) FROM (VALUES 9223372036854775807, 1) t(x)",
    "NUMERIC_VALUE_OUT_OF_RANGE",
  ],
  [
    "a date plus an interval of days is a date",
    "SELECT DATE '2026-01-31' + INTERVAL '1' DAY, DATE '2026-01-31' + INTERVAL '1' MONTH, typeof(DATE '2026-01-31' - INTERVAL '1' DAY)",
    "2026-02-01|2026-02-28|date",
  ],
  [
    "a date plus hours fails",
    "SELECT DATE '2026-01-31' + INTERVAL '1' HOUR",
    "INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date",
  ],
  [
    "the difference of dates is an interval",
    "SELECT DATE '2026-01-03' - DATE '2026-01-01', TIMESTAMP '2026-01-01 01:00:00' - TIMESTAMP '2026-01-01 00:00:00'",
    "2 00:00:00.000|0 01:00:00.000",
  ],
  [
    "a double as text has an exponent",
    "SELECT CAST(1e0 AS varchar), CAST(1234.5e0 AS varchar), CAST(1e-7 AS varchar), CAST(CAST(0.1 AS real) AS varchar), CAST(nan() AS varchar)",
    "1.0E0|1.2345E3|1.0E-7|1.0E-1|NaN",
  ],
  [
    "comparisons with NaN are false",
    "SELECT x = x, x <> x, x > 1, x < 1, 1 < x, x BETWEEN 0 AND 1 FROM (VALUES nan()) t(x)",
    "false|true|false|false|false|false",
  ],
  [
    "NaN sorts last, before NULL",
    "SELECT x FROM (VALUES 1e0, nan(), CAST(NULL AS double)) t(x) ORDER BY x",
    "1.0\nNaN\nNULL",
  ],
  [
    "substr from before the start is empty",
    "SELECT substr('hello', -10), substr('hello', 0), substr(CAST(NULL AS varchar), 0)",
    "||NULL",
  ],
  ["NULL sorts last both ways", "SELECT x FROM (VALUES 2, NULL, 1) t(x) ORDER BY x DESC", "2\n1\nNULL"],
  [
    "only integer texts cast to integers",
    "SELECT TRY_CAST('1e5' AS bigint), TRY_CAST('1.7' AS bigint), TRY_CAST('1_000' AS bigint), TRY_CAST('0x10' AS integer), TRY_CAST('+7' AS integer), TRY_CAST(' 5' AS integer)",
    "NULL|NULL|NULL|NULL|7|NULL",
  ],
  [
    "text casts to double with Java's syntax",
    "SELECT TRY_CAST('1_0' AS double), TRY_CAST('inf' AS double), TRY_CAST('Infinity' AS double), TRY_CAST(' 1.5 ' AS double), TRY_CAST('1.' AS double), TRY_CAST('' AS double)",
    "NULL|NULL|Infinity|1.5|1.0|NULL",
  ],
  [
    "text casts to a timestamp without T and Z",
    "SELECT TRY_CAST('2026-01-01T00:00:00Z' AS timestamp), TRY_CAST('2026-01-01 10:11:12.345' AS timestamp), TRY_CAST('2026-01-01' AS timestamp), TRY_CAST('2026-01-01 00:00:00+02' AS timestamp), TRY_CAST('2026-02-30 00:00:00' AS timestamp)",
    "NULL|2026-01-01 10:11:12.345|2026-01-01 00:00:00.000|NULL|NULL",
  ],
  [
    "a timestamp(3) rounds",
    "SELECT CAST('2026-01-01 10:11:12.34567' AS timestamp(3)), CAST('2026-01-01 10:11:12.34567' AS timestamp(6))",
    "2026-01-01 10:11:12.346|2026-01-01 10:11:12.345670",
  ],
  [
    "few words cast to boolean",
    "SELECT TRY_CAST('yes' AS boolean), CAST('T' AS boolean), CAST('0' AS boolean)",
    "NULL|true|false",
  ],
  [
    "a cast that fails names value and type",
    "SELECT CAST('abc' AS integer)",
    "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to integer",
  ],
  [
    "doubles round half up to integers",
    "SELECT CAST(2.5e0 AS integer), CAST(-2.5e0 AS integer), CAST(1.5 AS integer)",
    "3|-3|2",
  ],
  [
    "subscripts out of bounds fail",
    "SELECT ARRAY[1, 2][x] FROM (VALUES 3) t(x)",
    "INVALID_FUNCTION_ARGUMENT: Array subscript 3 must be less than or equal to array length",
  ],
  [
    "a missing key fails",
    "SELECT map(ARRAY['a'], ARRAY[1])['b']",
    "INVALID_FUNCTION_ARGUMENT: Key not present in map: b",
  ],
  ["greatest is NULL if an argument is NULL", "SELECT greatest(1, NULL), least(NULL, 'a')", "NULL|NULL"],
  ["text joined with NULL is NULL", "SELECT 'a' || NULL, concat('a', NULL)", "NULL|NULL"],
  [
    "an empty group gives NULL and 0",
    "SELECT sum(x), count(x), max(x) FROM (VALUES 1) t(x) WHERE false",
    "NULL|0|NULL",
  ],
  ["division by a literal has no check for zero", "SELECT x / 2 FROM (VALUES 5) t(x)", "2"],
  [
    "rows keep their fields by position",
    "SELECT CAST(ROW(1, 'x') AS ROW(a bigint, b varchar)).b, ROW(1, 2)[2]",
    "x|2",
  ],
  [
    "current_timestamp is constant within a query",
    "SELECT current_timestamp = now(), current_date, localtimestamp",
    "true|2026-01-02|2026-01-02 03:04:05.678",
  ],
  [
    "a timestamp with time zone shows its zone",
    "SELECT TIMESTAMP '2026-01-01 00:00:00 UTC' AT TIME ZONE 'America/New_York', CAST(from_unixtime(0) AS varchar)",
    "2025-12-31 19:00:00 America/New_York|1970-01-01 00:00:00.000 UTC",
  ],
  [
    "timestamps with time zone compare as instants",
    "SELECT from_unixtime(0) = at_timezone(from_unixtime(0), 'Asia/Tokyo')",
    "true",
  ],
  [
    "hour() is that of the zone",
    "SELECT hour(at_timezone(from_unixtime(0), 'Asia/Tokyo')), date_trunc('day', at_timezone(from_unixtime(0), 'Asia/Tokyo'))",
    "9|1970-01-01 00:00:00.000 Asia/Tokyo",
  ],
  [
    "integers coerce to doubles and decimals",
    "SELECT 1 + 1.5, 1 + 1e0, typeof(BIGINT '1' + 1), 1 = 1.0",
    "2.5|2.0|bigint|true",
  ],
  [
    "the offset of a constant is its zone; in a column it is refused",
    "SELECT from_iso8601_timestamp('2026-01-01T00:00:00+02:00')",
    "2026-01-01 00:00:00.000 +02:00",
  ],
  [
    "an offset not UTC in a column is refused",
    "SELECT from_iso8601_timestamp(t) FROM (VALUES '2026-01-01T00:00:00+02:00') AS v(t)",
    "NOT_SUPPORTED: the offset +02:00 in from_iso8601_timestamp is not supported by the embedded cloud",
  ],
];

answers("Where DuckDB's own result would differ", dangerous);
