/** White space in Joni, which has the vertical tab besides RE2's. Both match \\w, \\d, \\s and \\b over ASCII only. */
const SPACE = "\\t\\n\\x0b\\f\\r ";

interface Re2 {
  readonly pattern: string;
  /** Whether it has classes like [:alpha:], which RE2 matches over ASCII only and Joni over Unicode. */
  readonly posix: boolean;
}

/** Translates a pattern of Joni, Trino's regular expression engine, to RE2, DuckDB's. */
export function toRe2(source: string): Re2 {
  let [pattern, within, posix] = ["", false, false];
  for (const [piece] of source.matchAll(
    /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[:\^?\w+:\]|\[\^?\]?|\(\?<(?![=!])|[\s\S]/g,
  )) {
    if (within && piece.startsWith("[:")) posix = true;
    else if (piece.startsWith("[")) within = true;
    else if (piece === "]") within = false;
    if (piece === "(?<") pattern += "(?P<";
    else if (piece === "\\s") pattern += within ? SPACE : `[${SPACE}]`;
    else pattern += piece === "\\S" && !within ? `[^${SPACE}]` : piece;
  }
  return { pattern, posix };
}

/** The pattern without quoted and escaped characters and classes; back-references stay. */
const structureOf = (source: string): string =>
  source.replace(/\\Q[\s\S]*?(?:\\E|$)|\\[^1-9k]|\[\^?\]?(?:\\[\s\S]|[^\]])*\]/g, "");

const BACK_REFERENCE = /\\[1-9k]/;

/** Whether the pattern has lookaround or back-references, which RE2 does not have. */
export const needsBacktracking = (source: string): boolean =>
  /\(\?<?[=!]/.test(structureOf(source)) || BACK_REFERENCE.test(structureOf(source));

/** Joni fails on a back-reference to a group that took no part; JavaScript goes on. */
export const mayReferToNothing = (source: string): boolean =>
  BACK_REFERENCE.test(structureOf(source)) && /\||\)(?:[?*]|\{0)/.test(structureOf(source));

/** The number of capturing groups. */
export function groupsIn(source: string): number {
  const outside = structureOf(source);
  return [...outside.matchAll(/\((?!\?)|\(\?P?<(?![=!])/g)].length;
}
