import { wordsOf } from "../../sql/library/tokens";

/**
 * The tables that a query reads, once for each read: Athena runs a WITH query again for each use. Works on words,
 * because loading the grammar would delay every report; `check:sql` compares the result with the grammar's.
 * Limitation: extract(x FROM y) looks like a table. No report uses it.
 */
export function tablesRead(sql: string): string[] {
  const words = wordsOf(sql);
  const withQueries = new Map<string, readonly string[]>();
  let body = words;
  if (words[0]?.toLowerCase() === "with") {
    let at = 1;
    for (;;) {
      const name = words[at]?.toLowerCase() ?? "";
      const open = words.indexOf("(", at);
      const close = closingParenthesis(words, open);
      if (open < 0 || close < 0) break;
      withQueries.set(name, words.slice(open + 1, close));
      at = close + 1;
      if (words[at] !== ",") break;
      at++;
    }
    body = words.slice(at);
  }
  const expand = (part: readonly string[], inside: ReadonlySet<string>): string[] =>
    tablesNamed(part).flatMap((name) => {
      const query = inside.has(name) ? undefined : withQueries.get(name);
      return query ? expand(query, new Set([...inside, name])) : [name];
    });
  return expand(body, new Set());
}

/** The names after FROM and JOIN, without their schema. */
const tablesNamed = (words: readonly string[]): string[] =>
  words.flatMap((word, at) => {
    if (!/^(from|join)$/i.test(word)) return [];
    const name = words[at + 1] ?? "(";
    if (name === "(" || /^(unnest|lateral)$/i.test(name)) return [];
    return [name.replaceAll('"', "").toLowerCase().split(".").at(-1) ?? ""];
  });

function closingParenthesis(words: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at >= 0 && at < words.length; at++) {
    if (words[at] === "(") depth++;
    if (words[at] === ")" && --depth === 0) return at;
  }
  return -1;
}
