import { fail, type Position, QueryFailure } from "./failure";

/**
 * The parser's time grows with the number of tokens, and steeply with their nesting; meanwhile the process does nothing
 * else. These limits keep it within about a second.
 */
const MOST_TOKENS = 20_000;
const DEEPEST = 64;
/**
 * Subqueries in select lists inside each other. The parser reads a select item to its end to tell `a` from `a.*`, so each
 * level doubles its time.
 */
const DEEPEST_ITEMS = 8;

/** Names of columns and relations of a compiled query, those of its views included. */
export const MOST_NAMES = 20_000;

/** Every alternative ends where it cannot match any longer, so that the time is linear. */
const TOKEN =
  /'[^']*(?:''[^']*)*(?:'|$)|"[^"]*(?:""[^"]*)*(?:"|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\w+|[^\s\w]/g;

const steps: Readonly<Record<string, number>> = {
  "(": 1,
  "[": 1,
  CASE: 1,
  ")": -1,
  "]": -1,
  END: -1,
};

/** The words that end a select list. */
const AFTER_ITEMS = new Set(["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "UNION", "EXCEPT", "LIMIT"]);

/** Counts the select lists that a token is in. */
class SelectLists {
  /** Of each open bracket: whether it is in a select list of its own. */
  readonly #brackets = [false];
  depth = 0;

  see(word: string): void {
    if (word === "(" || word === "[") this.#brackets.push(false);
    else if (word === ")" || word === "]") {
      this.#set(false);
      if (this.#brackets.length > 1) this.#brackets.pop();
    } else if (word === "SELECT") this.#set(true);
    else if (AFTER_ITEMS.has(word)) this.#set(false);
  }

  #set(isInList: boolean): void {
    const last = this.#brackets.length - 1;
    if (this.#brackets[last] === isInList) return;
    this.#brackets[last] = isInList;
    this.depth += isInList ? 1 : -1;
  }
}

/** Refuses a text that would take the parser too long. */
export function checkSize(text: string): void {
  let [tokens, depth, prefixes] = [0, 0, 0];
  const lists = new SelectLists();
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    // ANTLR's lexer would read to the end of the text for each of them.
    if (token.startsWith("/*") && !/^..[\s\S]*\*\/$/.test(token))
      throw new QueryFailure("SYNTAX_ERROR", "a comment is not closed", placeOf(text, index));
    const word = token.length > 6 ? "" : token.toUpperCase();
    depth += steps[word] ?? 0;
    prefixes = word === "NOT" || word === "-" || word === "+" ? prefixes + 1 : 0;
    if (depth + prefixes > DEEPEST)
      fail(
        "NOT_SUPPORTED",
        `a statement nested more than ${DEEPEST} levels deep is not supported by the embedded cloud`,
      );
    lists.see(word);
    if (lists.depth > DEEPEST_ITEMS)
      fail(
        "NOT_SUPPORTED",
        `more than ${DEEPEST_ITEMS} subqueries inside each other in select lists are not supported by the embedded cloud`,
      );
    if (++tokens > MOST_TOKENS)
      fail(
        "NOT_SUPPORTED",
        `a statement of more than ${MOST_TOKENS} words and symbols is not supported by the embedded cloud`,
      );
  }
}

function placeOf(text: string, index: number): Position {
  const before = text.slice(0, index);
  return { line: before.split("\n").length, column: index - before.lastIndexOf("\n") };
}

/** Runs recursive work. Trino reports an exhausted stack in the same way. */
export function withinStack<T>(code: string, during: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError && error.message.startsWith("Maximum call stack"))) throw error;
    return fail(code, `statement is too large (stack overflow ${during})`);
  }
}
