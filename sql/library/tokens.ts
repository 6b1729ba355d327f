/** A part of a query: plain text, or a placeholder. `at` is its offset in the query. */
export type Token =
  | { readonly kind: "text"; readonly text: string; readonly at: number }
  | { readonly kind: "parameter"; readonly name: string; readonly property: string; readonly at: number }
  | { readonly kind: "feed"; readonly property: string; readonly at: number }
  | { readonly kind: "window"; readonly property: string; readonly at: number };

/** Strings, quoted names and comments: a placeholder in them is ordinary text. */
const opaque = [/'(?:[^']|'')*'?/, /"(?:[^"]|"")*"?/, /--[^\n]*/, /\/\*[\s\S]*?(?:\*\/|$)/];

const outsideOpaque = (...parts: readonly RegExp[]): RegExp =>
  new RegExp([...opaque, ...parts].map(({ source }) => source).join("|"), "g");

const placeholders = outsideOpaque(
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

const questionMarks = outsideOpaque(/\?/);

/** Replaces each question mark by its literal, for people and for saved queries. */
export function fillQuestionMarks(query: string, literals: readonly string[]): string {
  let next = 0;
  return query.replace(questionMarks, (token) => (token === "?" ? (literals[next++] ?? token) : token));
}

export const lineOf = (sql: string, at: number): number => sql.slice(0, at).split("\n").length;
