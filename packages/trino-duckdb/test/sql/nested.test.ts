import { answers } from "./evaluate";

answers("Rows, arrays and maps", [
  [
    "are equal field by field, whatever the fields are called",
    "SELECT CAST(ROW(1, 2) AS ROW(a integer, b integer)) = ROW(1, 2), ROW(1, 2) <> ROW(1, 3), (1, 2) IN ((1, 2), (3, 4))",
    "true|true|true",
  ],
  [
    "with NULL inside are neither equal nor not, unless they differ elsewhere",
    "SELECT ROW(1, NULL) = ROW(1, 2), ROW(1, NULL) = ROW(2, 2), ARRAY[1, NULL] = ARRAY[1, NULL], ARRAY[1, NULL] = ARRAY[2, NULL], ARRAY[1] = ARRAY[1, NULL]",
    "NULL|false|NULL|false|false",
  ],
  [
    "of maps and of arrays in arrays compare",
    "SELECT map(ARRAY['a', 'b'], ARRAY[1, 2]) = map(ARRAY['b', 'a'], ARRAY[2, 1]), map(ARRAY['a'], ARRAY[1]) = map(ARRAY['b'], ARRAY[1]), ARRAY[ARRAY[1]] = ARRAY[ARRAY[1]], ARRAY[nan()] = ARRAY[nan()]",
    "true|false|true|false",
  ],
  ["are in order", "SELECT ROW(1, 'a') < ROW(1, 'b'), ARRAY[1, 2] >= ARRAY[1, 3]", "true|false"],
  [
    "with NULL inside are in no order",
    "SELECT ARRAY[1, NULL] < ARRAY[1, 2]",
    "NOT_SUPPORTED: ARRAY comparison not supported for arrays with null elements",
  ],
  [
    "as rows with NULL inside are in no order either",
    "SELECT ROW(1, NULL) < ROW(1, 2)",
    "NOT_SUPPORTED: ROW comparison not supported for fields with null elements",
  ],
  [
    "are not looked for in a subquery",
    "SELECT 1 WHERE ROW(1, 2) IN (SELECT ROW(1, 2))",
    "NOT_SUPPORTED: line 1:26: IN with a subquery of row(integer, integer) is not supported by the embedded cloud",
  ],
  [
    "become one type by position, and lose names that differ",
    "SELECT COALESCE(CAST(NULL AS ROW(a integer)), ROW(1)), IF(true, CAST(ROW(1) AS ROW(x integer)), CAST(ROW(2) AS ROW(y bigint))), ARRAY[ROW(1), CAST(ROW(2) AS ROW(z integer))]",
    "{field0=1}|{field0=1}|[{field0=1}, {field0=2}]",
  ],
  [
    "meet in UNION by position",
    "SELECT CAST(ROW(1) AS ROW(x integer)) UNION ALL SELECT CAST(ROW(2) AS ROW(y integer)) ORDER BY 1",
    "{field0=1}\n{field0=2}",
  ],
  [
    "meet in VALUES by position",
    "SELECT * FROM (VALUES CAST(ROW(1) AS ROW(x integer)), CAST(ROW(2) AS ROW(y bigint))) t(r) ORDER BY r",
    "{field0=1}\n{field0=2}",
  ],
  [
    "cast element by element, as their elements do",
    "SELECT CAST(ARRAY[1, 2] AS ARRAY(varchar)), CAST(ARRAY[1e0] AS ARRAY(varchar)), CAST(ARRAY['1', NULL] AS ARRAY(integer)), CAST(map(ARRAY[1], ARRAY['2']) AS MAP(varchar, integer)), CAST(ARRAY[2.5e0] AS ARRAY(integer)), CAST(ARRAY[ARRAY['hello']] AS ARRAY(ARRAY(varchar(2))))",
    "[1, 2]|[1.0E0]|[1, null]|{1=2}|[3]|[[he]]",
  ],
  [
    "fail to cast where an element does",
    "SELECT CAST(ARRAY['x'] AS ARRAY(integer))",
    "INVALID_CAST_ARGUMENT: Cannot cast 'x' to integer",
  ],
  [
    "try to cast as a whole",
    "SELECT TRY_CAST(ARRAY['1', 'x'] AS ARRAY(integer)), TRY_CAST(ROW('x') AS ROW(a integer))",
    "NULL|NULL",
  ],
  [
    "join as their elements cast",
    "SELECT array_join(ARRAY[1.5e0, NULL], ','), array_join(ARRAY[1.50, NULL], ',', '-'), array_join(ARRAY[DATE '2026-01-01'], ',')",
    "1.5E0|1.50,-|2026-01-01",
  ],
  [
    "are sliced from where they begin",
    "SELECT slice(ARRAY[1, 2, 3], -2, 2), slice(ARRAY[1, 2, 3], -9, 2), slice(ARRAY[1, 2], 5, 1)",
    "[2, 3]|[]|[]",
  ],
  [
    "have no element 0 to slice from",
    "SELECT slice(ARRAY[1], 0, 1)",
    "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1",
  ],
  [
    "are not trimmed below nothing",
    "SELECT trim_array(ARRAY[1, 2], 3)",
    "INVALID_FUNCTION_ARGUMENT: size must be between 0 and the length of the array",
  ],
  [
    "do not sort by a lambda",
    "SELECT array_sort(ARRAY[1], (a, b) -> a - b)",
    "NOT_SUPPORTED: line 1:8: array_sort with a lambda is not supported by the embedded cloud",
  ],
]);
