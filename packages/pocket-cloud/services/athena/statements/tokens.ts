import { type Position, QueryFailure } from "../../../../trino-duckdb";

interface Token {
  readonly text: string;
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol";
  readonly start: number;
}

const PIECE =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^'\\]|''|\\.)*'|[A-Za-z_][A-Za-z0-9_$]*|\d+(?:\.\d+)?|[<>!]=|[^\s]/g;

/** Tokenizes statements of Hive's DDL. */
export class Tokens {
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(readonly sql: string) {
    for (const match of sql.matchAll(PIECE)) {
      const text = match[0];
      if (/^(\s|--|\/\*)/.test(text)) continue;
      this.#tokens.push({
        text,
        kind: kindOf(text),
        start: match.index,
      });
    }
    if (this.#tokens[this.#tokens.length - 1]?.text === ";") this.#tokens.pop();
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Consumes the words if they come next. */
  take(...words: string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#at += words.length;
    return true;
  }

  sees(...words: string[]): boolean {
    return words.every((word, i) => {
      const token = this.#tokens[this.#at + i];
      return token !== undefined && token.kind !== "string" && token.text.toUpperCase() === word;
    });
  }

  expect(...words: string[]): void {
    for (const word of words) if (!this.take(word)) this.bad(`expecting '${word}'`);
  }

  /** An identifier in lower case. */
  name(): string {
    const token = this.#next("a name");
    if (token.kind === "word") return token.text.toLowerCase();
    if (token.kind === "quoted") return token.text.slice(1, -1).toLowerCase();
    return this.bad("expecting a name", -1);
  }

  /** [database.]table. */
  table(): { schema?: string; name: string } {
    const parts = [this.name()];
    while (this.take(".")) parts.push(this.name());
    const [name = "", schema] = parts.reverse();
    return { name, ...(schema !== undefined && { schema }) };
  }

  text(): string {
    const token = this.#next("a text");
    if (token.kind !== "string") return this.bad("expecting a text in quotes", -1);
    return token.text
      .slice(1, -1)
      .replace(/''|\\(.)/g, (whole, escaped?: string) =>
        escaped === undefined ? "'" : (escapes[escaped] ?? (whole.startsWith("\\") ? escaped : whole)),
      );
  }

  /** A string, number or word, such as the value of a partition key. */
  value(): string {
    if (this.#peek()?.kind === "string") return this.text();
    return this.#next("a value").text;
  }

  number(): number {
    const token = this.#next("a number");
    return token.kind === "number" ? Number(token.text) : this.bad("expecting a number", -1);
  }

  /** A column type, which may be nested: everything up to the next comma or closing bracket outside of it. */
  type(): string {
    let depth = 0;
    let text = "";
    for (let token = this.#peek(); token; token = this.#peek()) {
      if (depth === 0 && text !== "" && !"<(".includes(token.text)) break;
      if ("<(".includes(token.text)) depth++;
      if (">)".includes(token.text)) depth--;
      text += token.text.toLowerCase();
      this.#at++;
    }
    return text || this.bad("expecting a type");
  }

  /** A list in parentheses. */
  list<T>(read: () => T): T[] {
    this.expect("(");
    const items: T[] = [];
    do items.push(read());
    while (this.take(","));
    this.expect(")");
    return items;
  }

  /** The source text inside the next parentheses. */
  bracketed(): string {
    this.expect("(");
    const start = this.#peek()?.start ?? 0;
    let depth = 1;
    for (let token = this.#peek(); token; token = this.#peek()) {
      if (token.text === "(") depth++;
      if (token.text === ")" && --depth === 0) {
        this.#at++;
        return this.sql.slice(start, token.start);
      }
      this.#at++;
    }
    return this.bad("expecting ')'");
  }

  end(): void {
    if (!this.done) this.bad("not expecting this");
  }

  bad(what: string, offset = 0): never {
    const token = this.#tokens[this.#at + offset];
    throw new QueryFailure(
      "SYNTAX_ERROR",
      `mismatched input '${token?.text ?? "<EOF>"}', ${what}`,
      positionAt(this.sql, token?.start ?? this.sql.length),
    );
  }

  unsupported(what: string): never {
    const token = this.#peek() ?? this.#tokens[0];
    throw new QueryFailure(
      "NOT_SUPPORTED",
      `${what} is not supported by the embedded cloud`,
      token && positionAt(this.sql, token.start),
    );
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #next(what: string): Token {
    const token = this.#tokens[this.#at];
    if (!token) return this.bad(`expecting ${what}`);
    this.#at++;
    return token;
  }
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function kindOf(text: string): Token["kind"] {
  if (/^[A-Za-z_]/.test(text)) return "word";
  if (/^[`"]/.test(text) && text.length > 1) return "quoted";
  if (text.startsWith("'") && text.length > 1) return "string";
  return /^\d/.test(text) ? "number" : "symbol";
}

function positionAt(sql: string, index: number): Position {
  const before = sql.slice(0, index).split("\n");
  return { line: before.length, column: (before[before.length - 1]?.length ?? 0) + 1 };
}
