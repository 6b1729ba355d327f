/**
 * A group of every match; null where the group took no part in one, which DuckDB's RE2 does not tell from a group that
 * matched nothing. Undefined for a pattern that JavaScript reads otherwise.
 */
export function regexpGroups(text: string, pattern: string, group: number): (string | null)[] | undefined {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern) ?? [];
  // Possessive quantifiers, classes of Unicode and further inline flags mean other things, or nothing, in JavaScript.
  if (/\(\?[a-zA-Z-]|\\[pPQAzZ]|[*+?}]\+|\[\[:/.test(rest)) return undefined;
  try {
    // Beyond ASCII the classes differ, and only the strict reading knows letters.
    const ascii = /^[\0-\x7f]*$/.test(text);
    const expression = new RegExp(ascii ? rest : unicodeClasses(rest), `g${flags}${ascii ? "" : "u"}`);
    return [...text.matchAll(expression)].map((match) => match[group] ?? null);
  } catch {
    return undefined;
  }
}

const unicodeClasses = (pattern: string): string =>
  pattern.replace(/\\([\s\S])/g, (whole, letter: string) =>
    letter === "w" ? "[\\p{L}\\p{M}\\p{N}\\p{Pc}]" : letter === "d" ? "\\p{Nd}" : whole,
  );
