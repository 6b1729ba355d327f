/** Condition keys of a request, lower-cased; a key may have several values. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export const lowerCased = (keys: Readonly<Record<string, string>>): Context =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value]));

const compiled = new Map<string, RegExp>();
const MAX_COMPILED = 5000;

const WILD = /[*?\u{F0000}\u{F0001}]/u;

/** IAM's wildcards: * any run of characters, ? exactly one. */
export function matches(pattern: string, text: string, ignoreCase = false): boolean {
  if (pattern === "*") return true;
  if (!WILD.test(pattern))
    return ignoreCase ? pattern.toLowerCase() === text.toLowerCase() : pattern === text;
  const id = `${ignoreCase ? "i" : "c"}${pattern}`;
  let expression = compiled.get(id);
  if (!expression) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*+/g, "[\\s\\S]*")
      .replace(/\?/g, "[\\s\\S]")
      .replaceAll(STAR, "\\*")
      .replaceAll(MARK, "\\?");
    expression = new RegExp(`^${source}$`, ignoreCase ? "i" : "");
    compiled.set(id, expression);
  }
  return expression.test(text);
}

/** ARNs match part by part, so that a * does not run over a colon of the first five. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  return wanted.length === given.length && wanted.every((part, index) => matches(part, given[index] ?? ""));
}

const ARN_PARTS = 6;

function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= ARN_PARTS
    ? parts
    : [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(":")];
}

/**
 * Puts values into policy variables: ${aws:username}, ${aws:PrincipalTag/team, 'none'}. What a variable brings is
 * text, so its wildcards are none; ${*} ${?} ${$} stand for the characters. Undefined when a variable has no value.
 */
export function substitute(pattern: string, context: Context): string | undefined {
  if (!pattern.includes("${")) return pattern;
  let missing = false;
  const text = pattern.replace(/\$\{([^}]*)\}/g, (_whole, inner: string) => {
    if (inner === "*" || inner === "?" || inner === "$") return literal(inner);
    const [, key = "", fallback] = /^([^,']+?)\s*(?:,\s*'([^']*)')?$/.exec(inner.trim()) ?? [];
    const value = context[key.toLowerCase()];
    const single = typeof value === "string" ? value : value?.length === 1 ? value[0] : undefined;
    if (single === undefined && fallback === undefined) missing = true;
    return literal(single ?? fallback ?? "");
  });
  return missing ? undefined : text;
}

/** Wildcards that are meant as themselves wear these instead, from a plane of Unicode that no name uses. */
const STAR = "\u{F0000}";
const MARK = "\u{F0001}";
const literal = (text: string): string => text.replaceAll("*", STAR).replaceAll("?", MARK);
