/**
 * A group of every match; null where the group did not participate, which RE2 does not distinguish from an empty match.
 * Undefined for a pattern that means something else in JavaScript.
 */
export function regexpGroups(text: string, pattern: string, group: number): (string | null)[] | undefined {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern) ?? [];
  // Possessive quantifiers, Unicode classes and further inline flags differ in JavaScript.
  if (/\(\?[a-zA-Z-]|\\[pPQAzZ]|[*+?}]\+|\[\[:/.test(rest)) return undefined;
  try {
    // Unicode properties need the u flag, whose stricter syntax is avoided for ASCII texts.
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
