import type { FilterCriteria } from "@aws-sdk/client-lambda";
import { invalid } from "../store";
import { matchesPattern, type Pattern } from "./event-pattern";
import type { SourceRecord } from "./source-record";

/** The event patterns of a mapping; a record matching any of them reaches the function. */
export function parsePatterns(criteria: FilterCriteria | undefined): Pattern[] {
  return (criteria?.Filters ?? []).map(({ Pattern: text = "{}" }) => {
    try {
      const pattern: unknown = JSON.parse(text);
      if (typeof pattern === "object" && pattern !== null && !Array.isArray(pattern))
        return pattern as Pattern;
    } catch {}
    throw invalid(`Invalid filter pattern definition: ${text}`);
  });
}

/** Patterns see a Kinesis record with its `data` decoded: as JSON when it is, else as text. */
export function matchesAny(patterns: readonly Pattern[], record: SourceRecord, data: Uint8Array): boolean {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");
  const kinesis = (JSON.parse(record.json) as { kinesis: object }).kinesis;
  const event = { ...kinesis, data: parsedOr(text) };
  return patterns.some((pattern) => matchesPattern(pattern, event));
}

export function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
