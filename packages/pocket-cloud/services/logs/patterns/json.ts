import { comparison } from "./comparison";
import type { FilterPattern } from "./pattern";
import { Reader } from "./reader";

type Condition = (event: unknown) => boolean;
/** A name, an index, or "*" for every element. */
type Step = string | number;

const NAME = /[A-Za-z_@$][\w@$:-]*/y;
const INDEX = /\d+|\*/y;
const QUOTED_NAME = /'[^']*'|"[^"]*"/y;

/** Patterns such as `{ $.level = "ERROR" && ($.latency > 100 || $.user NOT EXISTS) }`. */
export function jsonPattern(text: string): FilterPattern {
  const reader = new Reader(text);
  reader.expect("{");
  const condition = either(reader);
  reader.expect("}");
  reader.end();
  return {
    matches: (message) => {
      const event = parsed(message);
      return event !== undefined && condition(event);
    },
    select: (message, selector) => valuesAt(parsed(message), pathOf(new Reader(selector)))[0],
  };
}

function either(reader: Reader): Condition {
  const parts = [all(reader)];
  while (reader.accept("||")) parts.push(all(reader));
  return (event) => parts.some((part) => part(event));
}

function all(reader: Reader): Condition {
  const parts = [single(reader)];
  while (reader.accept("&&")) parts.push(single(reader));
  return (event) => parts.every((part) => part(event));
}

function single(reader: Reader): Condition {
  if (reader.accept("(")) {
    const inner = either(reader);
    reader.expect(")");
    return inner;
  }
  const path = pathOf(reader);
  const test =
    state(reader) ?? comparison(reader, (value) => (typeof value === "number" ? value : undefined));
  if (!test) throw reader.fail();
  // Without a value only NOT EXISTS can hold.
  return (event) => {
    const values = valuesAt(event, path);
    return values.length === 0 ? test(undefined) : values.some(test);
  };
}

const STATES: Readonly<Record<string, (value: unknown) => boolean>> = {
  "IS NULL": (value) => value === null,
  "IS TRUE": (value) => value === true,
  "IS FALSE": (value) => value === false,
  "NOT EXISTS": (value) => value === undefined,
  EXISTS: (value) => value !== undefined,
};

function state(reader: Reader): ((value: unknown) => boolean) | undefined {
  const words = reader.take(/(?:IS\s+(?:NULL|TRUE|FALSE)|(?:NOT\s+)?EXISTS)\b/iy);
  return words === undefined ? undefined : STATES[words.toUpperCase().replaceAll(/\s+/g, " ")];
}

/** A selector such as `$.user.id`, `$.users[0].name`, `$.tags[*]` or `$['first name']`. */
function pathOf(reader: Reader): Step[] {
  reader.expect("$");
  const steps: Step[] = [];
  for (;;) {
    if (reader.accept("[")) {
      const name = reader.take(QUOTED_NAME)?.slice(1, -1);
      const index = name === undefined ? reader.take(INDEX) : undefined;
      if (name === undefined && index === undefined) throw reader.fail();
      steps.push(name ?? (index === "*" ? "*" : Number(index)));
      reader.expect("]");
    } else if (reader.accept(".")) {
      const name = reader.take(NAME);
      if (name === undefined) throw reader.fail();
      steps.push(name);
    } else break;
  }
  if (steps.length === 0) throw reader.fail();
  return steps;
}

function valuesAt(event: unknown, steps: readonly Step[]): unknown[] {
  return steps.reduce<unknown[]>(
    (values, step) =>
      values.flatMap((value) => {
        if (typeof value !== "object" || value === null) return [];
        if (step === "*" && Array.isArray(value)) return value;
        return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
      }),
    event === undefined ? [] : [event],
  );
}

function parsed(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
