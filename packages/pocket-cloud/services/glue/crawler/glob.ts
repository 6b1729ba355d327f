/** Glue's exclude patterns, matched against a key's part behind the include path: * ? [a-z] {a,b} and ** over folders. */
export function globMatcher(patterns: readonly string[]): (path: string) => boolean {
  const compiled = patterns.map((pattern) => new RegExp(`^${translate(pattern)}$`, "su"));
  return (path) => compiled.some((pattern) => pattern.test(path));
}

function translate(pattern: string): string {
  let source = "";
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at] as string;
    if (c === "*" && pattern[at + 1] === "*") {
      source += ".*";
      at++;
    } else if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (c === "[" && pattern.indexOf("]", at + 2) > 0) {
      const end = pattern.indexOf("]", at + 2);
      source += `[${pattern
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replaceAll("\\", "\\\\")}]`;
      at = end;
    } else if (c === "{") {
      source += "(?:";
      depth++;
    } else if (c === "}" && depth > 0) {
      source += ")";
      depth--;
    } else if (c === "," && depth > 0) source += "|";
    else {
      const literal = c === "\\" && at + 1 < pattern.length ? (pattern[++at] as string) : c;
      source += literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    }
  }
  return source + ")".repeat(depth);
}
