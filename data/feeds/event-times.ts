import type { FeedDefinition } from "./contract";

const DAY_MS = 86_400_000;

/**
 * The event times that the lake accepts: from the feed's first day to one day after arrival. Athena's partition
 * projection covers only these dates. A row outside would be stored and counted, but no query would show it.
 */
export interface EventTimes {
  /** Canonical instants, both inclusive. */
  readonly from: string;
  readonly to: string;
}

/** The first day of a feed's tables by event time: the lake's, or the feed's own when that is earlier. */
export const firstDay = ({ since }: FeedDefinition, lakeSince: string): string =>
  since !== undefined && since < lakeSince ? since : lakeSince;

/** `since`: first day of the feed's tables, when it is configured. */
export const eventTimes = (feed: FeedDefinition, arrival: string, since = feed.since): EventTimes => ({
  from: `${since ?? "1970-01-01"}T00:00:00.000Z`,
  to: latestEventTime(Date.parse(arrival)),
});

/** Clocks of producers may be ahead, but not by more than a day. */
export const latestEventTime = (millis: number): string => new Date(millis + DAY_MS).toISOString();

/** Why an event time is refused; undefined when it is accepted. */
export function refusedTime({ from, to }: EventTimes, time: string): string | undefined {
  if (time < from) return `before the feed's first day, ${from.slice(0, 10)}`;
  return time > to ? "more than a day after the record arrived" : undefined;
}
