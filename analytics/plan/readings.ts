/**
 * The tables a query reads, once per reading: Athena keeps no WITH query's rows, so a name used twice is read twice.
 * Works on tokens alone, since a report cannot wait for a grammar to load; `check:sql` compares it with the grammar.
 */
export function readingsOf(sql: string): string[] {
  const tokens = words(sql);
  const definitions = new Map<string, readonly string[]>();
  let body = tokens;
  if (tokens[0]?.toLowerCase() === "with") {
    let at = 1;
    for (;;) {
      const name = tokens[at]?.toLowerCase() ?? "";
      const open = tokens.indexOf("(", at);
      const close = closing(tokens, open);
      if (open < 0 || close < 0) break;
      definitions.set(name, tokens.slice(open + 1, close));
      at = close + 1;
      if (tokens[at] !== ",") break;
      at++;
    }
    body = tokens.slice(at);
  }
  const expand = (part: readonly string[], hidden: ReadonlySet<string>): string[] =>
    references(part).flatMap((name) => {
      const definition = hidden.has(name) ? undefined : definitions.get(name);
      return definition ? expand(definition, new Set([...hidden, name])) : [name];
    });
  return expand(body, new Set());
}

const references = (tokens: readonly string[]): string[] =>
  tokens.flatMap((token, at) => {
    if (!/^(from|join)$/i.test(token)) return [];
    const name = tokens[at + 1] ?? "(";
    if (name === "(" || /^(unnest|lateral)$/i.test(name)) return [];
    // The last part of a qualified name; "from" in extract(x FROM y) is not told apart, and no report uses it.
    return [name.replaceAll('"', "").toLowerCase().split(".").at(-1) ?? ""];
  });

const words = (sql: string): string[] =>
  [
    ...sql.matchAll(
      /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*|[(),]/gu,
    ),
  ]
    .map((match) => match[0])
    .filter((token) => !/^(--|\/\*|')/.test(token));

function closing(tokens: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at >= 0 && at < tokens.length; at++) {
    if (tokens[at] === "(") depth++;
    if (tokens[at] === ")" && --depth === 0) return at;
  }
  return -1;
}
