import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { toStored } from "../data/value";
import type { Parsed, Path, Step } from "./ast";

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** The values of a request's "#name" and ":value" placeholders. Each must be defined and each must be used. */
export class Bindings {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values = new Map<string, AttributeValue>();

  constructor(input: Placeholders, expressions: readonly (Parsed<unknown> | undefined)[]) {
    this.#names = input.ExpressionAttributeNames ?? {};
    for (const [name, value] of Object.entries(input.ExpressionAttributeValues ?? {}))
      this.#values.set(name, toStored(value));
    const used = expressions.filter((expression) => expression !== undefined);
    checkPlaceholders("ExpressionAttributeNames", input.ExpressionAttributeNames, "#");
    checkPlaceholders("ExpressionAttributeValues", input.ExpressionAttributeValues, ":");
    this.#checkDefined(used);
    const [names, values] = [used.map((one) => one.names), used.map((one) => one.values)];
    const placeholders = {
      ExpressionAttributeNames: Object.keys(this.#names),
      ExpressionAttributeValues: [...this.#values.keys()],
    };
    if (used.length === 0) refuseWithoutExpressions(placeholders);
    refuseUnused("ExpressionAttributeNames", placeholders.ExpressionAttributeNames, names);
    refuseUnused("ExpressionAttributeValues", placeholders.ExpressionAttributeValues, values);
  }

  #checkDefined(expressions: readonly Parsed<unknown>[]): void {
    for (const { kind, names, values } of expressions) {
      for (const name of names)
        if (!Object.hasOwn(this.#names, name))
          throw validationError(
            `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
          );
      for (const value of values)
        if (!this.#values.has(value))
          throw validationError(
            `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
          );
    }
  }

  step(step: Step): Step {
    return typeof step === "string" && step.startsWith("#") ? (this.#names[step] ?? step) : step;
  }

  path(path: Path): Path {
    return path.map((step) => this.step(step));
  }

  value(name: string): AttributeValue {
    return this.#values.get(name) as AttributeValue;
  }
}

/** The texts are those that dynalite's tests had of AWS. */
function checkPlaceholders(member: string, given: object | undefined, begin: string): void {
  if (!given) return;
  const keys = Object.keys(given);
  if (keys.length === 0) throw validationError(`${member} must not be empty`);
  const wrong = keys.find((key) => !key.startsWith(begin) || !/^[\w-]+$/.test(key.slice(1)));
  if (wrong !== undefined)
    throw validationError(`${member} contains invalid key: Syntax error; key: "${wrong}"`);
}

function refuseWithoutExpressions(placeholders: Readonly<Record<string, readonly string[]>>): void {
  for (const [member, keys] of Object.entries(placeholders))
    if (keys.length > 0) throw validationError(`${member} can only be specified when using expressions`);
}

function refuseUnused(
  member: string,
  defined: readonly string[],
  used: readonly ReadonlySet<string>[],
): void {
  const unused = defined.filter((name) => !used.some((names) => names.has(name)));
  if (unused.length > 0)
    throw validationError(`Value provided in ${member} unused in expressions: keys: {${unused.join(", ")}}`);
}
