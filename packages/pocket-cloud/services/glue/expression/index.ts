import type { Column } from "@aws-sdk/client-glue";
import { invalidInput } from "../errors";
import { parseError, type Token, tokenize } from "./tokens";
import { type Comparable, compare, likePattern, readerOf } from "./values";

/** Tests the values of a partition, which are in the order of the table's partition keys. */
type Predicate = (values: readonly string[]) => boolean;

/** Parses the Expression of GetPartitions: a WHERE clause over partition keys. */
export function parseExpression(text: string | undefined, keys: readonly Column[]): Predicate {
  if (text === undefined || text.trim() === "") return () => true;
  if (text.length > 2048) throw invalidInput("Expression must have length less than or equal to 2048");
  return new Parser(text, keys).parse();
}

/** The value of a partition key that is null. */
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

/** The operators after exchanging the operands; symmetric ones are not listed. */
const MIRRORED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

interface Key {
  /** The text of a partition's value; undefined for null. */
  readonly textIn: (values: readonly string[]) => string | undefined;
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
    const predicate = this.#disjunction();
    if (this.#peek().kind !== "end") throw this.#unexpected();
    return predicate;
  }

  #disjunction(): Predicate {
    let left = this.#conjunction();
    while (this.#acceptKeyword("or")) {
      const [a, b] = [left, this.#conjunction()];
      left = (values) => a(values) || b(values);
    }
    return left;
  }

  #conjunction(): Predicate {
    let left = this.#negation();
    while (this.#acceptKeyword("and")) {
      const [a, b] = [left, this.#negation()];
      left = (values) => a(values) && b(values);
    }
    return left;
  }

  #negation(): Predicate {
    if (this.#acceptKeyword("not")) {
      const inner = this.#negation();
      return (values) => !inner(values);
    }
    if (this.#acceptSymbol("(")) {
      const inner = this.#disjunction();
      this.#expect(")");
      return inner;
    }
    return this.#condition();
  }

  #condition(): Predicate {
    if (this.#peek().kind !== "word" || this.#atTypedLiteral()) {
      const literal = this.#literal();
      const operator = this.#operator();
      return this.#comparison(this.#key(), MIRRORED[operator] ?? operator, literal);
    }
    const key = this.#key();
    if (this.#acceptKeyword("is")) {
      const isNull = !this.#acceptKeyword("not");
      if (!this.#acceptKeyword("null")) throw this.#unexpected();
      return (values) => (key.textIn(values) === undefined) === isNull;
    }
    const negated = this.#acceptKeyword("not");
    const condition = this.#inBetweenOrLike(key);
    if (condition)
      return negated ? (values) => key.textIn(values) !== undefined && !condition(values) : condition;
    if (negated) throw this.#unexpected();
    return this.#comparison(key, this.#operator(), this.#literal());
  }

  /** A condition with IN, BETWEEN or LIKE, the operators that NOT may precede. */
  #inBetweenOrLike(key: Key): Predicate | undefined {
    if (this.#acceptKeyword("in")) {
      this.#expect("(");
      const options = [this.#comparison(key, "=", this.#literal())];
      while (this.#acceptSymbol(",")) options.push(this.#comparison(key, "=", this.#literal()));
      this.#expect(")");
      return (values) => options.some((option) => option(values));
    }
    if (this.#acceptKeyword("between")) {
      const low = this.#comparison(key, ">=", this.#literal());
      if (!this.#acceptKeyword("and")) throw this.#unexpected();
      const high = this.#comparison(key, "<=", this.#literal());
      return (values) => low(values) && high(values);
    }
    if (this.#acceptKeyword("like")) {
      const pattern = likePattern(this.#literal());
      return (values) => pattern.test(key.textIn(values) ?? "");
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
      const text = key.textIn(values);
      const left = text === undefined ? undefined : key.read(text);
      return left !== undefined && test(compare(left, right));
    };
  }

  #key(): Key {
    const token = this.#next();
    if (token.kind !== "word") throw parseError(this.text, token.at);
    const index = this.keys.findIndex(({ Name }) => Name?.toLowerCase() === token.text.toLowerCase());
    const key = this.keys[index];
    if (!key)
      throw invalidInput(
        `'${token.text}' is not a partition key of the table; its keys are: ${this.keys.map(({ Name }) => Name).join(", ") || "none"}`,
      );
    const textIn = (values: readonly string[]) => (values[index] === HIVE_NULL ? undefined : values[index]);
    return { textIn, read: readerOf(key.Type ?? "string") };
  }

  #operator(): string {
    const token = this.#next();
    if (token.kind === "symbol" && token.text in COMPARISONS) return token.text;
    throw parseError(this.text, token.at);
  }

  #literal(): string {
    // The type of a literal such as DATE '2026-01-02' is skipped: the key determines how it is read.
    if (this.#atTypedLiteral()) this.#at++;
    const token = this.#next();
    if (token.kind === "string" || token.kind === "number") return token.text;
    throw parseError(this.text, token.at);
  }

  #atTypedLiteral(): boolean {
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

  #acceptKeyword(word: string): boolean {
    const token = this.#peek();
    const found = token.kind === "word" && !token.quoted && token.text.toLowerCase() === word;
    if (found) this.#at++;
    return found;
  }

  #acceptSymbol(symbol: string): boolean {
    const found = this.#peek().kind === "symbol" && this.#peek().text === symbol;
    if (found) this.#at++;
    return found;
  }

  #expect(symbol: string): void {
    if (!this.#acceptSymbol(symbol)) throw this.#unexpected();
  }

  #unexpected(): Error {
    return parseError(this.text, this.#peek().at);
  }
}
