import { call, functionNames } from "./calls";
import { documented } from "./documented";
import { arithmeticCase, castCase, comparisonCase, formCase } from "./operators";
import { query } from "./queries";
import { Random } from "./random";

export interface GeneratedCase {
  readonly kind: "function" | "operator" | "cast" | "form" | "documentation" | "query";
  readonly sql: string;
}

const CALLS_PER_FUNCTION = 30;
const counts = { arithmetic: 900, comparison: 900, cast: 1800, form: 1500, query: 1500 };

/** All cases, without duplicates; the same for the same seed. A function's cases do not depend on other functions. */
export function generate(seed: number): GeneratedCase[] {
  const cases = new Map<string, GeneratedCase>();
  const add = (kind: GeneratedCase["kind"], sql: string) => {
    if (!cases.has(sql)) cases.set(sql, { kind, sql });
  };
  const repeat = (count: number, kind: GeneratedCase["kind"], make: (random: Random) => string) => {
    const random = new Random(seed);
    for (let i = 0; i < count; i++) add(kind, make(random));
  };
  for (const sql of documented) add("documentation", sql);
  for (const [i, name] of functionNames.entries()) {
    const random = new Random(seed * 1000 + i);
    for (let n = 0; n < CALLS_PER_FUNCTION; n++) add("function", call(name, random));
  }
  repeat(counts.arithmetic, "operator", arithmeticCase);
  repeat(counts.comparison, "operator", comparisonCase);
  repeat(counts.cast, "cast", castCase);
  repeat(counts.form, "form", formCase);
  repeat(counts.query, "query", query);
  return [...cases.values()];
}
