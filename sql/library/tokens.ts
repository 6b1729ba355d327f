/** A part of a query: plain text, or a placeholder. `at` is its offset in the query. */
export type Token =
  | { readonly kind: "text"; readonly text: string; readonly at: number }
  | { readonly kind: "parameter"; readonly name: string; readonly property: string; readonly at: number }
  | { readonly kind: "feed"; readonly property: string; readonly at: number }
  | { readonly kind: "window"; readonly property: string; readonly at: number };

const string = /'(?:[^']|'')*'?/;
const quotedName = /"(?:[^"]|"")*"?/;
const comment = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/;

/** Matches the parts, and whole strings, quoted names and comments so that no part is found inside them. */
export const outsideLiterals = (...parts: readonly RegExp[]): RegExp =>
  new RegExp([string, quotedName, comment, ...parts].map(({ source }) => source).join("|"), "gu");

const placeholders = outsideLiterals(
  /:(?<name>[a-z][a-z0-9_]*)(?:\.(?<property>[a-z]+))?/,
  /\{(?<kind>feed|window)(?:\.(?<member>[a-z_]+))?\}/,
);

/** Splits a query at `:name[.property]`, `{feed[.property]}` and `{window[.property]}`. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const text = (from: number, to: number) => {
    if (to > from) tokens.push({ kind: "text", text: sql.slice(from, to), at: from });
  };
  for (const match of sql.matchAll(placeholders)) {
    const { name, property = "", kind, member = "" } = match.groups ?? {};
    if (name === undefined && kind === undefined) continue;
    const at = match.index;
    text(end, at);
    if (name !== undefined) tokens.push({ kind: "parameter", name, property, at });
    else tokens.push({ kind: kind === "feed" ? "feed" : "window", property: member, at });
    end = at + match[0].length;
  }
  text(end, sql.length);
  return tokens;
}

const questionMarks = outsideLiterals(/\?/);

/** Replaces each question mark by its literal, for people and for saved queries. */
export function fillQuestionMarks(query: string, literals: readonly string[]): string {
  let next = 0;
  return query.replace(questionMarks, (token) => (token === "?" ? (literals[next++] ?? token) : token));
}

const name = `(?:${quotedName.source}|[\\p{L}_][\\p{L}\\p{N}_$]*)`;
const words = new RegExp(`${string.source}|${comment.source}|(?<word>${name}(?:\\.${name})*|[(),])`, "gu");

/** The keywords, names, parentheses and commas of a query. A qualified name is one word. */
export const wordsOf = (sql: string): string[] =>
  [...sql.matchAll(words)].flatMap(({ groups }) => groups?.word ?? []);

export const lineOf = (sql: string, at: number): number => sql.slice(0, at).split("\n").length;
