/**
 * Cuts JSON objects that follow one another, with or without space between, apart; undefined when the text holds
 * anything else, such as an array or half an object.
 */
export function splitObjects(text: string): string[] | undefined {
  const documents: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && " \t\r\n".includes(text[at] as string)) at++;
    if (at === text.length) return documents;
    const end = endOfObject(text, at);
    if (end === undefined) return undefined;
    const document = text.slice(at, end);
    if (!isJson(document)) return undefined;
    documents.push(document);
    at = end;
  }
}

function endOfObject(text: string, start: number): number | undefined {
  if (text[start] !== "{") return undefined;
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
    } else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
