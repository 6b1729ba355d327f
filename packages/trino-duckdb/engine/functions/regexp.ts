import { setFlagsFromString } from "node:v8";
import { createContext, Script } from "node:vm";
import { fail } from "./native";

// Matching restarts in V8's linear-time engine after many backtracks: "^(a+)+$" takes exponential time without it.
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");

/**
 * V8's linear-time engine supports neither the flags i and u nor counted repetitions, lookaround and back-references: the
 * time is limited.
 */
const LIMIT_MS = 1000;
const NOT_LINEAR = /\{|\(\?<?[=!]|\\[1-9k]/;
const context = createContext({});
const script = new Script("Array.from(text.matchAll(expression))");

function matches(text: string, expression: RegExp): RegExpExecArray[] {
  if (!/[iu]/.test(expression.flags) && !NOT_LINEAR.test(expression.source))
    return [...text.matchAll(expression)];
  try {
    return script.runInContext(Object.assign(context, { text, expression }), { timeout: LIMIT_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    return fail(
      "EXCEEDED_TIME_LIMIT",
      `the pattern ${expression.source} takes more than ${LIMIT_MS} ms on one text in the embedded cloud`,
    );
  }
}

/**
 * A group of every match; null where the group did not participate, which RE2 does not distinguish from an empty match.
 * Undefined for a pattern that means something else in JavaScript.
 */
export function regexpGroups(text: string, pattern: string, group: number): (string | null)[] | undefined {
  return matchesOf(text, pattern)?.map((match) => match[group] ?? null);
}

/** The position of a match from a position on, in characters from 1; -1 if there is none. */
export function regexpPosition(
  text: string,
  pattern: string,
  start: number,
  occurrence: number,
): number | undefined {
  const letters = [...text];
  if (start > letters.length) return -1;
  const skipped = letters.slice(0, start - 1).join("").length;
  const all = matchesOf(text, pattern, skipped);
  const found = all?.[occurrence - 1];
  if (!all) return undefined;
  return found ? [...text.slice(0, found.index)].length + 1 : -1;
}

/** Replaces every match. The replacement has RE2's form: \1 is a group, and \\ a backslash. */
export function regexpReplace(text: string, pattern: string, replacement: string): string | undefined {
  let [result, end] = ["", 0];
  const all = matchesOf(text, pattern);
  for (const match of all ?? []) {
    const by = replacement.replace(/\\([\s\S])/g, (_, one: string) =>
      one === "\\" ? one : (match[Number(one)] ?? ""),
    );
    result += text.slice(end, match.index) + by;
    end = match.index + match[0].length;
  }
  return all && result + text.slice(end);
}

/** The texts between the matches. */
export function regexpSplit(text: string, pattern: string): string[] | undefined {
  const pieces: string[] = [];
  let end = 0;
  const all = matchesOf(text, pattern);
  for (const match of all ?? []) {
    pieces.push(text.slice(end, match.index));
    end = match.index + match[0].length;
  }
  return all && [...pieces, text.slice(end)];
}

function matchesOf(text: string, pattern: string, from = 0): RegExpExecArray[] | undefined {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern) ?? [];
  // Possessive quantifiers, Unicode classes and further inline flags differ in JavaScript.
  if (/\(\?[a-zA-Z-]|\\[pPQAzZ]|[*+?}]\+|\[\[:/.test(rest)) return undefined;
  let expression: RegExp;
  try {
    // Java's white space is ASCII only. A dot matches all but a line feed.
    const source = rest.replace(/\\([\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\./g, (whole, letter?: string) => {
      if (whole === ".") return flags.includes("s") ? whole : "[^\\n]";
      return letter === "s" ? "[\\t\\n\\x0b\\f\\r ]" : whole.replaceAll("\\s", "\\t\\n\\x0b\\f\\r ");
    });
    // The u flag counts characters instead of UTF-16 units. Its stricter syntax is avoided for ASCII texts.
    const ascii = /^[\0-\x7f]*$/.test(text);
    expression = new RegExp(source, `g${flags}${ascii ? "" : "u"}`);
  } catch {
    return undefined;
  }
  expression.lastIndex = from;
  return matches(text, expression);
}
