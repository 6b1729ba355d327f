import { columnNames, type FeedDefinition } from "../../data/feeds";
import {
  type Comparison,
  type Condition,
  type Fact,
  historyMeasures,
  measures,
  type Operator,
  operators,
  type Reference,
  type Rule,
  type Scalar,
  severities,
} from "./rule";

type Json = Readonly<Record<string, unknown>>;

/** Parses a rules file. An error names the place, the value and what is allowed. */
export function readRules(feed: FeedDefinition, file: unknown, reference: Reference): Rule[] {
  const fields = new Set([...reference.values()].flatMap((entry) => Object.keys(entry)));
  const facts = [...columnNames(feed), ...[...fields].map((field) => `reference.${field}`)];
  const top = object(file, "the file", ["feed", "rules"]);
  oneOf(top.feed, "feed", [feed.name]);
  const names = new Set<string>();
  return list(top.rules, "rules").map((value, i) => {
    const rule = readRule(value, `rules[${i}]`, facts);
    if (names.has(rule.name)) wrong(`rules[${i}].name`, rule.name, "unlike every other rule's");
    names.add(rule.name);
    return rule;
  });
}

function readRule(value: unknown, at: string, facts: readonly string[]): Rule {
  const rule = object(value, at, ["name", "description", "severity", "once", "when", "message"]);
  const message = text(rule.message, `${at}.message`);
  for (const [, name = ""] of message.matchAll(/\{([^}]*)\}/g))
    oneOf(name, `${at}.message: {${name}}`, facts);
  return {
    name: /^[a-z][a-z0-9-]{0,63}$/.test(String(rule.name))
      ? String(rule.name)
      : wrong(`${at}.name`, rule.name, "lower-case words joined by hyphens"),
    description: text(rule.description, `${at}.description`),
    severity: oneOf(rule.severity, `${at}.severity`, severities),
    once: duration(rule.once, `${at}.once`),
    when: readCondition(rule.when, `${at}.when`, facts),
    message,
  };
}

function readCondition(value: unknown, at: string, facts: readonly string[]): Condition {
  const given = object(value, at);
  const several = (name: "all" | "any") =>
    list(object(value, at, [name])[name], `${at}.${name}`).map((part, i) =>
      readCondition(part, `${at}.${name}[${i}]`, facts),
    );
  if ("all" in given) return { all: several("all") };
  if ("any" in given) return { any: several("any") };
  if ("not" in given) return { not: readCondition(object(value, at, ["not"]).not, `${at}.not`, facts) };
  return readComparison(value, at, facts);
}

function readComparison(value: unknown, at: string, facts: readonly string[]): Comparison {
  const {
    operator,
    value: right,
    ...left
  } = object(value, at, ["fact", "measure", "over", "operator", "value"]);
  const name = oneOf(operator, `${at}.operator`, Object.keys(operators) as Operator[]);
  const isFact = typeof right === "object" && right !== null && !Array.isArray(right);
  return {
    left: readFact(left, at, facts),
    operator: name,
    right: isFact
      ? readFact(right, `${at}.value`, facts)
      : { value: readOperand(right, `${at}.value`, name) },
  };
}

function readFact(value: unknown, at: string, facts: readonly string[]): Fact {
  const given = object(value, at, ["fact", "measure", "over"]);
  const measure = oneOf(given.measure ?? "value", `${at}.measure`, measures);
  const fact = oneOf(given.fact, `${at}.fact`, facts);
  if (!historyMeasures.has(measure)) {
    if (given.over !== undefined) wrong(`${at}.over`, given.over, `left out: ${measure} does not look back`);
    return { fact, measure, over: 0 };
  }
  if (fact.startsWith("reference."))
    wrong(`${at}.fact`, fact, `a column: the reference table has no past for ${measure}`);
  return { fact, measure, over: duration(given.over, `${at}.over`) };
}

function readOperand(value: unknown, at: string, operator: Operator): Scalar | readonly Scalar[] {
  if (operator === "in" || operator === "notIn")
    return list(value, at).map((each, i) => scalar(each, `${at}[${i}]`));
  return scalar(value, at);
}

/** Parses the reference table: one entry of scalar fields per subject. */
export function readReference(file: unknown): Reference {
  return new Map(
    Object.entries(object(file, "the reference")).map(([subject, entry]) => [
      subject,
      Object.fromEntries(
        Object.entries(object(entry, subject)).map(([field, value]) => [
          field,
          scalar(value, `${subject}.${field}`),
        ]),
      ),
    ]),
  );
}

function object(value: unknown, at: string, known?: readonly string[]): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return wrong(at, value, "an object");
  for (const name of Object.keys(value))
    if (known && !known.includes(name))
      wrong(`${at}.${name}`, (value as Json)[name], `absent; known are ${known.join(", ")}`);
  return value as Json;
}

const list = (value: unknown, at: string): readonly unknown[] =>
  Array.isArray(value) && value.length > 0 ? value : wrong(at, value, "a list of at least one");

const text = (value: unknown, at: string): string =>
  typeof value === "string" && value !== "" ? value : wrong(at, value, "a text");

const scalar = (value: unknown, at: string): Scalar =>
  value === null || ["string", "number", "boolean"].includes(typeof value)
    ? (value as Scalar)
    : wrong(at, value, "a text, a number, true, false or null");

const oneOf = <T extends string>(value: unknown, at: string, allowed: readonly T[]): T =>
  allowed.find((choice) => choice === value) ?? wrong(at, value, `one of ${allowed.join(", ")}`);

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(value: unknown, at: string): number {
  const [, number, unit = ""] =
    /^([1-9]\d{0,3})([smhd])$/.exec(String(value)) ?? wrong(at, value, "a span such as 30s, 15m, 6h or 1d");
  return Number(number) * (units[unit] ?? 0);
}

function wrong(at: string, value: unknown, wanted: string): never {
  throw new Error(`${at} is ${JSON.stringify(value) ?? "missing"}; it must be ${wanted}`);
}
