import type { FilterCriteria } from "@aws-sdk/client-lambda";
import { matchesPattern, type Pattern } from "../../shared/event-pattern";
import { invalid } from "../store";

export function parsePatterns(criteria: FilterCriteria | undefined): Pattern[] {
  return (criteria?.Filters ?? []).map(({ Pattern: text = "{}" }) => {
    const pattern = jsonOrText(text);
    if (typeof pattern === "object" && pattern !== null && !Array.isArray(pattern)) return pattern as Pattern;
    throw invalid(`Invalid filter pattern definition: ${text}`);
  });
}

/** Patterns see the decoded data of a record and the body of a message as JSON if they are JSON, else as text. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether an event passes the filters of a mapping: without filters always, else if any pattern matches. */
export const passesFilters = (patterns: readonly Pattern[], event: () => unknown): boolean => {
  if (patterns.length === 0) return true;
  const value = event();
  return patterns.some((pattern) => matchesPattern(pattern, value));
};
