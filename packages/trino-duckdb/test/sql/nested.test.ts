import { answers } from "./evaluate";

answers("Rows, arrays and maps", [
  [
    "are compared by position, not by field name",
    "SELECT CAST(ROW(1, 2) AS ROW(a integer, b integer)) = ROW(1, 2), ROW(1, 2) <> ROW(1, 3), (1, 2) IN ((1, 2), (3, 4))",
    "true|true|true",
  ],
  [
    "compare as NULL with a NULL inside, unless they differ elsewhere",
    "SELECT ROW(1, NULL) = ROW(1, 2), ROW(1, NULL) = ROW(2, 2), ARRAY[1, NULL] = ARRAY[1, NULL], ARRAY[1, NULL] = ARRAY[2, NULL], ARRAY[1] = ARRAY[1, NULL]",
    "NULL|false|NULL|false|false",
  ],
  [
    "of maps and nested arrays compare",
    "SELECT map(ARRAY['a', 'b'], ARRAY[1, 2]) = map(ARRAY['b', 'a'], ARRAY[2, 1]), map(ARRAY['a'], ARRAY[1]) = map(ARRAY['b'], ARRAY[1]), ARRAY[ARRAY[1]] = ARRAY[ARRAY[1]], ARRAY[nan()] = ARRAY[nan()]",
    "true|false|true|false",
  ],
  ["are ordered", "SELECT ROW(1, 'a') < ROW(1, 'b'), ARRAY[1, 2] >= ARRAY[1, 3]", "true|false"],
  [
    "cannot be ordered with a NULL inside",
    "SELECT ARRAY[1, NULL] < ARRAY[1, 2]",
    "NOT_SUPPORTED: ARRAY comparison not supported for arrays with null elements",
  ],
  [
    "as rows cannot be ordered with a NULL inside",
    "SELECT ROW(1, NULL) < ROW(1, 2)",
    "NOT_SUPPORTED: ROW comparison not supported for fields with null elements",
  ],
  [
    "are refused in IN with a subquery",
    "SELECT 1 WHERE ROW(1, 2) IN (SELECT ROW(1, 2))",
    "NOT_SUPPORTED: line 1:26: IN with a subquery of row(integer, integer) is not supported by the embedded cloud",
  ],
  [
    "are unified by position and lose differing names",
    "SELECT COALESCE(CAST(NULL AS ROW(a integer)), ROW(1)), IF(true, CAST(ROW(1) AS ROW(x integer)), CAST(ROW(2) AS ROW(y bigint))), ARRAY[ROW(1), CAST(ROW(2) AS ROW(z integer))]",
    "{field0=1}|{field0=1}|[{field0=1}, {field0=2}]",
  ],
  [
    "are unified in UNION by position",
    "SELECT CAST(ROW(1) AS ROW(x integer)) UNION ALL SELECT CAST(ROW(2) AS ROW(y integer)) ORDER BY 1",
    "{field0=1}\n{field0=2}",
  ],
  [
    "are unified in VALUES by position",
    "SELECT * FROM (VALUES ROW(CAST(ROW(1) AS ROW(x integer))), ROW(CAST(ROW(2) AS ROW(y bigint)))) t(r) ORDER BY r",
    "{field0=1}\n{field0=2}",
  ],
  [
    "cast element by element",
    "SELECT CAST(ARRAY[1, 2] AS ARRAY(varchar)), CAST(ARRAY[1e0] AS ARRAY(varchar)), CAST(ARRAY['1', NULL] AS ARRAY(integer)), CAST(map(ARRAY[1], ARRAY['2']) AS MAP(varchar, integer)), CAST(ARRAY[2.5e0] AS ARRAY(integer)), CAST(ARRAY[ARRAY['hello']] AS ARRAY(ARRAY(varchar(2))))",
    "[1, 2]|[1.0E0]|[1, null]|{1=2}|[3]|[[he]]",
  ],
  [
    "fail to cast if an element fails",
    "SELECT CAST(ARRAY['x'] AS ARRAY(integer))",
    "INVALID_CAST_ARGUMENT: Cannot cast 'x' to integer",
  ],
  [
    "TRY_CAST gives NULL for the whole value",
    "SELECT TRY_CAST(ARRAY['1', 'x'] AS ARRAY(integer)), TRY_CAST(ROW('x') AS ROW(a integer))",
    "NULL|NULL",
  ],
  [
    "array_join casts elements to text",
    "SELECT array_join(ARRAY[1.5e0, NULL], ','), array_join(ARRAY[1.50, NULL], ',', '-'), array_join(ARRAY[DATE '2026-01-01'], ',')",
    "1.5E0|1.50,-|2026-01-01",
  ],
  [
    "slice from before the start is empty",
    "SELECT slice(ARRAY[1, 2, 3], -2, 2), slice(ARRAY[1, 2, 3], -9, 2), slice(ARRAY[1, 2], 5, 1)",
    "[2, 3]|[]|[]",
  ],
  [
    "slice from index 0 fails",
    "SELECT slice(ARRAY[1], 0, 1)",
    "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1",
  ],
  [
    "trim_array below zero elements fails",
    "SELECT trim_array(ARRAY[1, 2], 3)",
    "INVALID_FUNCTION_ARGUMENT: size must be between 0 and the length of the array",
  ],
  [
    "array_sort sorts by a comparator, in which equal elements keep their order",
    "SELECT array_sort(ARRAY['bb', 'a', 'c', 'dd'], (a, b) -> CAST(length(a) - length(b) AS integer))",
    "[a, c, bb, dd]",
  ],
  [
    "a map with the key NULL fails",
    "SELECT map_from_entries(ARRAY[ROW(1, 2), ROW(CAST(NULL AS integer), 3)])",
    "INVALID_FUNCTION_ARGUMENT: map key cannot be null",
  ],
  [
    "a map of arrays of two lengths fails",
    "SELECT map(ARRAY[1, 2], ARRAY['a'])",
    "INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length",
  ],
  [
    "array_join of NULLs is empty",
    "SELECT array_join(ARRAY[NULL, NULL], '='), array_join(CAST(NULL AS array(integer)), ','), array_join(ARRAY[1, NULL], ',', 'x')",
    "|NULL|1,x",
  ],
  [
    "a NULL argument gives NULL",
    "SELECT map_concat(MAP(ARRAY[1], ARRAY[-1]), NULL), array_except(ARRAY[NULL], NULL), array_union(ARRAY[1], NULL), array_intersect(NULL, ARRAY[1])",
    "NULL|NULL|NULL|NULL",
  ],
  [
    "UNNEST of named rows has columns of their names",
    "SELECT n, t.x FROM UNNEST(ARRAY[CAST(ROW(1, 'a') AS row(n integer, x varchar))]) t",
    "1|a",
  ],
  [
    "a row that is not a constructor is a row of VALUES",
    "SELECT * FROM (VALUES CAST(ROW(1, 'TruE') AS row(double, boolean)), ROW(2, false))",
    "1.0|true\n2.0|false",
  ],
  ["a random value in a lambda is refused", "SELECT transform(ARRAY[1], x -> random())", "NOT_SUPPORTED"],
]);
