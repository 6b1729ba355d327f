import { fail, type Node, notSupported } from "../failure";

/** Specifiers of MySQL's date format (date_format, date_parse), as strftime specifiers. */
const mysql: Readonly<Record<string, string>> = {
  a: "%a",
  b: "%b",
  c: "%-m",
  d: "%d",
  e: "%-d",
  f: "%f",
  H: "%H",
  h: "%I",
  I: "%I",
  i: "%M",
  j: "%j",
  k: "%-H",
  l: "%-I",
  M: "%B",
  m: "%m",
  p: "%p",
  r: "%I:%M:%S %p",
  S: "%S",
  s: "%S",
  T: "%H:%M:%S",
  v: "%V",
  W: "%A",
  x: "%G",
  Y: "%Y",
  y: "%y",
  "%": "%%",
};

export function fromMysqlFormat(format: string, node: Node, parsing = false): string {
  return format.replace(/%(.?)/gs, (whole, letter: string) => {
    const known = mysql[letter];
    if (parsing && (letter === "v" || letter === "x"))
      return notSupported(`date_parse with %${letter}`, node);
    return known ?? fail("INVALID_FUNCTION_ARGUMENT", `date format '${whole}' is not supported`, node);
  });
}

/** Joda's patterns (format_datetime, parse_datetime), as strftime specifiers. */
const joda: Readonly<Record<string, string>> = {
  yyyy: "%Y",
  y: "%Y",
  yy: "%y",
  YYYY: "%Y",
  MM: "%m",
  M: "%-m",
  MMM: "%b",
  MMMM: "%B",
  dd: "%d",
  d: "%-d",
  HH: "%H",
  H: "%-H",
  hh: "%I",
  h: "%-I",
  mm: "%M",
  m: "%-M",
  ss: "%S",
  s: "%-S",
  SSS: "%g",
  SSSSSS: "%f",
  E: "%a",
  EE: "%a",
  EEE: "%a",
  EEEE: "%A",
  a: "%p",
  D: "%-j",
  DDD: "%j",
  xxxx: "%G",
  ww: "%V",
  e: "%u",
};

export function fromJodaFormat(format: string, node: Node): string {
  return format.replace(/'((?:[^']|'')*)'|([a-zA-Z])\2*|%/g, (whole, quoted?: string) => {
    if (quoted !== undefined) return quoted === "" ? "'" : quoted.replaceAll("''", "'").replaceAll("%", "%%");
    if (whole === "%") return "%%";
    const known = joda[whole];
    return (
      known ?? fail("NOT_SUPPORTED", `the pattern '${whole}' is not supported by the embedded cloud`, node)
    );
  });
}

/** The texts that each strftime specifier matches when parsing. */
const digits = (most: number) => `[0-9]{1,${most}}`;
const shapes: Readonly<Record<string, string>> = {
  Y: digits(4),
  G: digits(4),
  y: "[0-9]{2}",
  f: digits(9),
  g: "[0-9]{3}",
  j: digits(3),
  b: "[A-Za-z]+",
  B: "[A-Za-z]+",
  a: "[A-Za-z]+",
  A: "[A-Za-z]+",
  p: "[AaPp][Mm]",
  u: "[1-7]",
  "%": "%",
};

/** How to parse texts in a strptime format as Joda does. */
export interface Parsing {
  /** A regular expression that valid texts match. */
  readonly pattern: string;
  /** The default date or year, prepended to texts without one, and its format. */
  readonly prefix: string;
  readonly prefixFormat: string;
  readonly hasFraction: boolean;
  readonly shortYear: boolean;
  /** An hour from 1 to 12 without AM or PM: 12 is midnight. */
  readonly halfDay: boolean;
}

export function parsing(format: string): Parsing {
  const letters = [...format.matchAll(/%-?(.)/gs)].map(([, letter = ""]) => letter);
  const pattern = format.replace(/%-?(.)|[\\^$.|?*+()[\]{}]/gs, (whole, letter?: string) =>
    letter === undefined ? `\\${whole}` : (shapes[letter] ?? digits(2)),
  );
  const has = (some: string) => letters.some((letter) => some.includes(letter));
  const [prefix, prefixFormat] = has("YyG")
    ? ["", ""]
    : has("mdbBj")
      ? ["2000 ", "%Y "]
      : ["1970-01-01 ", "%Y-%m-%d "];
  return {
    pattern,
    prefix,
    prefixFormat,
    hasFraction: has("f"),
    shortYear: has("y"),
    halfDay: has("I") && !has("p"),
  };
}
