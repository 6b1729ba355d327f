import { comparison, type Test } from "./comparison";
import type { FilterPattern } from "./pattern";
import { Reader } from "./reader";

interface Field {
  readonly name: string;
  readonly test: Test;
}

const NAME = /[A-Za-z_][\w-]*/y;
const WORDS = /"[^"]*"|\[[^\]]*\]|\S+/g;

/** Space-delimited patterns such as `[ip, user, ..., status = 4* && status != 404, bytes > 1000]`. */
export function fieldPattern(text: string): FilterPattern {
  const reader = new Reader(text);
  reader.expect("[");
  const before: Field[] = [];
  const after: Field[] = [];
  let ellipsis = false;
  // AWS accepts a pattern without fields (recorded by LocalStack's test_put_subscription_filter_update).
  if (!reader.accept("]")) {
    do {
      if (!reader.accept("...")) (ellipsis ? after : before).push(field(reader));
      else if (ellipsis) throw reader.fail();
      else ellipsis = true;
    } while (reader.accept(","));
    reader.expect("]");
  }
  reader.end();
  const fits = (count: number) =>
    ellipsis ? count >= before.length + after.length : count === before.length;
  /** The fields with their words; undefined when the numbers differ. */
  const paired = (message: string): [Field, string][] | undefined => {
    const words = (message.match(WORDS) ?? []).map(unquoted);
    if (!fits(words.length)) return undefined;
    const rest = words.slice(words.length - after.length);
    return [
      ...before.map((one, at): [Field, string] => [one, words[at] ?? ""]),
      ...after.map((one, at): [Field, string] => [one, rest[at] ?? ""]),
    ];
  };
  return {
    matches: (message) => paired(message)?.every(([{ test }, word]) => test(word)) ?? false,
    select: (message, selector) => paired(message)?.find(([{ name }]) => `$${name}` === selector)?.[1],
  };
}

/** Quotes and brackets join the words between them and do not belong to the field. */
const unquoted = (word: string): string => (/^(".*"|\[.*\])$/s.test(word) ? word.slice(1, -1) : word);

/** A name alone, or with conditions on its value. */
function field(reader: Reader): Field {
  const name = reader.take(NAME) ?? "";
  const condition = comparison(reader, numberIn);
  if (!condition) {
    if (name === "") throw reader.fail();
    return { name, test: () => true };
  }
  let test: Test = condition;
  for (;;) {
    const operator = reader.accept("&&") ? "and" : reader.accept("||") ? "or" : undefined;
    if (!operator) return { name, test };
    if (reader.take(NAME) !== name) throw reader.fail();
    const next = comparison(reader, numberIn);
    if (!next) throw reader.fail();
    const before = test;
    test =
      operator === "and" ? (value) => before(value) && next(value) : (value) => before(value) || next(value);
  }
}

const numberIn = (value: unknown): number | undefined =>
  typeof value === "string" && value !== "" && Number.isFinite(Number(value)) ? Number(value) : undefined;
