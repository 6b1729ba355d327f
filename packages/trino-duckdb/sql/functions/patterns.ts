/** The classes that Joni takes over all of Unicode and RE2 over ASCII. */
const classes: Readonly<Record<string, string>> = {
  w: "\\p{L}\\p{M}\\p{N}\\p{Pc}",
  d: "\\p{Nd}",
  s: "\\t\\n\\x0b\\f\\r\\x{85}\\p{Z}",
};

export interface Re2 {
  readonly pattern: string;
  /** Whether it asks for boundaries of words. */
  readonly boundaries: boolean;
}

/** A pattern of Joni's as RE2 has to read it. */
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
      // No class holds what another leaves out: it stays ASCII's, on texts of ASCII.
      boundaries ||= within;
      pattern += within ? piece : `[^${members}]`;
    }
  }
  return { pattern, boundaries };
}

/** How many capturing groups a pattern has. */
export function groupsIn(source: string): number {
  const outside = source.replace(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]])*\]/g, "");
  return [...outside.matchAll(/\((?!\?)|\(\?P?<(?![=!])/g)].length;
}
