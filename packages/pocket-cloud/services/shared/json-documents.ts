/** The JSON objects and arrays at the beginning of a text, each as its own text. */
export interface JsonDocuments {
  readonly documents: readonly string[];
  /** Whether the whole text was read: false after `limit` documents, and at the first text that is not a document. */
  readonly complete: boolean;
}

/** Splits JSON objects and arrays that follow one another, with or without whitespace between them. */
export function splitDocuments(text: string, limit = Number.POSITIVE_INFINITY): JsonDocuments {
  const documents: string[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const end = documents.length < limit ? documentEnd(text, at) : undefined;
    if (end === undefined) return { documents, complete: false };
    documents.push(text.slice(at, end));
    at = skipSpace(text, end);
  }
  return { documents, complete: true };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text[at] as string)) at++;
  return at;
}

/** The index after the object or array that begins at `from`; undefined when it has no end or begins otherwise. */
function documentEnd(text: string, from: number): number | undefined {
  if (text[from] !== "{" && text[from] !== "[") return undefined;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at);
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return at + 1;
  }
  return undefined;
}

/** The index of the quote that closes the string which begins at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
