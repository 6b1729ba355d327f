import { QueryFailure } from "../sql/failure";

interface Rule {
  readonly pattern: RegExp;
  readonly make: (match: RegExpExecArray) => readonly [code: string, message: string];
}

const integers: Readonly<Record<string, string>> = {
  INT8: "tinyint",
  INT16: "smallint",
  INT32: "integer",
  INT64: "bigint",
};

/** Messages can contain a whole value, or a whole line of a file. */
export const LONGEST = 1000;

/** Errors of DuckDB's functions about their arguments, with the value in a group. */
const invalidArguments: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/Map keys can not be NULL/, "map key cannot be null"],
  [/The map key list does not align/, "Key and value arrays must be the same length"],
  [/Invalid input for arg_min\/arg_max/, "third argument of max_by/min_by must be a positive integer"],
  [/Invalid input for hex digit/, "Invalid hex character"],
  [/Invalid UTF8 Codepoint (-?\d+)/, "Not a valid Unicode code point"],
  [/toString\(\) radix argument must be/, "Radix must be between 2 and 36"],
];

/** Translates DuckDB's messages to Trino's. */
const rules: readonly Rule[] = [
  {
    pattern: /trino!([A-Z_]+)!([\s\S]*?)!(?:'|$|\n| when)/,
    make: ([, code = "", message = ""]) => [code, message],
  },
  { pattern: /trino!([A-Z_]+)!([\s\S]*)!/, make: ([, code = "", message = ""]) => [code, message] },
  // DuckDB ends a message at a NUL.
  { pattern: /trino!([A-Z_]+)!([\s\S]*)/, make: ([, code = "", message = ""]) => [code, message] },
  {
    pattern: /Overflow in (\w+) of (\w+) \((.*?)\)/,
    make: ([, operation = "", type = "", values = ""]) => [
      "NUMERIC_VALUE_OUT_OF_RANGE",
      `${integers[type] ?? "decimal"} ${operation} overflow: ${values}`,
    ],
  },
  {
    pattern:
      /Type (\w+) with value (\S+) can't be cast because the value is out of range for the destination type (\w+)/,
    make: ([, from = "", value = "", to = ""]) => [
      from === "DOUBLE" || from === "FLOAT" ? "INVALID_CAST_ARGUMENT" : "NUMERIC_VALUE_OUT_OF_RANGE",
      `Out of range for ${integers[to] ?? to}: ${value}`,
    ],
  },
  {
    pattern: /Could not convert string "(.*?)" to DECIMAL\((\d+),(\d+)\)/,
    make: ([, text = "", precision = "", scale = ""]) => [
      "INVALID_CAST_ARGUMENT",
      `Cannot cast '${text}' to DECIMAL(${precision}, ${scale})`,
    ],
  },
  {
    pattern: /Could not convert string '([\s\S]*?)' to (\w+)/,
    make: ([, text = "", type = ""]) => ["INVALID_CAST_ARGUMENT", `Cannot cast '${text}' to ${type}`],
  },
  { pattern: /Conversion Error: (.*)/, make: ([, text = ""]) => ["INVALID_CAST_ARGUMENT", text] },
  {
    pattern: /column "?([^"]*?)"? must appear in the GROUP BY clause/,
    make: ([, name = ""]) => [
      "EXPRESSION_NOT_AGGREGATE",
      `'${name}' must be an aggregate expression or appear in GROUP BY clause`,
    ],
  },
  {
    pattern: /More than one row returned by a subquery/,
    make: () => ["SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows"],
  },
  {
    pattern: /Could not parse string ("[\s\S]*?") according to format specifier/,
    make: ([, text = ""]) => ["INVALID_FUNCTION_ARGUMENT", `Invalid format: ${text}`],
  },
  {
    pattern: /Invalid Input Error: invalid perl operator: (\S+)/,
    make: ([, construct = ""]) => [
      "NOT_SUPPORTED",
      `${construct} in a pattern is not supported by the embedded cloud`,
    ],
  },
  {
    pattern: /Invalid Input Error: ((?:missing|invalid|bad|no argument|trailing|unexpected) [\s\S]*)/,
    make: ([, problem = ""]) => ["INVALID_FUNCTION_ARGUMENT", problem],
  },
  ...invalidArguments.map(([pattern, message]) => ({
    pattern,
    make: ([, value]: RegExpExecArray) =>
      ["INVALID_FUNCTION_ARGUMENT", value === undefined ? message : `${message}: ${value}`] as const,
  })),
  {
    pattern:
      /Maximum line size of \d+ bytes exceeded|The Parallel CSV Reader currently does not support a full read/,
    make: () => ["NOT_SUPPORTED", "a line of more than 2000000 bytes is not supported by the embedded cloud"],
  },
  { pattern: /Out of Memory Error: (.*)/, make: ([, text = ""]) => ["EXCEEDED_LOCAL_MEMORY_LIMIT", text] },
  { pattern: /Out of Range Error: (.*)/, make: ([, text = ""]) => ["NUMERIC_VALUE_OUT_OF_RANGE", text] },
  {
    pattern: /map keys must be unique/i,
    make: () => ["INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed"],
  },
];

export function explain(message: string): QueryFailure {
  for (const { pattern, make } of rules) {
    const match = pattern.exec(message);
    if (!match) continue;
    const [code, text] = make(match);
    return new QueryFailure(code, text.slice(0, LONGEST));
  }
  return new QueryFailure("GENERIC_INTERNAL_ERROR", (message.split("\n\n")[0] ?? "").slice(0, LONGEST));
}
