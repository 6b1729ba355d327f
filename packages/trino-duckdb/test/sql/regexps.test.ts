import { answers } from "./evaluate";

answers("Regular expressions", [
  [
    "classes are of all letters, digits and blanks",
    "SELECT regexp_extract('Ünïcode 5', '\\w+'), regexp_replace('naïve café', '\\W', '_'), regexp_like('٣', '\\d'), regexp_like('a' || chr(160) || 'b', 'a\\sb'), regexp_like('é', '[\\w-]'), regexp_like('x', '[^\\W]')",
    "Ünïcode|naïve_café|true|true|true|true",
  ],
  [
    "boundaries of words are not told beyond ASCII",
    "SELECT regexp_like('a word', '\\bword\\b'), regexp_like('éword', '\\bword')",
    "NOT_SUPPORTED: the pattern \\bword on this text is not supported by the embedded cloud",
  ],
  [
    "the end is not told before a last line feed",
    "SELECT regexp_like('ab', 'b$'), regexp_like('ab' || chr(10), 'b$')",
    "NOT_SUPPORTED: the pattern b$ on this text is not supported by the embedded cloud",
  ],
  [
    "classes of a pattern that is no constant are not told beyond ASCII",
    "SELECT regexp_like(x, p) FROM (VALUES ('é', '\\w')) t(x, p)",
    "NOT_SUPPORTED: the pattern \\w on this text is not supported by the embedded cloud",
  ],
  [
    "a pattern that is no constant matches elsewhere",
    "SELECT regexp_like(x, p) FROM (VALUES ('e', '\\w'), ('é', 'é')) t(x, p)",
    "true\ntrue",
  ],
  [
    "nothing is put where a pattern matches nothing",
    "SELECT regexp_replace('axb', 'x*', '-')",
    "NOT_SUPPORTED: the pattern x*, which matches an empty text, is not supported by the embedded cloud",
  ],
  [
    "nothing splits where a pattern matches nothing",
    "SELECT regexp_split('axb', 'x*')",
    "NOT_SUPPORTED: the pattern x*, which matches an empty text, is not supported by the embedded cloud",
  ],
  [
    "ends are trimmed and written to",
    "SELECT regexp_replace('  ab ', '^\\s*|\\s*$', ''), regexp_replace('abc', '^', '>'), regexp_replace('abc', '$', '<'), regexp_replace('abc', '', '-'), regexp_replace('aaa', 'a', '\\$')",
    "ab|>abc|abc<|-a-b-c-|$$$",
  ],
  [
    "a replacement does not end in a dollar",
    "SELECT regexp_replace('x', 'x', '$')",
    "NOT_SUPPORTED: line 1:8: the replacement '$' of regexp_replace is not supported by the embedded cloud",
  ],
  [
    "a group that the pattern has not fails",
    "SELECT regexp_extract('ab', '(a)(?:b)[(]?', 2)",
    "INVALID_FUNCTION_ARGUMENT: line 1:8: Pattern has 1 groups. Cannot access group 2",
  ],
  [
    "groups have names, and may take no part",
    "SELECT regexp_extract('ab', '(?<x>a)b', 1), regexp_extract('é!', 'é(\\w)?', 1), regexp_extract('éc', 'é(\\w)?', 1), regexp_like('a.c', '\\Qa.c\\E'), regexp_like('a]b', '[]]')",
    "a|NULL|c|true|true",
  ],
  [
    "looking ahead is refused",
    "SELECT regexp_like('abc', '(?=b)')",
    "NOT_SUPPORTED: (?= in a pattern is not supported by the embedded cloud",
  ],
  ["a pattern that is none fails", "SELECT regexp_like('a', '[')", "INVALID_FUNCTION_ARGUMENT: missing ]: ["],
  [
    "positions count from one",
    "SELECT regexp_position('I have 23', '\\d+'), regexp_position('abc', 'z'), regexp_position(NULL, 'z')",
    "8|-1|NULL",
  ],
  [
    "lambdas do not replace",
    "SELECT regexp_replace('ab', '(a)', x -> upper(x[1]))",
    "NOT_SUPPORTED: line 1:8: regexp_replace with a lambda is not supported by the embedded cloud",
  ],
  [
    "what is cut from a text keeps its length",
    "SELECT typeof(regexp_extract('abc', 'a')), typeof(upper('abc')), typeof(substr('abc', 2)), typeof(split('abc', ',')), typeof('a' || 'b')",
    "varchar(3)|varchar(3)|varchar(3)|array(varchar(3))|varchar",
  ],
]);
