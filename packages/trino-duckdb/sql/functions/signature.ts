import {
  commonType,
  isFloating,
  isInteger,
  isNumeric,
  type Simple,
  sameType,
  type Type,
  timestamp,
  timestampTz,
  timeType,
} from "../types";

/**
 * Notation of parameters and results: a type ("bigint", "array(varchar)"), a type variable, or a lambda
 * ("(T, U) => S"). A variable stands for one type throughout a signature: any type (T, U, S, K, V) or a restricted
 * one ("any number", "varchar(x)"). "varchar..." is a last parameter that repeats.
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

/** The types that the type variables of a signature stand for in one call. */
export type Bindings = Map<string, Type>;

/** Maps and JSON have no order. */
function isOrderable(type: Type): boolean {
  if (type.kind === "array") return isOrderable(type.element);
  if (type.kind === "row") return type.fields.every((field) => isOrderable(field.type));
  return type.kind !== "map" && type.kind !== "json";
}

const isTimestamp = ({ kind }: Type): boolean => kind === "timestamp" || kind === "timestamp with time zone";

/** Type variables restricted to some types. */
const restricted: Readonly<Record<string, (type: Type) => boolean>> = {
  "any number": isNumeric,
  "other number": isNumeric,
  /** Types whose values have an order, without nested ones, whose order fails at NULLs inside. */
  O: isOrderable,
  "any integer": isInteger,
  "any float": isFloating,
  "any datetime": (type) => type.kind === "date" || isTimestamp(type),
  "any timestamp": isTimestamp,
  "decimal(p,s)": (type) => type.kind === "decimal",
  "varchar(x)": ({ kind }) => kind === "varchar",
  "char(x)": ({ kind }) => kind === "char",
  "char(y)": ({ kind }) => kind === "char",
};

/** Types that need more than a kind. */
const namedTypes: Readonly<Record<string, Type>> = {
  time: timeType(),
  timestamp: timestamp(),
  "timestamp with time zone": timestampTz(),
};

const TOKEN =
  /(?:any|other) [a-z]+|(?:var)?char\([xy]\)|decimal\(p,s\)|timestamp with time zone|interval (?:day to second|year to month)|[a-z_0-9]+|[A-Z]|=>|[(),]/g;

export function parseSignature(name: string, takes: readonly string[], returns: string): Signature {
  const parse = (text: string) => new Reader(text.replace(/\.\.\.$/, "")).pattern();
  return {
    name,
    parameters: takes.map(parse),
    repeats: takes.at(-1)?.endsWith("...") ?? false,
    returns: parse(returns),
  };
}

class Reader {
  #at = 0;
  readonly #tokens: readonly string[];

  constructor(readonly text: string) {
    this.#tokens = text.match(TOKEN) ?? [];
  }

  pattern(): Pattern {
    const word = this.#next();
    if (word === "(") {
      const lambda = this.#rest();
      this.#expect("=>");
      return { lambda, result: this.pattern() };
    }
    if (/^[A-Z]$/.test(word) || word in restricted) return { variable: word };
    if (word === "array" || word === "row" || word === "map") {
      this.#expect("(");
      const [first, second, ...others] = this.#rest();
      if (word === "array" && first) return { array: first };
      if (word === "map" && first && second) return { map: [first, second] };
      if (word === "row" && first && second) return { row: [first, second, ...others] };
    }
    return { type: namedTypes[word] ?? { kind: word as Simple } };
  }

  /** The patterns up to the closing parenthesis. */
  #rest(): Pattern[] {
    const patterns = [this.pattern()];
    let token = this.#next();
    for (; token === ","; token = this.#next()) patterns.push(this.pattern());
    if (token !== ")") throw new Error(`'${token}' in place of ')' in the type '${this.text}'`);
    return patterns;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error(`the type '${this.text}' is incomplete`);
    return token;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw new Error(`'${found}' in place of '${token}' in the type '${this.text}'`);
  }
}

/** The number of coercions that a value needs to become a parameter's type; undefined if it does not fit. */
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
  const allowed = restricted[name];
  if (allowed && !allowed(type) && type.kind !== "unknown") return undefined;
  const bound = bindings.get(name);
  const common = bound ? commonType(bound, type) : type;
  if (!common) return undefined;
  bindings.set(name, common);
  return bound && !sameType(bound, type) ? 1 : 0;
}

function fitType(wanted: Type, type: Type): number | undefined {
  if (wanted.kind === type.kind) return 0;
  const common = commonType(type, wanted);
  return common && common.kind === wanted.kind ? 1 : undefined;
}

/** The type that a pattern stands for; undefined while one of its variables is unbound. */
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

function patternName(pattern: Pattern): string {
  if ("variable" in pattern) return pattern.variable;
  if ("type" in pattern) return pattern.type.kind;
  if ("array" in pattern) return `array(${patternName(pattern.array)})`;
  if ("row" in pattern) return `row(${pattern.row.map(patternName).join(", ")})`;
  if ("map" in pattern) return `map(${pattern.map.map(patternName).join(", ")})`;
  return `function(${[...pattern.lambda, pattern.result].map(patternName).join(", ")})`;
}

export const signatureName = (signature: Signature): string =>
  `${signature.name}(${signature.parameters.map(patternName).join(", ")}${signature.repeats ? "..." : ""})`;
