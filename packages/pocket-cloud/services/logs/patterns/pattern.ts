/**
 * A compiled filter pattern, of FilterLogEvents, of metric filters and of subscription filters. Source: "Filter pattern
 * syntax for metric filters, subscription filters, filter log events, and Live Tail", CloudWatch Logs user guide.
 */
export interface FilterPattern {
  readonly matches: (message: string) => boolean;
  /** The value of a selector such as "$.latency" or "$bytes" in a message. */
  readonly select: (message: string, selector: string) => unknown;
}
