import { answers } from "./evaluate";

answers("Regular expressions", [
  [
    "classes and word boundaries are those of ASCII, as in Trino",
    "SELECT regexp_extract('Ünïcode 5', '\\w+'), regexp_replace('naïve café', '\\W', '_'), regexp_like('٣', '\\d'), regexp_like('a' || chr(160) || 'b', 'a\\sb'), regexp_like('é', '[\\w-]'), regexp_like('x', '[^\\W]')",
    "n|na_ve_caf_|false|false|false|true",
  ],
  [
    "a letter beyond ASCII is no part of a word",
    "SELECT regexp_like('a word', '\\bword\\b'), regexp_like('éword', '\\bword'), regexp_like('aé', 'a\\b')",
    "true|true|true",
  ],
  [
    "POSIX classes are refused on texts beyond ASCII",
    "SELECT regexp_like('é', '[[:alpha:]]')",
    "NOT_SUPPORTED: the pattern [[:alpha:]] on this text is not supported by the embedded cloud",
  ],
  [
    "$ is refused on texts that end with a line feed",
    "SELECT regexp_like('ab', 'b$'), regexp_like('ab' || chr(10), 'b$')",
    "NOT_SUPPORTED: the pattern b$ on this text is not supported by the embedded cloud",
  ],
  [
    "POSIX classes of a variable pattern are refused on texts beyond ASCII",
    "SELECT regexp_like(x, p) FROM (VALUES ('é', '[[:alpha:]]')) t(x, p)",
    "NOT_SUPPORTED: the pattern [[:alpha:]] on this text is not supported by the embedded cloud",
  ],
  [
    "a variable pattern matches ASCII texts",
    "SELECT regexp_like(x, p) FROM (VALUES ('e', '\\w'), ('é', 'é')) t(x, p)",
    "true\ntrue",
  ],
  [
    "regexp_replace with a pattern that matches the empty text is refused",
    "SELECT regexp_replace('axb', 'x*', '-')",
    "NOT_SUPPORTED: the pattern x*, which matches an empty text, is not supported by the embedded cloud",
  ],
  [
    "regexp_split with a pattern that matches the empty text is refused",
    "SELECT regexp_split('axb', 'x*')",
    "NOT_SUPPORTED: the pattern x*, which matches an empty text, is not supported by the embedded cloud",
  ],
  [
    "replacements at the start and end of a text",
    "SELECT regexp_replace('  ab ', '^\\s*|\\s*$', ''), regexp_replace('abc', '^', '>'), regexp_replace('abc', '$', '<'), regexp_replace('abc', '', '-'), regexp_replace('aaa', 'a', '\\$')",
    "ab|>abc|abc<|-a-b-c-|$$$",
  ],
  [
    "a replacement that ends with a dollar is refused",
    "SELECT regexp_replace('x', 'x', '$')",
    "NOT_SUPPORTED: line 1:8: the replacement '$' of regexp_replace is not supported by the embedded cloud",
  ],
  [
    "a group that the pattern does not have fails",
    "SELECT regexp_extract('ab', '(a)(?:b)[(]?', 2)",
    "INVALID_FUNCTION_ARGUMENT: line 1:8: Pattern has 1 groups. Cannot access group 2",
  ],
  [
    "named groups and groups that did not participate",
    "SELECT regexp_extract('ab', '(?<x>a)b', 1), regexp_extract('é!', 'é(\\w)?', 1), regexp_extract('éc', 'é(\\w)?', 1), regexp_like('a.c', '\\Qa.c\\E'), regexp_like('a]b', '[]]')",
    "a|NULL|c|true|true",
  ],
  [
    "lookahead and lookbehind",
    "SELECT regexp_like('abc', 'a(?=b)'), regexp_like('abc', 'a(?!b)'), regexp_extract('price: 42 USD', '(?<=: )\\d+(?= USD)'), regexp_extract_all('a1b2c', '[a-z](?=(\\d))', 1), regexp_count('aXbX', '(?<=[a-z])X'), regexp_position('abc', '(?<=b)c')",
    "true|false|42|[1, 2]|2|3",
  ],
  [
    "replacements and splits by lookaround",
    "SELECT regexp_replace('1234567', '(?<=\\d)(?=(?:\\d{3})+$)', ','), regexp_replace('user=ann', '(?<=(user)=)\\w+', '$1_name'), regexp_split('camelCaseText', '(?<=[a-z])(?=[A-Z])'), regexp_replace('a b', '(?<=a) ')",
    "1,234,567|user=user_name|[camel, Case, Text]|ab",
  ],
  [
    "back-references",
    "SELECT regexp_like('hello', '(l)\\1'), regexp_like('world', '([a-z])\\1'), regexp_extract('say \"hi\" now', '([\"''])(.*?)\\1', 2), regexp_replace('the the cat', '\\b(\\w+) \\1\\b', '$1'), regexp_like('\\1', '\\Q\\1\\E')",
    "true|false|hi|the cat|true",
  ],
  [
    "lookaround and NULL",
    "SELECT regexp_extract('abc', '(?<=z)c'), regexp_like(CAST(NULL AS varchar), '(?=a)'), regexp_extract_all('abc', '(?<=z)c')",
    "NULL|NULL|[]",
  ],
  [
    "a back-reference to a group that may be missing is refused: it matches in JavaScript only",
    "SELECT regexp_like('b', '(a)?\\1b')",
    "NOT_SUPPORTED: line 1:8: a back-reference in a pattern with alternatives or optional groups is not supported by the embedded cloud",
  ],
  ["an invalid pattern fails", "SELECT regexp_like('a', '[')", "INVALID_FUNCTION_ARGUMENT: missing ]: ["],
  [
    "positions count from one",
    "SELECT regexp_position('I have 23', '\\d+'), regexp_position('abc', 'z'), regexp_position(NULL, 'z')",
    "8|-1|NULL",
  ],
  [
    "regexp_replace with a lambda is refused",
    "SELECT regexp_replace('ab', '(a)', x -> upper(x[1]))",
    "NOT_SUPPORTED: line 1:8: regexp_replace with a lambda is not supported by the embedded cloud",
  ],
  [
    "extracted texts keep the type varchar(n)",
    "SELECT typeof(regexp_extract('abc', 'a')), typeof(upper('abc')), typeof(substr('abc', 2)), typeof(split('abc', ',')), typeof('a' || 'b')",
    "varchar(3)|varchar(3)|varchar(3)|array(varchar(3))|varchar",
  ],
  [
    "further digits of a group number count while there is such a group",
    "SELECT regexp_replace('xxx', '(x)', '$01'), regexp_replace('abc', '(a)(b)', '$21')",
    "xxx|b1c",
  ],
]);
