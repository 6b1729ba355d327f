/**
 * The JSON values at the beginning of a text: one per line, or simply one after another. Undefined when the text is
 * not JSON; with `cut`, a value that the end of the sample tears is left out.
 */
export function readValues(text: string, most: number, cut: boolean): unknown[] | undefined {
  const values: unknown[] = [];
  for (let at = skip(text, 0); at < text.length && values.length < most; at = skip(text, at)) {
    const end = endOf(text, at);
    if (end === undefined) return cut && values.length > 0 ? values : undefined;
    try {
      values.push(JSON.parse(text.slice(at, end)));
    } catch {
      return undefined;
    }
    at = end;
  }
  return values;
}

function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] as string)) at++;
  return at;
}

/** The end of the object or array that begins here; undefined when there is none. */
function endOf(text: string, from: number): number | undefined {
  if (text[from] !== "{" && text[from] !== "[") return undefined;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === '"') at = stringEnd(text, at);
    else if (c === "{" || c === "[") depth++;
    else if ((c === "}" || c === "]") && --depth === 0) return at + 1;
  }
  return undefined;
}

function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

type Step = { readonly member: string } | { readonly index: number } | "all";

/** The part of JsonPath that classifiers use: $, .name, ['name'], [n], [*]. Undefined for anything else. */
export function parseJsonPath(path: string): Step[] | undefined {
  const steps: Step[] = [];
  const piece = /\.([A-Za-z_][\w-]*)|\[\s*'([^']*)'\s*\]|\[\s*(\d+)\s*\]|(\[\s*\*\s*\])/y;
  if (!path.startsWith("$")) return undefined;
  piece.lastIndex = 1;
  while (piece.lastIndex < path.length) {
    const match = piece.exec(path);
    if (!match) return undefined;
    const [, member = match[2], , index] = match;
    steps.push(member !== undefined ? { member } : index !== undefined ? { index: Number(index) } : "all");
  }
  return steps;
}

export function follow(value: unknown, steps: readonly Step[]): unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (step === "all") return Array.isArray(value) ? value.flatMap((one) => follow(one, rest)) : [];
  if ("index" in step)
    return Array.isArray(value) && step.index < value.length ? follow(value[step.index], rest) : [];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step.member)) return [];
  return follow((value as Record<string, unknown>)[step.member], rest);
}
