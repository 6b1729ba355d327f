import { unsupported, validationError } from "../../errors";

/** A value by the start of each period that has one. */
export type Points = ReadonlyMap<number, number>;

/** Expressions work on numbers, series, and the lists of series that SEARCH finds. */
type Value = number | Points | readonly Points[];

interface Scope {
  readonly ids: ReadonlyMap<string, readonly Points[]>;
  /** Every period of the time range, for FILL. */
  readonly periods: Iterable<number>;
  readonly search: (expression: string, stat: string, period: number) => readonly Points[];
}

type Binary = (a: number, b: number) => number;

const operators: Readonly<Record<string, { readonly precedence: number; readonly apply: Binary }>> = {
  OR: { precedence: 1, apply: (a, b) => Number(a !== 0 || b !== 0) },
  "||": { precedence: 1, apply: (a, b) => Number(a !== 0 || b !== 0) },
  AND: { precedence: 2, apply: (a, b) => Number(a !== 0 && b !== 0) },
  "&&": { precedence: 2, apply: (a, b) => Number(a !== 0 && b !== 0) },
  "==": { precedence: 3, apply: (a, b) => Number(a === b) },
  "!=": { precedence: 3, apply: (a, b) => Number(a !== b) },
  "<": { precedence: 3, apply: (a, b) => Number(a < b) },
  "<=": { precedence: 3, apply: (a, b) => Number(a <= b) },
  ">": { precedence: 3, apply: (a, b) => Number(a > b) },
  ">=": { precedence: 3, apply: (a, b) => Number(a >= b) },
  "+": { precedence: 4, apply: (a, b) => a + b },
  "-": { precedence: 4, apply: (a, b) => a - b },
  "*": { precedence: 5, apply: (a, b) => a * b },
  "/": { precedence: 5, apply: (a, b) => a / b },
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const functions: Readonly<Record<string, (args: readonly Value[], scope: Scope) => Value>> = {
  SUM: aggregate(sum),
  AVG: aggregate((values) => sum(values) / values.length),
  MAX: aggregate((values) => Math.max(...values)),
  MIN: aggregate((values) => Math.min(...values)),
  /** The second value where the first is not zero, else the third, or no value. */
  IF: ([condition = 0, then = 0, otherwise]) =>
    series(typeof condition === "number" ? [] : (condition as Points).keys(), (period) => {
      const chosen = at(condition, period) === 0 ? otherwise : then;
      return chosen === undefined ? undefined : at(chosen, period);
    }),
  FILL: ([value = 0, filler = 0], { periods }) =>
    series(
      periods,
      (period) => (typeof value === "number" ? undefined : at(value, period)) ?? at(filler, period),
    ),
};

/** Evaluates arithmetic and the functions above; refuses other functions of metric math. SEARCH gives several series. */
export function evaluateMath(expression: string, scope: Scope): readonly Points[] {
  const value = new Parser(expression, scope).parse();
  return isList(value) ? value : [typeof value === "number" ? series(scope.periods, () => value) : value];
}

const isList = (value: Value): value is readonly Points[] => Array.isArray(value);

function at(value: Value, period: number): number | undefined {
  if (typeof value === "number") return value;
  if (isList(value))
    throw unsupported("arithmetic on the list of series that SEARCH returns; use SUM, AVG, MIN or MAX");
  return value.get(period);
}

const series = (periods: Iterable<number>, valueAt: (period: number) => number | undefined): Points =>
  new Map(
    [...periods].flatMap((period): [number, number][] => {
      const value = valueAt(period);
      return value === undefined ? [] : [[period, value]];
    }),
  );

/** Applies an operator in each period in which both sides have a value. A division by zero has no value. */
function combine(a: Value, b: Value, apply: Binary): Value {
  if (typeof a === "number" && typeof b === "number") return apply(a, b);
  const periods = typeof a === "number" ? (b as Points).keys() : (a as Points).keys();
  return series(periods, (period) => {
    const [left, right] = [at(a, period), at(b, period)];
    const result = left === undefined || right === undefined ? Number.NaN : apply(left, right);
    return Number.isFinite(result) ? result : undefined;
  });
}

/** Aggregates one series to a number, and several to a series, period by period. */
function aggregate(fold: (values: readonly number[]) => number) {
  return (given: readonly Value[]): Value => {
    const args = given.flatMap((arg): readonly (number | Points)[] => (isList(arg) ? arg : [arg]));
    const [first] = args;
    if (args.length === 1 && !given.some(isList))
      return fold(typeof first === "number" ? [first] : [...(first?.values() ?? [])]);
    const periods = new Set(args.flatMap((arg) => (typeof arg === "number" ? [] : [...arg.keys()])));
    return series(
      [...periods].sort((a, b) => a - b),
      (period) => fold(args.flatMap((arg) => at(arg, period) ?? [])),
    );
  };
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||[-+*/(),<>])|('[^']*'))/y;

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(
    readonly expression: string,
    readonly scope: Scope,
  ) {
    for (let from = 0; from < expression.trimEnd().length; from = TOKEN.lastIndex) {
      TOKEN.lastIndex = from;
      const match = TOKEN.exec(expression);
      if (!match) throw this.#unexpected(expression.slice(from, from + 10));
      this.#tokens.push(match[0].trim());
    }
  }

  parse(): Value {
    const value = this.#binary(0);
    if (this.#at < this.#tokens.length) throw this.#unexpected(this.#tokens[this.#at]);
    return value;
  }

  #unexpected(token: string | undefined): Error {
    return validationError(
      `Error in expression '${this.expression}': unexpected ${token === undefined ? "end" : `'${token}'`}`,
    );
  }

  #binary(minPrecedence: number): Value {
    let left = this.#unary();
    for (;;) {
      const operator = operators[this.#tokens[this.#at] ?? ""];
      if (!operator || operator.precedence <= minPrecedence) return left;
      this.#at++;
      left = combine(left, this.#binary(operator.precedence), operator.apply);
    }
  }

  #unary(): Value {
    const token = this.#tokens[this.#at++];
    if (token === "-") return combine(0, this.#unary(), (a, b) => a - b);
    if (token === "(") {
      const inner = this.#binary(0);
      this.#expect(")");
      return inner;
    }
    if (token !== undefined && /^\d/.test(token)) return Number(token);
    if (token !== undefined && this.#tokens[this.#at] === "(") return this.#call(token);
    const found = this.scope.ids.get(token ?? "");
    if (!found) throw this.#unexpected(token);
    const [points, ...more] = found;
    return points && more.length === 0 ? points : found;
  }

  #expect(token: string): void {
    const found = this.#tokens[this.#at++];
    if (found !== token) throw this.#unexpected(found);
  }

  #search(): Value {
    const tokens = this.#tokens.slice(this.#at, this.#at + 7);
    const [, expression = "", , stat = "", , period = ""] = tokens;
    if (!/^\('[^']*','[^']*',\d+\)$/.test(tokens.join("")))
      throw unsupported("SEARCH with arguments other than an expression, a statistic and a period");
    this.#at += tokens.length;
    return this.scope.search(expression.slice(1, -1), stat.slice(1, -1), Number(period));
  }

  #call(name: string): Value {
    if (name === "SEARCH") return this.#search();
    const apply = functions[name];
    if (!apply) throw unsupported(`the metric math function ${name}`);
    this.#expect("(");
    const args: Value[] = [];
    while (this.#tokens[this.#at] !== ")") {
      args.push(this.#binary(0));
      if (this.#tokens[this.#at] === ",") this.#at++;
    }
    this.#expect(")");
    return apply(args, this.scope);
  }
}
