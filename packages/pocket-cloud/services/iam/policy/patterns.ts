/** The values of a request's condition keys, by lower-case key. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export const lowerCased = (keys: Context): Context =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value]));

type Match = (text: string) => boolean;

const exact = new Map<string, Match>();
const anyCase = new Map<string, Match>();
const MAX_COMPILED = 5000;

const WILD = /[*?\u{F0000}\u{F0001}]/u;

/** Matches IAM's wildcards: "*" is any run of characters, "?" is exactly one. */
export function matches(pattern: string, text: string, ignoreCase = false): boolean {
  if (pattern === "*") return true;
  const compiled = ignoreCase ? anyCase : exact;
  let match = compiled.get(pattern);
  if (!match) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    match = compile(pattern, ignoreCase);
    compiled.set(pattern, match);
  }
  return match(text);
}

function compile(pattern: string, ignoreCase: boolean): Match {
  if (!WILD.test(pattern)) {
    if (!ignoreCase) return (text) => text === pattern;
    const lower = pattern.toLowerCase();
    return (text) => text === pattern || text.toLowerCase() === lower;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, "[\\s\\S]*")
    .replace(/\?/g, "[\\s\\S]")
    .replaceAll(STAR, "\\*")
    .replaceAll(MARK, "\\?");
  const expression = new RegExp(`^${source}$`, ignoreCase ? "i" : "");
  return (text) => expression.test(text);
}

/** Matches ARNs part by part: a "*" does not match across the first five colons. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  return patterns.length === parts.length && patterns.every((one, index) => matches(one, parts[index] ?? ""));
}

/**
 * Matches the ARN of a policy's resource. A "*" at its end also matches the parts that the pattern lacks: "If the *
 * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries" (IAM user
 * guide, "JSON policy elements: Resource").
 */
export function matchesResource(pattern: string, arn: string): boolean {
  const lacking = ARN_PARTS - pattern.split(":").length;
  return matchesArn(lacking > 0 && pattern.endsWith("*") ? pattern + ":*".repeat(lacking) : pattern, arn);
}

const ARN_PARTS = 6;

function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= ARN_PARTS
    ? parts
    : [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(":")];
}

/**
 * Replaces policy variables such as ${aws:username} and ${aws:PrincipalTag/team, 'none'} by their values. Wildcards in
 * a value are plain characters, as are ${*}, ${?} and ${$}. Returns undefined when a variable has no value.
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

/** Private-use characters that stand for a literal "*" and "?" until the pattern is compiled. */
const STAR = "\u{F0000}";
const MARK = "\u{F0001}";
const literal = (text: string): string => text.replaceAll("*", STAR).replaceAll("?", MARK);
