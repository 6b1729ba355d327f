import { fail, type Node } from "../failure";

/** MySQL's date format, which date_format and date_parse take, as strftime writes it. */
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

export function fromMysqlFormat(format: string, node: Node): string {
  return format.replace(/%(.?)/gs, (whole, letter: string) => {
    const known = mysql[letter];
    return known ?? fail("INVALID_FUNCTION_ARGUMENT", `date format '${whole}' is not supported`, node);
  });
}

/** Joda's pattern letters, by letter and how often it is repeated. */
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
