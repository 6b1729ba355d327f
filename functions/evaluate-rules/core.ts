import type { FeedDefinition, Row } from "../../data/feeds";
import { type Event, History, historyMeasure, lookBackColumns, lookBacks, thin } from "./history";
import {
  type Condition,
  type Fact,
  factsOf,
  operators,
  type Reference,
  type Rule,
  type Scalar,
} from "./rule";

export interface Alert {
  /** One id per rule, subject and `once` period, however many events match. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Rule["severity"];
  readonly description: string;
  readonly feed: string;
  readonly subject: string;
  readonly eventTime: string;
  readonly message: string;
  /** The values the conditions used. */
  readonly facts: Readonly<Record<string, Scalar>>;
}

interface Case {
  readonly row: Row;
  readonly at: number;
  readonly before: ReturnType<History["add"]>;
  readonly reference: Readonly<Record<string, Scalar>>;
}

const isCritical = ({ severity }: Rule): boolean => severity === "critical";

type Test = (given: Case) => boolean;
type Measured = (given: Case) => unknown;

interface CompiledRule {
  readonly rule: Rule;
  readonly holds: Test;
  readonly facts: readonly (readonly [string, Measured])[];
}

/** A feed's compiled rules: rows in, alerts out, synchronous and in memory. */
export class RuleBook {
  readonly #history: History;
  /** The past of critical rules: only the columns that they look back on. */
  readonly #critical: History;
  readonly #criticalSpans: readonly number[];
  /** Columns and longest look-back of critical rules. Without a look-back there is nothing to keep. */
  readonly criticalColumns: readonly string[];
  readonly criticalSpan: number;
  readonly hasCritical: boolean;
  #newest = 0;
  readonly #tests: readonly CompiledRule[];

  constructor(
    private readonly feed: FeedDefinition,
    rules: readonly Rule[],
    private readonly reference: Reference,
  ) {
    const critical = rules.filter(isCritical);
    const usual = rules.filter((rule) => !isCritical(rule));
    this.#history = new History(lookBacks(usual), lookBackColumns(usual));
    this.hasCritical = critical.length > 0;
    this.#criticalSpans = lookBacks(critical);
    this.criticalSpan = Math.max(0, ...this.#criticalSpans);
    this.criticalColumns = lookBackColumns(critical);
    this.#critical = new History(this.#criticalSpans, this.criticalColumns);
    this.#tests = rules.map((rule) => ({
      rule,
      holds: compile(rule.when),
      facts: factsOf(rule.when).map((fact) => [labelOf(fact), measured(fact)]),
    }));
  }

  /** Called when all alerts of the rows so far are published, so these rows will not be evaluated again. */
  forgetOld(): void {
    this.#history.forgetOld();
    this.#critical.forgetOld();
  }

  /** The end of an alert's `once` period, in milliseconds of event time. */
  until({ id, rule: name }: Alert): number {
    const once = this.#tests.find(({ rule }) => rule.name === name)?.rule.once ?? 0;
    return Date.parse(id.slice(id.lastIndexOf("/") + 1)) + once;
  }

  /** The newest event time so far. */
  get newest(): number {
    return this.#newest;
  }

  /** Forgets the past of critical rules, before another one is restored. */
  forgetCritical(): void {
    this.#critical.clear();
  }

  /** Adds to the past of a subject for critical rules. */
  remember(subject: string, past: readonly Event[]): void {
    if (this.criticalSpan > 0) this.#critical.remember(subject, past);
  }

  /** The past of a subject that critical rules can refer to: the first event of so many parts of each look-back, and the newest. */
  past(subject: string, parts: number): readonly Event[] {
    return thin(this.#critical.past(subject), this.#critical.earliest(subject), this.#criticalSpans, parts);
  }

  /** Subjects with a past for critical rules. */
  subjects(): string[] {
    return this.#critical.subjects();
  }

  evaluate(row: Row): Alert[] {
    const subject = String(row[this.feed.partitionKey]);
    const eventTime = String(row[this.feed.eventTime]);
    const at = Date.parse(eventTime);
    this.#newest = Math.max(this.#newest, at);
    const reference = this.reference.get(subject) ?? {};
    const usual: Case = { row, at, before: this.#history.add(subject, row, at), reference };
    const critical: Case = { ...usual, before: this.#critical.add(subject, row, at) };
    const alerts: Alert[] = [];
    for (const { rule, holds, facts } of this.#tests) {
      const given = isCritical(rule) ? critical : usual;
      if (!holds(given)) continue;
      alerts.push({
        id: `${rule.name}/${subject}/${new Date(Math.floor(at / rule.once) * rule.once).toISOString()}`,
        rule: rule.name,
        severity: rule.severity,
        description: rule.description,
        feed: this.feed.name,
        subject,
        eventTime,
        message: rule.message.replace(/\{([^}]*)\}/g, (_, name: string) =>
          String(plain(name)(given) ?? "unknown"),
        ),
        facts: Object.fromEntries(facts.map(([label, read]) => [label, (read(given) ?? null) as Scalar])),
      });
    }
    return alerts;
  }
}

function compile(condition: Condition): Test {
  if ("all" in condition) {
    const tests = condition.all.map(compile);
    return (given) => tests.every((test) => test(given));
  }
  if ("any" in condition) {
    const tests = condition.any.map(compile);
    return (given) => tests.some((test) => test(given));
  }
  if ("not" in condition) {
    const test = compile(condition.not);
    return (given) => !test(given);
  }
  const left = measured(condition.left);
  const operator = operators[condition.operator];
  const { right } = condition;
  if ("value" in right) return (given) => operator(left(given), right.value);
  const other = measured(right);
  return (given) => operator(left(given), other(given));
}

function plain(name: string): Measured {
  if (!name.startsWith("reference.")) return ({ row }) => row[name] ?? null;
  const field = name.slice("reference.".length);
  return ({ reference }) => reference[field] ?? null;
}

function measured(fact: Fact): Measured {
  const value = plain(fact.fact);
  if (fact.measure === "value") return value;
  if (fact.measure === "ageSeconds")
    return (given) => {
      const then = Date.parse(String(value(given)));
      return Number.isNaN(then) ? null : (given.at - then) / 1000;
    };
  return ({ row, at, before }) => historyMeasure(fact, row, at, before);
}

const labelOf = ({ fact, measure, over }: Fact): string =>
  measure === "value" ? fact : `${fact} ${measure}${over > 0 ? ` over ${over / 1000}s` : ""}`;
