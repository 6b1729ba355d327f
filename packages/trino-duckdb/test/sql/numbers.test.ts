import { answers } from "./evaluate";

answers("Numbers", [
  [
    "literals with underscores, bases and type names",
    "SELECT 1_000_000, 0x1F, 0b101, REAL '1.5', TINYINT '5', BOOLEAN 'true', DOUBLE '1e3', typeof(REAL '1')",
    "1000000|31|5|1.5|5|true|1000.0|real",
  ],
  ["an invalid literal fails", "SELECT INTEGER 'x'", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to integer"],
  ["NULL has no sign", "SELECT -NULL, NULL + 1, X'00' || NULL", "NULL|NULL|NULL"],
  [
    "the sign of a decimal is a decimal",
    "SELECT sign(-2.5), typeof(sign(2.5)), truncate(-12.987, 2), truncate(12.9), truncate(1234.5, -2)",
    "-1|decimal(1,0)|-12.980|12|1200.0",
  ],
  [
    "a sum of 39 digits fails",
    "SELECT sum(x) FROM (VALUES CAST('99999999999999999999999999999999999999' AS decimal(38,0)), CAST(1 AS decimal(38,0))) t(x)",
    "NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow",
  ],
  [
    "a sum of 38 digits is exact",
    "SELECT sum(x), sum(x) OVER () FROM (VALUES CAST('99999999999999999999999999999999999999' AS decimal(38,0))) t(x) GROUP BY x",
    "99999999999999999999999999999999999999|99999999999999999999999999999999999999",
  ],
  [
    "shifts use the bits of the type",
    "SELECT bitwise_left_shift(1, 31), bitwise_right_shift(-1, 1), bitwise_left_shift(BIGINT '1', 64), bit_count(-7, 8)",
    "-2147483648|2147483647|0|6",
  ],
  [
    "from_base refuses invalid digits",
    "SELECT from_base('9223372036854775807', 10), from_base('-ff', 16), TRY(from_base('12x', 10)), TRY(from_base('9223372036854775808', 10))",
    "9223372036854775807|-255|NULL|NULL",
  ],
  [
    "width_bucket checks its bounds",
    "SELECT width_bucket(5.5, ARRAY[1e0, 5e0, 10e0]), width_bucket(0, ARRAY[1e0]), width_bucket(10, ARRAY[1e0, 10e0]), TRY(width_bucket(1, ARRAY[2e0, 1e0]))",
    "2|0|2|NULL",
  ],
  [
    "skewness is that of the population",
    "SELECT round(skewness(x), 6), round(kurtosis(x), 6) FROM (VALUES 1, 2, 3, 4, 10) t(x)",
    "1.13842|3.152",
  ],
  [
    "a number out of range fails with its type",
    "SELECT CAST(300 AS tinyint)",
    "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 300",
  ],
  [
    "a double or real becomes the decimal of its shortest text",
    "SELECT CAST(97123.45e0 AS decimal(38,18)), CAST(0.125e0 AS decimal(10,2)), CAST(a AS decimal(30,20)), CAST(b AS decimal(18,9)) FROM (VALUES (REAL '-1234567940', REAL '1456213.432632456')) t(a, b)",
    "97123.450000000000000000|0.13|-1234568000.00000000000000000000|1456213.400000000",
  ],
  [
    "a double that does not fit a decimal fails",
    "SELECT TRY_CAST(nan() AS decimal(3,1)), CAST(1e20 AS decimal(10,2))",
    "INVALID_CAST_ARGUMENT: Cannot cast '1e+20' to DECIMAL(10, 2)",
  ],
  [
    "a decimal below one keeps its zero as text and as JSON",
    "SELECT CAST(0.5 AS varchar), CAST(-0.25 AS varchar), CAST(0.5 AS json), CAST(a AS varchar) FROM (VALUES DECIMAL '0.1234567890123456') t(a)",
    "0.5|-0.25|0.5|0.1234567890123456",
  ],
  [
    "infinity as a real",
    "SELECT CAST(a AS varchar), CAST(a AS json) FROM (VALUES REAL 'Infinity', REAL '-Infinity') t(a)",
    'Infinity|"Infinity"\n-Infinity|"-Infinity"',
  ],
  [
    "a negative zero of type real keeps its sign",
    "SELECT REAL '-0', CAST(REAL '-0' AS varchar)",
    "-0.0|-0E0",
  ],
  [
    "round leaves infinity and NaN",
    "SELECT round(infinity(), -1000), round(nan(), 2), round(2.345e0, 2)",
    "Infinity|NaN|2.35",
  ],
]);
