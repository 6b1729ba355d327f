/**
 * A group of every match; null where the group took no part in one, which DuckDB's RE2 does not tell from a group that
 * matched nothing. Undefined for a pattern that JavaScript reads otherwise.
 */
export function regexpGroups(text: string, pattern: string, group: number): (string | null)[] | undefined {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern) ?? [];
  // Possessive quantifiers, classes of Unicode and further inline flags mean other things, or nothing, in JavaScript.
  if (/\(\?[a-zA-Z-]|\\[pPQAzZ]|[*+?}]\+|\[\[:/.test(rest)) return undefined;
  try {
    const expression = new RegExp(rest, `g${flags}`);
    return [...text.matchAll(expression)].map((match) => match[group] ?? null);
  } catch {
    return undefined;
  }
}
