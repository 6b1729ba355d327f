/**
 * The fields of one CSV record, with the quoting of RFC 4180. A quote within an unquoted field is part of the field.
 * Undefined when a quoted field does not end: the record is incomplete.
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

/** Position of the closing quote; a doubled quote is part of the text. */
function endOfQuoted(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return undefined;
}

/**
 * The delimiter of a configuration. aws-kinesis-agent takes a regular expression there; escaped characters such as `\\t`
 * and `\\|` are read as the character. Undefined for any other regular expression.
 */
export function parseDelimiter(text: string): string | undefined {
  if (text.length === 1) return text === "\\" || text === '"' ? undefined : text;
  const literal = text.replace(/\\(.)/gs, (_, c: string) => (c === "t" ? "\t" : c));
  const unescaped = text.replace(/\\t|\\[^A-Za-z0-9]/g, "");
  return /[\\^$.|?*+()[\]{}"\n]/.test(unescaped) ? undefined : literal;
}
