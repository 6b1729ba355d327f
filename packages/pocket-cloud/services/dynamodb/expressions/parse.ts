import type { Condition, Expression, Parsed, Path, Update } from "./ast";
import { ConditionParser } from "./condition-parser";

/** Programs repeat a few expressions, so parsed ones are cached. */
const MAX_CACHED = 500;
const cache = new Map<string, Parsed<unknown>>();

type Text = string | undefined;

function parsed<T>(kind: string, text: Text, read: (parser: UpdateParser) => T): Parsed<T> | undefined {
  if (text === undefined) return undefined;
  const key = `${kind}\n${text}`;
  const cached = cache.get(key);
  if (cached) return cached as Parsed<T>;
  const parser = new UpdateParser(kind, text);
  const tree = read(parser);
  parser.reader.end();
  const result: Parsed<T> = { kind, tree, names: parser.names, values: parser.values };
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, result);
  return result;
}

export const parseCondition = (kind: string, text: Text): Parsed<Condition> | undefined =>
  parsed(kind, text, (parser) => parser.condition());
export const parseUpdate = (text: Text): Parsed<Update> | undefined =>
  parsed("UpdateExpression", text, (parser) => parser.update());
export const parseProjection = (text: Text): Parsed<readonly Path[]> | undefined =>
  parsed("ProjectionExpression", text, (parser) => parser.list(() => parser.path()));

class UpdateParser extends ConditionParser {
  update(): Update {
    const clauses: { -readonly [K in keyof Update]?: Update[K] } = {};
    const once = (name: keyof Update): void => {
      if (clauses[name])
        throw this.reader.fail(
          `The "${name.toUpperCase()}" section can only be used once in an update expression;`,
        );
    };
    while (this.reader.next.kind !== "end") {
      const word = this.reader.take();
      const name = word.text.toLowerCase();
      if (name === "set") {
        once("set");
        clauses.set = this.list(() => this.#assignment());
      } else if (name === "remove") {
        once("remove");
        clauses.remove = this.list(() => this.path());
      } else if (name === "add" || name === "delete") {
        once(name);
        clauses[name] = this.list(() => ({ path: this.path(), value: this.value() }));
      } else throw this.reader.syntax(word);
    }
    return { set: [], remove: [], add: [], delete: [], ...clauses };
  }

  #assignment(): Update["set"][number] {
    const path = this.path();
    this.reader.expect("=");
    return { path, value: this.#expression() };
  }

  #expression(): Expression {
    const left = this.#term();
    for (const sign of ["+", "-"] as const)
      if (this.reader.accept(sign)) return { kind: "sum", sign, left, right: this.#term() };
    return left;
  }

  #term(): Expression {
    const { reader } = this;
    if (reader.accept("(")) {
      const inner = this.#expression();
      reader.expect(")");
      return inner;
    }
    if (reader.next.kind !== "word" || !reader.followedBy("(")) return this.operand();
    const name = reader.take().text;
    reader.expect("(");
    if (name === "if_not_exists") {
      const path = this.path();
      reader.expect(",");
      const otherwise = this.#expression();
      reader.expect(")");
      return { kind: "if_not_exists", path, otherwise };
    }
    if (name !== "list_append") throw reader.fail(`Invalid function name; function: ${name}`);
    const left = this.#expression();
    reader.expect(",");
    const right = this.#expression();
    reader.expect(")");
    return { kind: "list_append", left, right };
  }
}
