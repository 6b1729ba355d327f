import { unsupported, validationError } from "../../errors";

/** A value per period; a metric-math expression works on whole series or plain numbers. */
export type Points = ReadonlyMap<number, number>;
type Value = number | Points;

interface Scope {
  readonly ids: ReadonlyMap<string, Points>;
  readonly period: number;
  /** Every period asked for, for FILL. */
  readonly periods: readonly number[];
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(>=|<=|==|!=|&&|\|\||[-+*/^(),<>]))/y;

/** Evaluates arithmetic, comparisons and the common functions of metric math. */
export function evaluateMath(expression: string, scope: Scope): Points {
  const tokens = tokenize(expression);
  const parser = new MathParser(tokens, scope, expression);
  const value = parser.parse();
  return typeof value === "number" ? new Map(scope.periods.map((period) => [period, value])) : value;
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < expression.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(expression);
    if (!match)
      throw validationError(
        `Error in expression '${expression}': unexpected '${expression.slice(at, at + 10)}'`,
      );
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
}

const operators: Readonly<
  Record<string, readonly [binding: number, apply: (a: number, b: number) => number]>
> = {
  "||": [1, (a, b) => Number(a !== 0 || b !== 0)],
  "&&": [2, (a, b) => Number(a !== 0 && b !== 0)],
  "==": [3, (a, b) => Number(a === b)],
  "!=": [3, (a, b) => Number(a !== b)],
  "<": [4, (a, b) => Number(a < b)],
  "<=": [4, (a, b) => Number(a <= b)],
  ">": [4, (a, b) => Number(a > b)],
  ">=": [4, (a, b) => Number(a >= b)],
  "+": [5, (a, b) => a + b],
  "-": [5, (a, b) => a - b],
  "*": [6, (a, b) => a * b],
  "/": [6, (a, b) => a / b],
  "^": [7, (a, b) => a ** b],
};

/** Point by point where both have one; a division by zero has no point. */
function combine(a: Value, b: Value, apply: (a: number, b: number) => number): Value {
  if (typeof a === "number" && typeof b === "number") return apply(a, b);
  const periods = typeof a === "number" ? [...(b as Points).keys()] : [...a.keys()];
  const at = (value: Value, period: number) => (typeof value === "number" ? value : value.get(period));
  return new Map(
    periods.flatMap((period): [number, number][] => {
      const [left, right] = [at(a, period), at(b, period)];
      if (left === undefined || right === undefined) return [];
      const result = apply(left, right);
      return Number.isFinite(result) ? [[period, result]] : [];
    }),
  );
}

class MathParser {
  #at = 0;

  constructor(
    readonly tokens: readonly string[],
    readonly scope: Scope,
    readonly expression: string,
  ) {}

  parse(): Value {
    const value = this.#binary(0);
    if (this.#at < this.tokens.length) throw this.#error(this.tokens[this.#at]);
    return value;
  }

  #error(token: string | undefined): Error {
    return validationError(
      `Error in expression '${this.expression}': unexpected ${token === undefined ? "end" : `'${token}'`}`,
    );
  }

  #binary(least: number): Value {
    let left = this.#unary();
    for (;;) {
      const operator = operators[this.tokens[this.#at] ?? ""];
      if (!operator || operator[0] <= least) return left;
      this.#at++;
      left = combine(left, this.#binary(operator[0]), operator[1]);
    }
  }

  #unary(): Value {
    const token = this.tokens[this.#at++];
    if (token === undefined) throw this.#error(token);
    if (token === "-") return combine(0, this.#unary(), (a, b) => a - b);
    if (token === "(") {
      const inner = this.#binary(0);
      this.#expect(")");
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    if (this.tokens[this.#at] === "(") return this.#call(token);
    const series = this.scope.ids.get(token);
    if (!series) throw this.#error(token);
    return series;
  }

  #expect(token: string): void {
    if (this.tokens[this.#at++] !== token) throw this.#error(this.tokens[this.#at - 1]);
  }

  #call(name: string): Value {
    this.#expect("(");
    const args: Value[] = [];
    while (this.tokens[this.#at] !== ")") {
      args.push(
        name === "FILL" && args.length === 1 && this.tokens[this.#at] === "REPEAT"
          ? this.#repeat(args[0] as Points)
          : this.#binary(0),
      );
      if (this.tokens[this.#at] === ",") this.#at++;
    }
    this.#expect(")");
    const apply = functions[name];
    if (!apply) throw unsupported(`the metric math function ${name}`);
    return apply(args, this.scope);
  }

  /** FILL(m, REPEAT): the last value before. */
  #repeat(points: Points): Value {
    this.#at++;
    let last: number | undefined;
    return new Map(
      this.scope.periods.flatMap((period): [number, number][] => {
        last = points.get(period) ?? last;
        return last === undefined ? [] : [[period, last]];
      }),
    );
  }
}

const valuesOf = (value: Value | undefined): number[] =>
  typeof value === "number" ? [value] : [...(value?.values() ?? [])];

/** Of one series its total; of several a series, period by period. */
const across =
  (fold: (values: readonly number[]) => number) =>
  (args: readonly Value[]): Value => {
    if (args.length === 1) return fold(valuesOf(args[0]));
    const periods = new Set(args.flatMap((arg) => (typeof arg === "number" ? [] : [...arg.keys()])));
    const at = (arg: Value, period: number) =>
      typeof arg === "number" ? [arg] : arg.has(period) ? [arg.get(period) as number] : [];
    return new Map(
      [...periods]
        .sort((a, b) => a - b)
        .map((period) => [period, fold(args.flatMap((arg) => at(arg, period)))]),
    );
  };

const functions: Readonly<Record<string, (args: readonly Value[], scope: Scope) => Value>> = {
  SUM: across((values) => values.reduce((a, b) => a + b, 0)),
  AVG: across((values) => values.reduce((a, b) => a + b, 0) / values.length),
  MAX: across((values) => Math.max(...values)),
  MIN: across((values) => Math.min(...values)),
  ABS: ([value = 0]) => combine(value, 0, (a) => Math.abs(a)),
  CEIL: ([value = 0]) => combine(value, 0, (a) => Math.ceil(a)),
  FLOOR: ([value = 0]) => combine(value, 0, (a) => Math.floor(a)),
  PERIOD: (_args, { period }) => period,
  FILL: ([value = 0, filler = 0], { periods }) => {
    const points = typeof value === "number" ? new Map<number, number>() : value;
    const fill = (period: number) => (typeof filler === "number" ? filler : filler.get(period));
    return new Map(
      periods.flatMap((period): [number, number][] => {
        const found = points.get(period) ?? fill(period);
        return found === undefined ? [] : [[period, found]];
      }),
    );
  },
  IF: ([condition = 0, yes = 0, no]) => {
    const tests = typeof condition === "number" ? undefined : condition;
    if (!tests) return (condition !== 0 ? yes : no) ?? new Map();
    const at = (value: Value | undefined, period: number) =>
      typeof value === "number" ? value : value?.get(period);
    return new Map(
      [...tests].flatMap(([period, test]): [number, number][] => {
        const chosen = at(test !== 0 ? yes : no, period);
        return chosen === undefined ? [] : [[period, chosen]];
      }),
    );
  },
  RATE: ([value = 0], { period }) => {
    const points = typeof value === "number" ? [] : [...value];
    return new Map(
      points.slice(1).map(([at, now], index) => [at, (now - (points[index]?.[1] ?? 0)) / period]),
    );
  },
};
