import type { Column } from "@aws-sdk/client-glue";
import { invalidInput } from "../errors";
import { type Token, tokenize, unparsable } from "./tokens";
import { type Comparable, compare, likePattern, readerOf } from "./values";

/** Judges a partition by its values, in the order of the table's partition keys. */
export type Predicate = (values: readonly string[]) => boolean;

/** The filter of GetPartitions: a WHERE clause over partition keys. */
export function parseExpression(text: string | undefined, keys: readonly Column[]): Predicate {
  if (text === undefined || text.trim() === "") return () => true;
  if (text.length > 2048) throw invalidInput("Expression must have length less than or equal to 2048");
  return new Parser(text, keys).parse();
}

/** How AWS stores a partition without a value for a key. */
const HIVE_NULL = "__HIVE_DEFAULT_PARTITION__";

type Test = (order: number) => boolean;

const COMPARISONS: Readonly<Record<string, Test>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const MIRRORED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

interface Key {
  /** The value's text; undefined when the partition has none. */
  readonly text: (values: readonly string[]) => string | undefined;
  readonly read: (text: string) => Comparable | undefined;
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(
    readonly text: string,
    readonly keys: readonly Column[],
  ) {
    this.#tokens = tokenize(text);
  }

  parse(): Predicate {
    const predicate = this.#either();
    if (this.#peek().kind !== "end") throw this.#unexpected();
    return predicate;
  }

  #either(): Predicate {
    let left = this.#both();
    while (this.#word("or")) {
      const [a, b] = [left, this.#both()];
      left = (values) => a(values) || b(values);
    }
    return left;
  }

  #both(): Predicate {
    let left = this.#not();
    while (this.#word("and")) {
      const [a, b] = [left, this.#not()];
      left = (values) => a(values) && b(values);
    }
    return left;
  }

  #not(): Predicate {
    if (this.#word("not")) {
      const inner = this.#not();
      return (values) => !inner(values);
    }
    if (this.#symbol("(")) {
      const inner = this.#either();
      this.#expect(")");
      return inner;
    }
    return this.#condition();
  }

  #condition(): Predicate {
    if (this.#peek().kind !== "word" || this.#literalWord()) {
      const literal = this.#literal();
      const operator = this.#operator();
      return this.#comparison(this.#key(), MIRRORED[operator] ?? operator, literal);
    }
    const key = this.#key();
    if (this.#word("is")) {
      const wanted = !this.#word("not");
      if (!this.#word("null")) throw this.#unexpected();
      return (values) => (key.text(values) === undefined) === wanted;
    }
    const negated = this.#word("not");
    const found = this.#listed(key);
    if (found) return negated ? (values) => key.text(values) !== undefined && !found(values) : found;
    if (negated) throw this.#unexpected();
    return this.#comparison(key, this.#operator(), this.#literal());
  }

  /** IN, BETWEEN and LIKE, which NOT may precede. */
  #listed(key: Key): Predicate | undefined {
    if (this.#word("in")) {
      this.#expect("(");
      const options = [this.#comparison(key, "=", this.#literal())];
      while (this.#symbol(",")) options.push(this.#comparison(key, "=", this.#literal()));
      this.#expect(")");
      return (values) => options.some((option) => option(values));
    }
    if (this.#word("between")) {
      const low = this.#comparison(key, ">=", this.#literal());
      if (!this.#word("and")) throw this.#unexpected();
      const high = this.#comparison(key, "<=", this.#literal());
      return (values) => low(values) && high(values);
    }
    if (this.#word("like")) {
      const pattern = likePattern(this.#literal());
      return (values) => pattern.test(key.text(values) ?? "");
    }
    return undefined;
  }

  #comparison(key: Key, operator: string, literal: string): Predicate {
    const test = COMPARISONS[operator] as Test;
    const right = key.read(literal);
    if (right === undefined)
      throw invalidInput(
        `'${literal}' is not a value of the partition key it is compared with in '${this.text}'`,
      );
    return (values) => {
      const text = key.text(values);
      const left = text === undefined ? undefined : key.read(text);
      return left !== undefined && test(compare(left, right));
    };
  }

  #key(): Key {
    const token = this.#next();
    if (token.kind !== "word") throw unparsable(this.text, token.at);
    const index = this.keys.findIndex(({ Name }) => Name?.toLowerCase() === token.text.toLowerCase());
    const key = this.keys[index];
    if (!key)
      throw invalidInput(
        `'${token.text}' is not a partition key of the table; its keys are: ${this.keys.map(({ Name }) => Name).join(", ") || "none"}`,
      );
    const text = (values: readonly string[]) => (values[index] === HIVE_NULL ? undefined : values[index]);
    return { text, read: readerOf(key.Type ?? "string") };
  }

  #operator(): string {
    const token = this.#next();
    if (token.kind === "symbol" && token.text in COMPARISONS) return token.text;
    throw unparsable(this.text, token.at);
  }

  #literal(): string {
    // DATE '2026-01-02', TIMESTAMP '…'
    if (this.#literalWord()) this.#at++;
    const token = this.#next();
    if (token.kind === "string" || token.kind === "number") return token.text;
    throw unparsable(this.text, token.at);
  }

  #literalWord(): boolean {
    const { kind, text } = this.#peek();
    return (
      kind === "word" && /^(date|timestamp)$/i.test(text) && this.#tokens[this.#at + 1]?.kind === "string"
    );
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#at++;
    return token;
  }

  #word(word: string): boolean {
    const token = this.#peek();
    const found = token.kind === "word" && !token.quoted && token.text.toLowerCase() === word;
    if (found) this.#at++;
    return found;
  }

  #symbol(symbol: string): boolean {
    const found = this.#peek().kind === "symbol" && this.#peek().text === symbol;
    if (found) this.#at++;
    return found;
  }

  #expect(symbol: string): void {
    if (!this.#symbol(symbol)) throw this.#unexpected();
  }

  #unexpected(): Error {
    return unparsable(this.text, this.#peek().at);
  }
}
