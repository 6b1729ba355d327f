/**
 * The fields of one CSV record, quoted as RFC 4180 has it. A quote within an unquoted field is part of it. Undefined
 * when a quoted field does not end: the record is a piece of something.
 */
export function splitCsv(text: string, delimiter: string): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  for (let at = 0; ; at += delimiter.length) {
    let field = "";
    if (text[at] === '"') {
      const end = endOfQuoted(text, at + 1);
      if (end === undefined) return undefined;
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    }
    const next = text.indexOf(delimiter, at);
    fields.push(field + text.slice(at, next < 0 ? text.length : next));
    if (next < 0) return fields;
    at = next;
  }
}

/** Where the closing quote is; two in a row are one of the text. */
function endOfQuoted(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return undefined;
}

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
