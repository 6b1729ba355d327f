/** Classes that cover Unicode in Joni and only ASCII in RE2. */
const classes: Readonly<Record<string, string>> = {
  w: "\\p{L}\\p{M}\\p{N}\\p{Pc}",
  d: "\\p{Nd}",
  s: "\\t\\n\\x0b\\f\\r\\x{85}\\p{Z}",
};

interface Re2 {
  readonly pattern: string;
  /** Whether it has word boundaries or classes that RE2 matches over ASCII only. */
  readonly boundaries: boolean;
}

/** Translates a pattern of Joni, Trino's regular expression engine, to RE2, DuckDB's. */
export function toRe2(source: string): Re2 {
  let [pattern, within, boundaries] = ["", false, false];
  for (const [piece] of source.matchAll(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?|\(\?<(?![=!])|[\s\S]/g)) {
    const letter = piece.length === 2 && piece.startsWith("\\") ? (piece[1] ?? "") : "";
    const members = classes[letter.toLowerCase()];
    if (members === undefined) {
      if (letter === "b" || letter === "B") boundaries ||= !within;
      if (piece.startsWith("[")) within = true;
      else if (piece === "]") within = false;
      pattern += piece === "(?<" ? "(?P<" : piece;
    } else if (letter === letter.toLowerCase()) pattern += within ? members : `[${members}]`;
    else if (letter === "D") pattern += "\\P{Nd}";
    else {
      // A class inside a class cannot be negated. It stays, and is exact for ASCII texts.
      boundaries ||= within;
      pattern += within ? piece : `[^${members}]`;
    }
  }
  return { pattern, boundaries };
}

/** The number of capturing groups. */
export function groupsIn(source: string): number {
  const outside = source.replace(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]])*\]/g, "");
  return [...outside.matchAll(/\((?!\?)|\(\?P?<(?![=!])/g)].length;
}
