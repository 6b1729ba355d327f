import {
  commonType,
  isInteger,
  isNumeric,
  isText,
  type Kind,
  type Simple,
  sameType,
  type Type,
  timestamp,
  timestampTz,
} from "../types";

/**
 * Signatures are texts: "substr(varchar, bigint) -> varchar". Capital letters are type variables: T, U, K, V, S any;
 * N numeric, I integer, F double or real, D decimal, X date or timestamp, Z timestamp, L varchar with its length. "..." repeats the last parameter;
 * "(T, U) => S" is a lambda.
 */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Pattern[];
  readonly repeats: boolean;
  readonly returns: Pattern;
}

export type Pattern =
  | { readonly variable: string }
  | { readonly type: Type }
  | { readonly array: Pattern }
  | { readonly map: readonly [Pattern, Pattern] }
  | { readonly row: readonly Pattern[] }
  | LambdaPattern;

export interface LambdaPattern {
  readonly lambda: readonly Pattern[];
  readonly result: Pattern;
}

export type Bindings = Map<string, Type>;

export function parseSignature(text: string): Signature {
  const reader = new Reader(text);
  const name = reader.word();
  const { patterns, repeats } = reader.list();
  reader.expect("->");
  return { name, parameters: patterns, repeats, returns: reader.pattern() };
}

class Reader {
  #at = 0;
  readonly #tokens: readonly string[];

  constructor(readonly text: string) {
    this.#tokens = text.match(/[a-z_0-9]+|[A-Z]|\.\.\.|->|=>|[(),]/g) ?? [];
  }

  word(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error(`the signature ${this.text} ends too early`);
    return token;
  }

  expect(token: string): void {
    const found = this.word();
    if (found !== token) throw new Error(`the signature ${this.text} has ${found} where ${token} belongs`);
  }

  list(): { patterns: Pattern[]; repeats: boolean } {
    this.expect("(");
    const patterns: Pattern[] = [];
    let repeats = false;
    while (this.#peek() !== ")") {
      if (patterns.length > 0) this.expect(",");
      patterns.push(this.pattern());
      repeats = this.#peek() === "...";
      if (repeats) this.word();
    }
    this.expect(")");
    return { patterns, repeats };
  }

  pattern(): Pattern {
    if (this.#peek() === "(") {
      const { patterns } = this.list();
      this.expect("=>");
      return { lambda: patterns, result: this.pattern() };
    }
    const word = this.word();
    if (/^[A-Z]$/.test(word)) return { variable: word };
    if (word === "array") return { array: this.list().patterns[0] ?? { variable: "T" } };
    if (word === "row") return { row: this.list().patterns };
    if (word === "map") {
      const [key, value] = this.list().patterns;
      if (key && value) return { map: [key, value] };
    }
    if (word === "timestamp") return { type: timestamp() };
    if (word === "timestamptz") return { type: timestampTz() };
    if (word === "interval") return { type: { kind: "interval day to second" } };
    if (word === "months") return { type: { kind: "interval year to month" } };
    return { type: { kind: word as Simple } };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }
}

const times: readonly Kind[] = ["timestamp", "timestamp with time zone"];

const constraints: Readonly<Record<string, (type: Type) => boolean>> = {
  N: isNumeric,
  I: isInteger,
  F: (type) => type.kind === "double" || type.kind === "real",
  D: (type) => type.kind === "decimal",
  X: (type) => type.kind === "date" || times.includes(type.kind),
  Z: (type) => times.includes(type.kind),
  L: isText,
};

/** How well a value's type fits a parameter: 0 exactly, more with a coercion, undefined not at all. */
export function fit(pattern: Pattern, type: Type, bindings: Bindings): number | undefined {
  if ("lambda" in pattern) return undefined;
  if ("variable" in pattern) return fitVariable(pattern.variable, type, bindings);
  if ("type" in pattern) return fitType(pattern.type, type);
  if (type.kind === "unknown") return 1;
  if ("array" in pattern)
    return type.kind === "array" ? fit(pattern.array, type.element, bindings) : undefined;
  if ("row" in pattern) {
    if (type.kind !== "row" || type.fields.length !== pattern.row.length) return undefined;
    return sum(type.fields.map((field, i) => fit(pattern.row[i] ?? { variable: "T" }, field.type, bindings)));
  }
  if (type.kind !== "map") return undefined;
  return sum([fit(pattern.map[0], type.key, bindings), fit(pattern.map[1], type.value, bindings)]);
}

const sum = (scores: readonly (number | undefined)[]): number | undefined =>
  scores.reduce<number | undefined>(
    (total, score) => (total === undefined || score === undefined ? undefined : total + score),
    0,
  );

function fitVariable(name: string, type: Type, bindings: Bindings): number | undefined {
  const allowed = constraints[name];
  if (allowed && !allowed(type) && type.kind !== "unknown") return undefined;
  const bound = bindings.get(name);
  const common = bound ? commonType(bound, type) : type;
  if (!common) return undefined;
  bindings.set(name, common);
  return bound && !sameType(bound, type) ? 1 : 0;
}

function fitType(wanted: Type, type: Type): number | undefined {
  if (wanted.kind === type.kind) return 0;
  if (wanted.kind === "varchar" && type.kind === "char") return 1;
  const common = commonType(type, wanted);
  return common && common.kind === wanted.kind ? 1 : undefined;
}

/** The pattern with its variables filled in; undefined while one is not known. */
export function instantiate(pattern: Pattern, bindings: Bindings): Type | undefined {
  if ("lambda" in pattern) return undefined;
  if ("type" in pattern) return pattern.type;
  if ("variable" in pattern) return bindings.get(pattern.variable);
  if ("array" in pattern) {
    const element = instantiate(pattern.array, bindings);
    return element && { kind: "array", element };
  }
  if ("row" in pattern) {
    const types = pattern.row.map((field) => instantiate(field, bindings));
    return types.every((type) => type !== undefined)
      ? { kind: "row", fields: types.map((type) => ({ type })) }
      : undefined;
  }
  const [key, value] = pattern.map.map((part) => instantiate(part, bindings));
  return key && value && { kind: "map", key, value };
}

export function patternName(pattern: Pattern): string {
  if ("variable" in pattern) return pattern.variable === "L" ? "varchar(x)" : pattern.variable;
  if ("type" in pattern) return pattern.type.kind;
  if ("array" in pattern) return `array(${patternName(pattern.array)})`;
  if ("row" in pattern) return `row(${pattern.row.map(patternName).join(", ")})`;
  if ("map" in pattern) return `map(${pattern.map.map(patternName).join(", ")})`;
  return `function(${[...pattern.lambda, pattern.result].map(patternName).join(", ")})`;
}

export const signatureName = (signature: Signature): string =>
  `${signature.name}(${signature.parameters.map(patternName).join(", ")}${signature.repeats ? "..." : ""})`;
