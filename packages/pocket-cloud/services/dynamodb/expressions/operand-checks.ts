import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { compare, contentOf, type Type, textOf, typeOf } from "../data/value";
import type { Comparator, Condition, FunctionName, Operand, Parsed } from "./ast";
import type { Bindings } from "./bindings";

const ATTRIBUTE_TYPES = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];
/** The types that `size` has no size for. */
const WITHOUT_SIZE: ReadonlySet<Type> = new Set(["N", "BOOL", "NULL"]);
const PREFIX_TYPES: ReadonlySet<Type> = new Set(["S", "B"]);
/** Only these have an order (recorded by paritysuite's queryKeyConditionOperands.test.ts). */
const ORDERED_TYPES: ReadonlySet<Type> = new Set(["S", "N", "B"]);
const ORDERINGS: ReadonlySet<Comparator> = new Set(["<", "<=", ">", ">="]);

/** Refuses operands that can never be right, before an item is read. The texts are those that dynalite's tests had of AWS. */
export function checkOperands({ kind, tree }: Parsed<Condition>, bindings: Bindings): void {
  new OperandCheck(kind, bindings).condition(tree);
}

class OperandCheck {
  constructor(
    private readonly kind: string,
    private readonly bindings: Bindings,
  ) {}

  condition(condition: Condition): void {
    switch (condition.kind) {
      case "and":
      case "or":
        for (const part of condition.parts) this.condition(part);
        break;
      case "not":
        this.condition(condition.part);
        break;
      case "call":
        this.#sizes(condition.args);
        this.#call(condition.name, condition.args);
        this.#distinct(condition.name, condition.args);
        break;
      case "compare":
        this.#sizes([condition.left, condition.right]);
        if (ORDERINGS.has(condition.comparator))
          this.#ordered(condition.comparator, [condition.left, condition.right]);
        this.#distinct(condition.comparator, [condition.left, condition.right]);
        break;
      case "in":
        this.#sizes([condition.value, ...condition.list]);
        break;
      case "between":
        this.#sizes([condition.value, condition.low, condition.high]);
        this.#ordered("BETWEEN", [condition.low, condition.high]);
        this.#bounds(this.#valueOf(condition.low), this.#valueOf(condition.high));
    }
  }

  #call(name: FunctionName, args: readonly Operand[]): void {
    const [first, second] = args;
    if (name === "attribute_exists" || name === "attribute_not_exists") {
      if (first?.kind !== "path")
        throw this.#fail(`Operator or function requires a document path; operator or function: ${name}`);
    } else if (name === "attribute_type") {
      const type = this.#typeOf(second);
      if (type !== undefined && type !== "S") throw this.#wrongType(name, type);
      const text = this.#valueOf(second)?.S;
      if (text !== undefined && !ATTRIBUTE_TYPES.includes(text))
        throw this.#fail(
          `Invalid attribute type name found; type: ${text}, valid types: {${ATTRIBUTE_TYPES.join(",")}}`,
        );
    } else if (name === "begins_with")
      for (const type of args.map((arg) => this.#typeOf(arg)))
        if (type !== undefined && !PREFIX_TYPES.has(type)) throw this.#wrongType(name, type);
  }

  #sizes(operands: readonly Operand[]): void {
    for (const operand of operands) {
      if (operand.kind !== "size") continue;
      this.#sizes([operand.path]);
      const type = this.#typeOf(operand.path);
      if (type !== undefined && WITHOUT_SIZE.has(type)) throw this.#wrongType("size", type);
    }
  }

  #ordered(operator: string, operands: readonly Operand[]): void {
    for (const type of operands.map((operand) => this.#typeOf(operand)))
      if (type !== undefined && !ORDERED_TYPES.has(type)) throw this.#wrongType(operator, type);
  }

  #distinct(operator: string, [first, ...others]: readonly Operand[]): void {
    const paths = others.filter((other) => other.kind === "path");
    if (first?.kind !== "path" || paths.length === 0) return;
    const path = this.#pathText(first);
    if (paths.some((other) => this.#pathText(other) === path))
      throw this.#fail(
        `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`,
      );
  }

  #bounds(low: AttributeValue | undefined, high: AttributeValue | undefined): void {
    if (!low || !high) return;
    const bounds = `lower bound operand: ${described(low)}, upper bound operand: ${described(high)}`;
    if (typeOf(low) !== typeOf(high))
      throw this.#fail(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
    if ((compare(low, high) ?? 0) > 0)
      throw this.#fail(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
      );
  }

  #valueOf(operand: Operand | undefined): AttributeValue | undefined {
    return operand?.kind === "value" ? this.bindings.value(operand.name) : undefined;
  }

  /** The type of an operand that does not depend on an item. */
  #typeOf(operand: Operand | undefined): Type | undefined {
    if (operand?.kind === "size") return "N";
    const value = this.#valueOf(operand);
    return value && typeOf(value);
  }

  #pathText({ path }: Operand & { kind: "path" }): string {
    const steps = this.bindings.path(path).map((step) => (typeof step === "number" ? `[${step}]` : step));
    return `[${steps.join(", ")}]`;
  }

  #wrongType(operator: string, type: string): Error {
    return this.#fail(
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
    );
  }

  #fail(reason: string): Error {
    return validationError(`Invalid ${this.kind}: ${reason}`);
  }
}

const described = (value: AttributeValue): string =>
  `AttributeValue: {${typeOf(value)}:${textOf(contentOf(value))}}`;
