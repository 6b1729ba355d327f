import { invalidInput } from "../errors";

export interface Token {
  readonly kind: "word" | "string" | "number" | "symbol" | "end";
  readonly text: string;
  /** A quoted word is a name and never a keyword. */
  readonly quoted?: boolean;
  readonly at: number;
}

const PATTERNS: readonly [Token["kind"] | "space" | "quoted", RegExp][] = [
  ["space", /\s+/y],
  ["string", /'(?:[^']|'')*'/y],
  ["quoted", /"(?:[^"]|"")*"|`[^`]*`/y],
  ["number", /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/y],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["symbol", /<>|<=|>=|!=|[=<>(),]/y],
];

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const found = PATTERNS.map(([kind, pattern]) => {
      pattern.lastIndex = at;
      return { kind, match: pattern.exec(text)?.[0] };
    }).find(({ match }) => match !== undefined);
    if (found?.match === undefined) throw parseError(text, at);
    const { kind, match } = found;
    if (kind === "string") tokens.push({ kind, text: match.slice(1, -1).replaceAll("''", "'"), at });
    else if (kind === "quoted")
      tokens.push({ kind: "word", text: match.slice(1, -1).replaceAll('""', '"'), quoted: true, at });
    else if (kind !== "space") tokens.push({ kind, text: match, at });
    at += match.length;
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

export const parseError = (text: string, at: number): Error =>
  invalidInput(`Unable to parse expression '${text}' at position ${at + 1}: '${text.slice(at, at + 20)}'`);
