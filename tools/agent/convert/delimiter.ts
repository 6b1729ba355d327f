/**
 * A delimiter as the configuration has it. The original takes a regular expression, of which files use `\\t` and `\\|`:
 * those mean the character. Undefined for what only a regular expression could mean.
 */
export function parseDelimiter(text: string): string | undefined {
  if (text.length === 1) return text === "\\" || text === '"' ? undefined : text;
  const literal = text.replace(/\\(.)/gs, (_, c: string) => (c === "t" ? "\t" : c));
  const meant = text.replace(/\\t|\\[^A-Za-z0-9]/g, "");
  return /[\\^$.|?*+()[\]{}"\n]/.test(meant) ? undefined : literal;
}
