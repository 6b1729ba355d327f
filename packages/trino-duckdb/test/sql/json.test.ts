import { answers } from "./evaluate";

answers("JSON", [
  [
    "json_extract_scalar keeps the digits of numbers",
    "SELECT json_extract_scalar('{\"p\": 1.50}', '$.p'), json_extract_scalar('{\"p\": 1e3}', '$.p'), json_extract_scalar('{\"p\": 12345678901234567890123}', '$.p'), json_extract_scalar('{\"p\": [1.5]}', '$.p'), json_extract_scalar('{\"p\": null, \"q\": 1.5}', '$.p'), json_extract_scalar('{\"p\": true, \"q\": 1.5}', '$.p')",
    "1.50|1e3|12345678901234567890123|NULL|NULL|true",
  ],
  [
    "json_extract writes doubles as Java does and keeps all digits of integers",
    "SELECT json_extract('{\"b\": 12345678.9, \"a\": [12345678901234567890, 1.50, 1e22]}', '$'), json_extract('{\"a\": [1.5]}', '$.a[1]')",
    '{"b":1.23456789E7,"a":[12345678901234567890,1.5,1.0E22]}|NULL',
  ],
  [
    "casts scalars like their values",
    "SELECT CAST(json_parse('1.5') AS bigint), CAST(json_parse('true') AS integer), CAST(json_parse('\"5\"') AS integer), CAST(json_parse('0') AS boolean), CAST(json_parse('null') AS integer), CAST(json_parse('1.5') AS varchar), CAST(json_parse('15') AS varchar), CAST(json_parse('\"a\"') AS varchar), CAST(json_parse('true') AS varchar), CAST(json_parse('12345678901234567890123') AS decimal(38,0))",
    "2|1|5|false|NULL|1.5E0|15|a|true|12345678901234567890123",
  ],
  [
    "casts to arrays, maps and rows, by position or by name in any case",
    'SELECT CAST(json_parse(\'[1, "2", null]\') AS ARRAY(integer)), CAST(json_parse(\'{"a": [1.5]}\') AS MAP(varchar, ARRAY(double))), CAST(json_parse(\'{"B": "x", "a": 1}\') AS ROW(a bigint, b varchar, c integer)), CAST(json_parse(\'[1, "a", true]\') AS ROW(x integer, y varchar, z boolean)), CAST(json_parse(\'{"a": {"b": 1}}\') AS MAP(varchar, json))',
    '[1, 2, null]|{a=[1.5]}|{a=1, b=x, c=null}|{x=1, y=a, z=true}|{a={"b":1}}',
  ],
  [
    "does not cast to another type",
    "SELECT CAST(json_parse('{}') AS integer)",
    "INVALID_CAST_ARGUMENT: Cannot cast to integer. {}",
  ],
  [
    "does not cast to dates",
    "SELECT CAST(json_parse('\"2026-01-01\"') AS date)",
    "TYPE_MISMATCH: line 1:8: Cannot cast json to date",
  ],
  [
    "TRY_CAST gives NULL for the whole value",
    "SELECT TRY_CAST(json_parse('[1, \"x\"]') AS ARRAY(integer)), TRY_CAST(json_parse('\"x\"') AS integer)",
    "NULL|NULL",
  ],
  [
    "is cast from values with all digits and sorted keys",
    "SELECT CAST(1.10 AS json), CAST(map(ARRAY['b', 'a'], ARRAY[1.10, NULL]) AS json), CAST(ARRAY[1e22, nan(), NULL] AS json), CAST(CAST(1.1 AS real) AS json), CAST(CAST(ROW(1, 'q\"x', ARRAY[true]) AS ROW(a integer, b varchar, c ARRAY(boolean))) AS json), CAST('a' AS json), CAST(DATE '2026-01-01' AS json), CAST(CAST(NULL AS ARRAY(integer)) AS json)",
    '1.10|{"a":null,"b":1.10}|[1.0E22,"NaN",null]|1.1|{"a":1,"b":"q\\"x","c":[true]}|"a"|"2026-01-01"|NULL',
  ],
  [
    "is not cast from rows with unnamed fields",
    "SELECT CAST(ROW(1, 'a') AS json)",
    "NOT_SUPPORTED: line 1:8: CAST to JSON of a row whose fields have no names is not supported by the embedded cloud",
  ],
  [
    "is not cast from varbinary",
    "SELECT CAST(X'00' AS json)",
    "TYPE_MISMATCH: line 1:8: Cannot cast varbinary to json",
  ],
  [
    "a decimal inside JSON keeps every digit",
    "SELECT CAST(CAST(ARRAY[123456789012345678901234567890.12345678, 1.2] AS json) AS array(decimal(38,8)))",
    "[123456789012345678901234567890.12345678, 1.20000000]",
  ],
  [
    "json_array_get gives strings without quotes and NULL for null",
    'SELECT json_array_get(\'["a", 1, null, {"b":"c"}]\', 0), json_array_get(\'["a", 1]\', 1), json_array_get(\'[null]\', 0), json_array_get(\'[{"b":"c"}]\', 0)',
    'a|1|NULL|{"b":"c"}',
  ],
  [
    "json_array_contains NULL is NULL",
    "SELECT json_array_contains('[]', NULL), json_array_contains('[3.5]', 3.5e0), json_array_contains('[3.5]', 4e0)",
    "NULL|true|false",
  ],
]);

answers("The JSON functions of the SQL standard", [
  [
    "select by lax and strict paths",
    `SELECT json_value(d, 'lax $.a'), json_value(d, 'lax $.b[last]'), json_value(d, 'strict $.x' NULL ON EMPTY), json_query(d, 'lax $.b'), json_exists(d, 'lax $.c.d'), json_exists(d, 'strict $.x'), json_value('not json', 'lax $.a') FROM (VALUES '{"a": 1, "b": [1, 2, "x"], "c": {"d": null}}') AS t(d)`,
    '1|x|NULL|[1,2,"x"]|true|false|NULL',
  ],
  [
    "wrap, default and convert",
    `SELECT json_query(d, 'lax $.b[*]' WITH ARRAY WRAPPER), json_query(d, 'lax $.x' EMPTY ARRAY ON EMPTY), json_value(d, 'lax $.a' RETURNING integer) + 1, json_value(d, 'lax $.x' DEFAULT 'none' ON EMPTY), json_query(d, 'lax $.b') FROM (VALUES '{"a": 1, "b": [1, 2.50]}') AS t(d)`,
    "[1,2.50]|[]|2|none|[1,2.50]",
  ],
  [
    "make objects and arrays",
    "SELECT json_object('a' : 1, 'b' : 'x', 'c' : NULL), json_object(KEY 'a' VALUE true, 'b' : NULL ABSENT ON NULL), json_array(1, 'x', NULL, true), json_array(1, NULL NULL ON NULL), json_array()",
    '{"a":1,"b":"x","c":null}|{"a":true}|[1,"x",true]|[1,null]|[]',
  ],
  [
    "refuse filters",
    "SELECT json_exists('[1]', 'lax $[*] ? (@ > 1)')",
    "NOT_SUPPORTED: line 1:20: the JSON path 'lax $[*] ? (@ > 1)' is not supported by the embedded cloud",
  ],
]);
