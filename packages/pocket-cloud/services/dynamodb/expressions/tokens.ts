import { validationError } from "../../../errors";

export interface Token {
  readonly kind: "name" | "value" | "word" | "number" | "symbol" | "end";
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s*(?:(#[\w-]+)|(:[\w-]+)|([A-Za-z_][\w]*)|(\d+)|(<>|<=|>=|[()[\],.=<>+-]))/y;
const KINDS = ["name", "value", "word", "number", "symbol"] as const;

export function tokenize(text: string, fail: (token: Token) => Error): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      const rest = text.slice(at).trimStart();
      if (rest !== "") throw fail({ kind: "symbol", text: rest.charAt(0), at: text.length - rest.length });
      tokens.push({ kind: "end", text: "<EOF>", at: text.length });
      return tokens;
    }
    const group = match.slice(1).findIndex((part) => part !== undefined);
    const found = match[group + 1] ?? "";
    tokens.push({ kind: KINDS[group] ?? "symbol", text: found, at: TOKEN.lastIndex - found.length });
    at = TOKEN.lastIndex;
  }
}

/** Begins the placeholders of parameters from before expressions. */
export const LEGACY_NAME = "#legacy";

/** Of the text as sent, before placeholders are replaced (measured by paritysuite's expressionSize.test.ts). */
const MAX_EXPRESSION_BYTES = 4096;

/** Reads the tokens of one expression; its errors have DynamoDB's words. */
export class Reader {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(
    readonly kind: string,
    readonly text: string,
  ) {
    if (text.trim() === "") throw validationError(`Invalid ${kind}: The expression can not be empty;`);
    const size = Buffer.byteLength(text);
    if (size > MAX_EXPRESSION_BYTES && !this.generated)
      throw this.fail(`Expression size has exceeded the maximum allowed size; expression size: ${size}`);
    this.#tokens = tokenize(text, (token) => this.syntax(token));
  }

  /** True for texts made of parameters from before expressions, which AWS does not limit. */
  get generated(): boolean {
    return this.text.includes(LEGACY_NAME);
  }

  get next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Whether the next token is this symbol or keyword. */
  is(text: string): boolean {
    const { kind, text: found } = this.next;
    return (kind === "symbol" && found === text) || (kind === "word" && found.toUpperCase() === text);
  }

  /** Whether the token after the next one is this symbol. */
  followedBy(text: string): boolean {
    return this.#tokens[this.#at + 1]?.text === text;
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.syntax();
  }

  end(): void {
    if (this.next.kind !== "end") throw this.syntax();
  }

  syntax(token: Token = this.next): Error {
    const near = this.text.slice(Math.max(0, token.at - 8), token.at + token.text.length + 8).trim();
    return validationError(`Invalid ${this.kind}: Syntax error; token: "${token.text}", near: "${near}"`);
  }

  fail(reason: string): Error {
    return validationError(`Invalid ${this.kind}: ${reason}`);
  }
}
