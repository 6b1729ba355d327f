import { answers } from "./evaluate";

answers("Texts and their formats", [
  [
    "numbers are formatted as Java does",
    "SELECT format('%s-%d', 'a', 5), format('%,d', 1234567), format('%,.2f', 1234567.891), format('%.2f', 1.005e0), format('%.0f', 2.5e0), format('%05d|%-5d|%+d|%(d', 42, 5, 5, -7), format('%.3e', 12345.678e0), format('%.1e', 9.99e0), format('%x', BIGINT '255'), format('%8.3f', -1.5)",
    "a-5|1,234,567|1,234,567.89|1.01|3|00042|5    |+5|(7)|1.235e+04|1.0e+01|ff|  -1.500",
  ],
  [
    "other values and NULL are formatted",
    "SELECT format('%s %s %s', 1.5e0, 1e10, true), format('%10s|%-4s|', 'a', 'b'), format('%s %d', NULL, CAST(NULL AS integer)), format('%.1f', nan()), format('%s%%', DATE '2026-01-01')",
    "1.5 1.0E10 true|         a|b   ||null null|NaN|2026-01-01%",
  ],
  [
    "a format that does not fit its value fails",
    "SELECT format('%d', 1.5)",
    "INVALID_FUNCTION_ARGUMENT: line 1:8: Invalid format string: %d with decimal(2,1)",
  ],
  [
    "a format without a value fails",
    "SELECT format('%s')",
    "INVALID_FUNCTION_ARGUMENT: line 1:8: Format specifier '%s'",
  ],
  [
    "a format of times is refused",
    "SELECT format('%s', now())",
    "NOT_SUPPORTED: line 1:8: '%s' with timestamp(3) with time zone in format() is not supported by the embedded cloud",
  ],
  [
    "replace finds the empty text between all characters",
    "SELECT replace('abc', '', 'x'), replace('', '', 'x'), replace('abc', 'b', '')",
    "xaxbxcx|x|ac",
  ],
  [
    "split by the empty text fails",
    "SELECT split('abc', '')",
    "INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string",
  ],
  [
    "padding to a negative length fails",
    "SELECT lpad('abc', -1, 'x')",
    "INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]",
  ],
  [
    "padding with the empty text fails",
    "SELECT rpad('abc', 5, '')",
    "INVALID_FUNCTION_ARGUMENT: Padding string must not be empty",
  ],
  ["upper keeps ß", "SELECT upper('straße'), upper('é')", "STRAßE|É"],
  ["from_utf8 replaces invalid bytes", "SELECT from_utf8(X'61ff62')", "a�b"],
  [
    "strpos counts occurrences from both ends",
    "SELECT strpos('abcabc', 'b', 2), strpos('abcabc', 'b', -1), strpos('abcabc', 'b', 3), strpos('aaaa', 'aa', 2), strpos('é-é', 'é', -1)",
    "5|5|0|2|3",
  ],
  [
    "LIKE with an escape character",
    "SELECT 'a%' LIKE 'a$%' ESCAPE '$', 'ab' LIKE 'a$%' ESCAPE '$', '$' LIKE '$$' ESCAPE '$', NULL LIKE 'a'",
    "true|false|true|NULL",
  ],
  [
    "an escape at the end of a pattern fails",
    "SELECT 'a' LIKE 'a$' ESCAPE '$'",
    "INVALID_FUNCTION_ARGUMENT: line 1:12: Escape character must be followed by '%', '_' or the escape character itself",
  ],
  [
    "an escape before a letter fails",
    "SELECT 'a' LIKE '$a' ESCAPE '$'",
    "INVALID_FUNCTION_ARGUMENT: line 1:12: Escape character must be followed by '%', '_' or the escape character itself",
  ],
  [
    "a function of Athena that is not supported fails as NOT_SUPPORTED",
    "SELECT word_stem('a')",
    "NOT_SUPPORTED: line 1:8: the function word_stem is not supported by the embedded cloud",
  ],
  [
    "char(n) is padded in results and as varchar, and its blanks do not count in comparisons",
    "SELECT CAST('abc' AS char(5)), CAST('abc' AS char(5)) = 'abc', CAST('a' AS char(3)) || 'b', length(CAST('a' AS char(3))), CAST(CAST('a' AS char(3)) AS varchar), typeof(CAST('a' AS char(3)) || 'b'), CAST('a' AS char(3)) LIKE 'a', CAST('a' AS char(3)) LIKE 'a%'",
    "abc  |true|a  b|3|a  |char(4)|false|true",
  ],
  [
    "functions of varchar do not take a char(n)",
    "SELECT regexp_like(CAST('a' AS char(3)), 'a')",
    "FUNCTION_NOT_FOUND",
  ],
  [
    "functions of char(n)",
    "SELECT substr(CAST('abc' AS char(5)), 2), lpad(CAST('a' AS char(2)), 4, 'x'), to_utf8(CAST('a' AS char(2))), concat(CAST('a' AS char(3)), 'b'), trim(CAST('a' AS char(3)))",
    "bc  |xxa |61 20|a  b|a",
  ],
  [
    "normal forms",
    "SELECT length(normalize('é', NFD)), length(normalize('é')), normalize('ﬁ', NFKC)",
    "2|1|fi",
  ],
  [
    "UUIDs and IP addresses",
    "SELECT CAST(UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS varbinary), TRY_CAST('x' AS uuid), IPADDRESS '2001:db8:0:0:1::1', CAST(IPADDRESS '10.0.0.1' AS varchar), IPADDRESS '10.0.0.9' < IPADDRESS '10.0.0.10', contains('10.0.0.0/8', IPADDRESS '10.1.2.3'), TRY_CAST('256.1.1.1' AS ipaddress)",
    "12 15 1f d2 75 86 11 e9 8f 9e 2a 86 e4 08 5a 59|NULL|2001:db8::1:0:0:1|10.0.0.1|true|true|NULL",
  ],
  [
    "distances count code points",
    "SELECT levenshtein_distance('hello naïve world', 'hello naive world'), levenshtein_distance('休念,爱', '信念,爱'), levenshtein_distance('kitten', 'sitting'), levenshtein_distance('', 'abc'), hamming_distance('naïve', 'naive')",
    "1|1|3|3|1",
  ],
  [
    "hamming_distance needs texts of the same length",
    "SELECT hamming_distance('a', 'ab')",
    "INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length",
  ],
  [
    "trim removes Unicode blanks, but no non-breaking ones",
    "SELECT ltrim(' 　a'), length(trim(' a '))",
    "a|3",
  ],
  [
    "split_part of an empty text by an empty delimiter",
    "SELECT split_part('', '', 1), split_part('abc', '', 2), split_part('', ',', 1)",
    "NULL|b|",
  ],
  [
    "split_to_map of nothing, and with an empty last entry",
    "SELECT split_to_map('', ',', '='), split_to_map('a=1,b=2,', ',', '='), split_to_map(NULL, ',', '=')",
    "{}|{a=1, b=2}|NULL",
  ],
  [
    "split_to_map refuses an entry without a value",
    "SELECT split_to_map('a=1,b', ',', '=')",
    "INVALID_FUNCTION_ARGUMENT: Key-value delimiter must appear exactly once in each entry. Bad input: 'a=1,b'",
  ],
  [
    "split_to_map refuses a key twice",
    "SELECT split_to_map('a=1,a=2', ',', '=')",
    "INVALID_FUNCTION_ARGUMENT: Duplicate map keys are not allowed",
  ],
  ["from_hex refuses an odd length", "SELECT from_hex('abc')", "INVALID_FUNCTION_ARGUMENT"],
  [
    "concat_ws without a separator is NULL",
    "SELECT concat_ws(NULL, ARRAY['a']), concat_ws(NULL, 'a', 'b'), concat_ws(',', ARRAY['a', NULL, 'b'])",
    "NULL|NULL|a,b",
  ],
]);
