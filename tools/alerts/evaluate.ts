import type { FeedDefinition, Row } from "../../data/feeds";
import { type Alert, RuleBook } from "../../functions/evaluate-rules/core";
import { readReference, readRules } from "../../functions/evaluate-rules/read-rules";
import { ruleFiles } from "../../functions/evaluate-rules/rules";
import { UsageError } from "../kit/errors";

export interface Tested {
  readonly rows: number;
  /** What would be published, in the order of the events. */
  readonly alerts: readonly Alert[];
  /** Further matches of published alerts within their `once` period. */
  readonly repeated: number;
}

/** Evaluates the feed's rules on rows, oldest first, as the function does with the rows of its stream. */
export function testRules(feed: FeedDefinition, rows: readonly Row[]): Tested {
  const files = Object.hasOwn(ruleFiles, feed.name) ? ruleFiles[feed.name] : undefined;
  if (!files)
    throw new UsageError(
      `there are no rules for ${feed.name}, only for ${Object.keys(ruleFiles).join(", ")}; docs/rules.md says how a feed gets rules`,
    );
  const reference = readReference(files.reference);
  const book = new RuleBook(feed, readRules(feed, files.rules, reference), reference);
  const published = new Map<string, Alert>();
  let repeated = 0;
  for (const row of [...rows].sort((a, b) => (timeOf(feed, a) < timeOf(feed, b) ? -1 : 1)))
    for (const alert of book.evaluate(row)) {
      if (published.has(alert.id)) repeated++;
      else published.set(alert.id, alert);
    }
  return { rows: rows.length, alerts: [...published.values()], repeated };
}

const timeOf = (feed: FeedDefinition, row: Row): string => String(row[feed.eventTime]);

/** One line per alert, and the values that its conditions used. */
export function explain({ eventTime, severity, rule, subject, description, facts }: Alert): string {
  const values = Object.entries(facts).map(([name, value]) => `    ${name} = ${value}\n`);
  return `${eventTime} ${severity} ${rule}: ${subject}\n  ${description}\n${values.join("")}`;
}
