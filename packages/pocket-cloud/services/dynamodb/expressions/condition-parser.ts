import type { Comparator, Condition, FunctionName, Operand, Path, Step } from "./ast";
import { isReserved } from "./reserved-words";
import { Reader } from "./tokens";

const COMPARATORS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
/** DynamoDB developer guide, "Comparison operator and function reference": "The list can contain up to 100 values". */
const MAX_IN_OPERANDS = 100;
const ARITY: Readonly<Record<FunctionName, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

/** Parses conditions, and the paths, values and lists that all expressions share. */
export class ConditionParser {
  readonly reader: Reader;
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  /** Conditions in parentheses. */
  readonly #enclosed = new Set<Condition>();

  constructor(kind: string, text: string) {
    this.reader = new Reader(kind, text);
  }

  list<T>(one: () => T): T[] {
    const items = [one()];
    while (this.reader.accept(",")) items.push(one());
    return items;
  }

  path(): Path {
    const steps: Step[] = [this.#name()];
    for (;;) {
      if (this.reader.accept(".")) steps.push(this.#name());
      else if (this.reader.accept("[")) {
        const index = this.reader.take();
        if (index.kind !== "number") throw this.reader.syntax(index);
        this.reader.expect("]");
        steps.push(Number(index.text));
      } else return steps;
    }
  }

  #name(): string {
    const token = this.reader.take();
    if (token.kind === "name") this.names.add(token.text);
    else if (token.kind !== "word") throw this.reader.syntax(token);
    else if (isReserved(token.text))
      throw this.reader.fail(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    return token.text;
  }

  value(): string {
    const token = this.reader.take();
    if (token.kind !== "value") throw this.reader.syntax(token);
    this.values.add(token.text);
    return token.text;
  }

  operand(): Operand {
    if (this.reader.next.kind === "value") return { kind: "value", name: this.value() };
    if (this.reader.next.text === "size" && this.reader.followedBy("(")) {
      this.reader.take();
      this.reader.expect("(");
      const path = this.operand();
      this.reader.expect(")");
      return { kind: "size", path };
    }
    return { kind: "path", path: this.path() };
  }

  condition(): Condition {
    const parts = [this.#and()];
    while (this.reader.accept("OR")) parts.push(this.#and());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: "or", parts };
  }

  #and(): Condition {
    const parts = [this.#not()];
    while (this.reader.accept("AND")) parts.push(this.#not());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: "and", parts };
  }

  #not(): Condition {
    return this.reader.accept("NOT") ? { kind: "not", part: this.#not() } : this.#primary();
  }

  #primary(): Condition {
    const { reader } = this;
    if (reader.accept("(")) {
      const inner = this.condition();
      reader.expect(")");
      if (this.#enclosed.has(inner)) throw reader.fail("The expression has redundant parentheses;");
      this.#enclosed.add(inner);
      return inner;
    }
    if (reader.next.kind === "word" && reader.followedBy("(") && reader.next.text !== "size")
      return this.#call();
    const left = this.operand();
    if (reader.accept("BETWEEN")) {
      const low = this.operand();
      reader.expect("AND");
      return { kind: "between", value: left, low, high: this.operand() };
    }
    if (reader.accept("IN")) {
      reader.expect("(");
      const list = this.list(() => this.operand());
      reader.expect(")");
      if (list.length > MAX_IN_OPERANDS && !reader.generated)
        throw reader.fail(
          `The IN operator is provided with too many operands; number of operands: ${list.length}`,
        );
      return { kind: "in", value: left, list };
    }
    const comparator = reader.take();
    if (!COMPARATORS.has(comparator.text)) throw reader.syntax(comparator);
    return { kind: "compare", comparator: comparator.text as Comparator, left, right: this.operand() };
  }

  #call(): Condition {
    const name = this.reader.take().text;
    const arity = Object.hasOwn(ARITY, name) ? ARITY[name as FunctionName] : undefined;
    if (arity === undefined) throw this.reader.fail(`Invalid function name; function: ${name}`);
    this.reader.expect("(");
    const args = this.list(() => this.operand());
    this.reader.expect(")");
    if (args.length !== arity)
      throw this.reader.fail(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
      );
    return { kind: "call", name: name as FunctionName, args };
  }
}
