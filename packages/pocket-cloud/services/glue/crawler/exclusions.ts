// Glue's exclude patterns follow Java's glob rules, which picomatch does not: `**` crosses folders anywhere, as in
// `**.tmp`, and a slash in the pattern is always required, as in `**/market*`.

/** Matches exclude patterns (`*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}`) against the part of a key after the include path. */
export function exclusionMatcher(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${expressionOf(pattern)}$`, "su"));
  return (path) => expressions.some((expression) => expression.test(path));
}

function expressionOf(pattern: string): string {
  let source = "";
  let groups = 0;
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at] as string;
    if (c === "*" && pattern[at + 1] === "*") {
      source += ".*";
      at++;
    } else if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (c === "[" && pattern.indexOf("]", at + 2) > 0) {
      const end = pattern.indexOf("]", at + 2);
      const characters = pattern.slice(at + 1, end);
      source += `[${characters.replace(/^!/, "^").replaceAll("\\", "\\\\")}]`;
      at = end;
    } else if (c === "{") {
      source += "(?:";
      groups++;
    } else if (c === "}" && groups > 0) {
      source += ")";
      groups--;
    } else if (c === "," && groups > 0) source += "|";
    else {
      const literal = c === "\\" && at + 1 < pattern.length ? (pattern[++at] as string) : c;
      source += literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    }
  }
  return source + ")".repeat(groups);
}
