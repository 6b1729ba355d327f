import type { Random } from "./random";
import { literalOf, literals } from "./values";

const numbers = [
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "decimal(3,1)",
  "decimal(10,2)",
  "decimal(18,6)",
  "decimal(38,10)",
  "decimal(20,0)",
];
const times = ["date", "timestamp(0)", "timestamp(3)", "timestamp(6)", "timestamp(3) with time zone", "time"];
const intervals = ["interval day to second", "interval year to month"];
const nested = [
  "array(integer)",
  "array(varchar)",
  "map(varchar, integer)",
  "row(integer, varchar)",
  "array(array(integer))",
  "array(row(integer, varchar))",
];
const all = [
  ...numbers,
  ...times,
  ...intervals,
  ...nested,
  "varchar",
  "char(5)",
  "boolean",
  "varbinary",
  "json",
  "uuid",
  "ipaddress",
  "unknown",
];

/** The types that people cast to. */
const targets = [
  ...numbers,
  "varchar",
  "varchar(3)",
  "char(4)",
  "boolean",
  "date",
  "timestamp(0)",
  "timestamp(3)",
  "timestamp(6)",
  "timestamp(3) with time zone",
  "time",
  "json",
  "varbinary",
  "uuid",
  "ipaddress",
  "array(bigint)",
  "array(varchar)",
  "array(double)",
  "map(varchar, bigint)",
  "map(varchar, varchar)",
  "row(a bigint, b varchar)",
  "array(json)",
  "interval day to second",
];

const texts: Readonly<Record<string, readonly string[]>> = {
  boolean: ["'true'", "'T'", "'0'", "'yes'", "''", "' true'"],
  date: [
    "'2020-02-29'",
    "'2020-2-9'",
    "'2020-02-30'",
    "' 2020-01-01 '",
    "'x'",
    "'12020-01-01'",
    "'2020-01-01 10:00'",
  ],
  time: ["'01:02:03.456'", "'23:59'", "'24:00:00'", "'1:2:3'", "'x'"],
  timestamp: [
    "'2020-02-29 12:34:56.789'",
    "'2020-02-29'",
    "'2020-02-29 12:34'",
    "'2020-02-29T12:34:56'",
    "'2020-02-29 25:00:00'",
    "'2020-02-29 12:34:56.789123 '",
    "'2020-02-29 12:34:56 +02:00'",
    "'x'",
  ],
  number: [
    "'12'",
    "'-7.5'",
    "'1e3'",
    "' 5 '",
    "'+3'",
    "'0x1F'",
    "'1_000'",
    "''",
    "'abc'",
    "'NaN'",
    "'Infinity'",
    "'.5'",
    "'5.'",
    "'99999999999999999999'",
    "'128'",
  ],
  json: ["'a\"b'", "'é'", "''"],
  uuid: ["'12151fd2-7586-11e9-8f9e-2a86e4085a59'", "'x'", "'12151FD275861 1e9'"],
  ipaddress: ["'10.0.0.1'", "'::1'", "'256.1.1.1'", "'2001:db8:0:0:1:0:0:1'"],
};

const jsonTexts = [
  "'1'",
  "'1.5'",
  "'1e2'",
  "'\"12\"'",
  "'\"abc\"'",
  "'true'",
  "'null'",
  "'[1, 2, null]'",
  "'[\"a\", 1.50, true]'",
  '\'{"a": 1, "b": "x"}\'',
  '\'{"b": 2, "a": "7"}\'',
  "'{}'",
  "'[]'",
  "'[1, \"x\"]'",
  "'12345678901234567890.123'",
  "'{\"x\": [1]}'",
];

const textFor = (target: string): readonly string[] => {
  const [kind = ""] = target.split("(");
  return texts[kind] ?? (numbers.includes(target) ? texts.number : undefined) ?? literals.varchar ?? [];
};

export function castCase(random: Random): string {
  const target = random.pick(targets);
  const word = random.chance(0.25) ? "TRY_CAST" : "CAST";
  const choice = random.below(10);
  const value =
    choice < 4
      ? random.pick(textFor(target))
      : choice < 6
        ? `json_parse(${random.pick(jsonTexts)})`
        : literalOf(random.pick(all.filter((type) => type !== "unknown")), random);
  return through(value, (x) => `${word}(${x} AS ${target})`, random);
}

/** The expression over a literal, or over a column that has the value. */
const through = (value: string, expression: (x: string) => string, random: Random): string =>
  random.chance(0.5)
    ? `SELECT ${expression(value)}`
    : `SELECT ${expression("x")} FROM (VALUES (${value})) AS t(x)`;

/** A binary operator over literals or columns. */
function binary(a: string, operator: string, b: string, random: Random): string {
  return random.chance(0.5)
    ? `SELECT ${a} ${operator} ${b}`
    : `SELECT a ${operator} b FROM (VALUES (${a}, ${b})) AS t(a, b)`;
}

export function arithmeticCase(random: Random): string {
  const operator = random.pick(["+", "-", "*", "/", "%"]);
  const [a, b] =
    random.below(10) < 7
      ? [random.pick(numbers), random.pick(numbers)]
      : random.pick([
          [random.pick(times), random.pick(intervals)],
          [random.pick(times), random.pick(times)],
          [random.pick(intervals), random.pick([...intervals, "integer", "bigint", "double"])],
          ["integer", random.pick(intervals)],
        ]);
  const left = literalOf(a ?? "integer", random);
  return binary(
    random.chance(0.1) ? `-(${left})` : left,
    operator,
    literalOf(b ?? "integer", random),
    random,
  );
}

export function comparisonCase(random: Random): string {
  const operator = random.pick([
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "!=",
    "IS DISTINCT FROM",
    "IS NOT DISTINCT FROM",
  ]);
  const a = random.pick(all);
  const b =
    random.below(3) > 0 ? a : random.pick(numbers.includes(a) ? numbers : times.includes(a) ? times : all);
  const [x, y] = [literalOf(a, random), random.chance(0.2) ? undefined : literalOf(b, random)];
  return binary(x, operator, y ?? x, random);
}

const pick2 = (type: string, random: Random) =>
  [literalOf(type, random), literalOf(type, random), literalOf(type, random)] as const;

/** CASE, IN, BETWEEN, LIKE, subscripts, and other forms that are neither functions nor operators. */
export function formCase(random: Random): string {
  const type = random.pick([
    ...numbers,
    ...times,
    "varchar",
    "varchar",
    "boolean",
    "array(integer)",
    "row(integer, varchar)",
    "char(5)",
  ]);
  const [a, b, c] = pick2(type, random);
  const forms: readonly (() => string)[] = [
    () => `SELECT ${a} IN (${b}, ${c}, ${random.chance(0.3) ? "NULL" : a})`,
    () => `SELECT x NOT IN (${b}, ${c}) FROM (VALUES (${a})) AS t(x)`,
    () => `SELECT ${a} BETWEEN ${b} AND ${c}`,
    () => `SELECT CASE WHEN ${a} = ${b} THEN 'same' WHEN ${a} < ${c} THEN 'less' ELSE 'more' END`,
    () => `SELECT CASE ${a} WHEN ${b} THEN 1 WHEN ${c} THEN 2.5 END`,
    () => `SELECT coalesce(CAST(NULL AS ${type}), ${a}, ${b})`,
    () => `SELECT nullif(${a}, ${b})`,
    () => `SELECT if(${random.pick(["true", "false", "NULL", "1 < 2"])}, ${a}, ${b})`,
    () =>
      `SELECT try(${random.pick(["1 / 0", "CAST('x' AS bigint)", "element_at(ARRAY[1], 0)", "json_parse('{')", "10 / 4", "9223372036854775807 + 1", "ARRAY[1][5]", "date_parse('x', '%Y')"])})`,
    () =>
      `SELECT ${random.pick(literals.varchar ?? [])} LIKE ${random.pick(["'%a%'", "'_b_'", "'%'", "''", "'a!%' ESCAPE '!'", "'Hello%'", "'%ö%'", "'____'", "'it''s'", "'a\\_c'"])}`,
    () => `SELECT ARRAY[${a}, ${b}, ${c}][${random.pick(["1", "2", "3", "4", "0", "-1"])}]`,
    () => `SELECT MAP(ARRAY['a', 'b'], ARRAY[${a}, ${b}])[${random.pick(["'a'", "'b'", "'c'"])}]`,
    () => `SELECT CAST(ROW(${a}, ${b}) AS row(first ${type}, second ${type})).second`,
    () => `SELECT ROW(${a}, ${b})[${random.pick(["1", "2"])}]`,
    () => `SELECT (${a} IS NULL) OR (${b} IS NOT NULL AND ${random.pick(["true", "false", "NULL"])})`,
    () => `SELECT ${a} || ${b}`,
    () => `SELECT ARRAY[${a}] || ${random.pick([`ARRAY[${b}]`, b, "NULL"])}`,
    () =>
      `SELECT typeof(${random.pick([a, `ARRAY[${a}]`, `${a} || ''`, `ROW(${a}, 1)`, `CAST(${a} AS varchar)`])})`,
    () =>
      `SELECT EXTRACT(${random.pick(["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "QUARTER", "WEEK", "DOW", "DOY", "YOW", "TIMEZONE_HOUR", "TIMEZONE_MINUTE"])} FROM ${literalOf(random.pick([...times, ...intervals]), random)})`,
    () =>
      `SELECT ${literalOf("timestamp(3) with time zone", random)} AT TIME ZONE ${random.pick(["'Asia/Tokyo'", "'America/Los_Angeles'", "'UTC'", "'+01:00'", "INTERVAL '2' HOUR"])}`,
    () => `SELECT ${literalOf("timestamp(3)", random)} AT TIME ZONE 'Europe/London'`,
    () => `SELECT format(${random.pick(["'%s'", "'%s-%s'", "'%5s|'", "'%-8s|'"])}, ${a}, ${b})`,
    () =>
      `SELECT format(${random.pick(["'%d'", "'%05d'", "'%,d'", "'%x'", "'%+d'", "'%o'", "'%,.2f'"])}, ${literalOf(random.pick(["integer", "bigint"]), random)})`,
    () =>
      `SELECT format(${random.pick(["'%.2f'", "'%10.3f|'", "'%,.1f'", "'%e'", "'%+.0f'", "'%s'"])}, ${literalOf(random.pick(["double", "decimal(10,2)"]), random)})`,
    () => `SELECT ${a} = ${random.pick(["ANY", "ALL", "SOME"])} (VALUES (${b}), (${c}))`,
    () => `SELECT ${a} IN (SELECT x FROM (VALUES (${b}), (${c})) AS t(x))`,
    () =>
      `SELECT ${random.pick(["substring('hello' FROM 2 FOR 3)", "position('l' IN 'hello')", "trim(BOTH 'x' FROM 'xxaxx')", "trim(LEADING FROM '  a ')", "trim(TRAILING 'ab' FROM 'xaab')", "U&'caf\\00e9'", "X'0F' || X'A0'", "0xFF + 0b11", "1_000_000", "DECIMAL '1.50' * 3", ".5", "5.", "1e-3", "-0.0", "GREATEST(1, 2.5)", "'a' 'b'", "CAST(1.005 AS decimal(10,2))", "1.0 / 3", "2 / 3 * 3.0", "-7 / 2", "-7 % 3", "7 % -3", "5.5 % 2", "TIMESTAMP '2020-01-31 10:00:00' + INTERVAL '1' MONTH", "DATE '2020-03-31' - INTERVAL '1' MONTH", "INTERVAL '2' DAY * 1.5", "TIMESTAMP '2020-03-08 01:30:00 America/New_York' + INTERVAL '1' HOUR", "TIMESTAMP '2020-03-08 01:30:00 America/New_York' + INTERVAL '1' DAY", "DATE '2020-01-01' + INTERVAL '1' HOUR", "TIME '23:30:00' + INTERVAL '1' HOUR"])}`,
    () => `SELECT ${jsonForm(random)}`,
  ];
  return random.pick(forms)();
}

/** The JSON functions of the SQL standard. */
function jsonForm(random: Random): string {
  const document = random.pick([
    '\'{"a": 1, "b": [1, 2, "x"], "c": {"d": null}}\'',
    "'[1, 2, 3]'",
    "'\"s\"'",
    "'not json'",
    "CAST(NULL AS varchar)",
  ]);
  const path = random.pick([
    "'$.a'",
    "'$.b[0]'",
    "'lax $.b[*]'",
    "'strict $.missing'",
    "'$.c.d'",
    "'lax $.missing'",
    "'$'",
    "'lax $.b.size()'",
    "'lax $.b[last]'",
    "'lax $[*] ? (@ > 1)'",
  ]);
  return random.pick([
    `json_exists(${document}, ${path})`,
    `json_value(${document}, ${path})`,
    `json_value(${document}, ${path} RETURNING integer)`,
    `json_value(${document}, ${path} DEFAULT 'none' ON EMPTY NULL ON ERROR)`,
    `json_query(${document}, ${path})`,
    `json_query(${document}, ${path} WITH ARRAY WRAPPER)`,
    `json_query(${document}, ${path} EMPTY ARRAY ON EMPTY)`,
    "json_object('a' : 1, 'b' : 'x', 'c' : NULL)",
    "json_object(KEY 'a' VALUE true ABSENT ON NULL)",
    "json_array(1, 'x', NULL, true)",
    "json_array(1, NULL NULL ON NULL)",
    "json_array()",
  ]);
}
