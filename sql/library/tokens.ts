/** What of a query's text a placeholder can stand in, and what it cannot: strings, quoted names, comments. */
export type Token =
  | { readonly kind: "text"; readonly text: string; readonly at: number }
  | { readonly kind: "placeholder"; readonly name: string; readonly property: string; readonly at: number }
  | { readonly kind: "feed"; readonly property: string; readonly at: number };

const pattern = new RegExp(
  [
    /'(?:[^']|'')*'?/, // string
    /"(?:[^"]|"")*"?/, // quoted name
    /--[^\n]*/, // comment
    /\/\*[\s\S]*?(?:\*\/|$)/, // comment
    /:(?<name>[a-z][a-z0-9_]*)(?:\.(?<property>[a-z]+))?/,
    /\{feed(?:\.(?<feed>[a-z_]+))?\}/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

/** Cuts a query at its `:name[.property]` and `{feed[.property]}`. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const text = (from: number, to: number) => {
    if (to > from) tokens.push({ kind: "text", text: sql.slice(from, to), at: from });
  };
  for (const match of sql.matchAll(pattern)) {
    const { name, property = "", feed } = match.groups ?? {};
    if (name !== undefined) {
      text(end, match.index);
      tokens.push({ kind: "placeholder", name, property, at: match.index });
    } else if (match[0].startsWith("{feed")) {
      text(end, match.index);
      tokens.push({ kind: "feed", property: feed ?? "", at: match.index });
    } else continue;
    end = match.index + match[0].length;
  }
  text(end, sql.length);
  return tokens;
}

export const lineOf = (sql: string, at: number): number => sql.slice(0, at).split("\n").length;
