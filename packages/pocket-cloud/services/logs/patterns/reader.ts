import { invalidParameter } from "../errors";

/** Reads the tokens of a JSON or space-delimited pattern. */
export class Reader {
  #at = 0;
  #expressions = 0;

  constructor(readonly text: string) {}

  fail(): Error {
    return invalidParameter("Invalid filter pattern");
  }

  /** Takes a token at the present place; undefined if there is none. `token` must be sticky. */
  take(token: RegExp): string | undefined {
    this.#skipSpace();
    token.lastIndex = this.#at;
    const [found] = token.exec(this.text) ?? [];
    if (found === undefined) return undefined;
    this.#at += found.length;
    return found;
  }

  accept(text: string): boolean {
    this.#skipSpace();
    if (!this.text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.fail();
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.text.length) throw this.fail();
  }

  /** A regular expression between percent signs. A pattern can have two. */
  expression(): RegExp | undefined {
    const found = this.take(/%[^%]*%/y);
    if (found === undefined) return undefined;
    if (++this.#expressions > 2) throw this.fail();
    return regularExpression(found.slice(1, -1));
  }

  #skipSpace(): void {
    while (/\s/.test(this.text[this.#at] ?? "")) this.#at++;
  }
}

/** Letters, digits and these symbols only, and no groups. Source: "Supported regular expressions (regex) syntax". */
const ALLOWED = /^[\w\s:#=@/;,^$?[\]{}|\\*+.-]*$/;

export function regularExpression(text: string): RegExp {
  if (!ALLOWED.test(text) || text === "") throw invalidParameter("Invalid filter pattern");
  try {
    return new RegExp(text);
  } catch {
    throw invalidParameter("Invalid filter pattern");
  }
}
