import type { Priced } from "./model";
import usage from "./usage.json";

export interface Traffic {
  readonly feed: string;
  readonly events: number;
  readonly records: number;
  readonly bytes: number;
  /** Share of the events that change an item of the store. */
  readonly changedShare: number;
}

export const DAYS = 30;
export const HOURS = 730;

interface FeedUsage {
  readonly bytesPerEvent: number;
  readonly changedShare: number;
  readonly eventsPerDay?: number;
  readonly recordsPerDay?: number;
  readonly recordsPerPoll?: number;
}

const feeds: Readonly<Record<string, FeedUsage>> = usage.feeds;

/** A month of traffic of one feed; undefined without assumptions in usage.json. */
export function trafficOf(feed: string, resources: readonly Priced[]): Traffic | undefined {
  const assumed = feeds[feed];
  if (!assumed) return undefined;
  const polled = assumed.recordsPerPoll === undefined ? undefined : polls(resources);
  const events = polled ? polled.coins * polled.perDay : assumed.eventsPerDay;
  const records = polled ? (assumed.recordsPerPoll ?? 0) * polled.perDay : assumed.recordsPerDay;
  if (events === undefined || records === undefined) return undefined;
  return {
    feed,
    events: events * DAYS,
    records: records * DAYS,
    bytes: events * DAYS * assumed.bytesPerEvent,
    changedShare: assumed.changedShare,
  };
}

/** The poller's interval and number of coins, read from the stack's resources. */
export function polls(resources: readonly Priced[]): { coins: number; perDay: number } | undefined {
  const schedule = resources.find(
    ({ type, name }) => type === "aws:scheduler/schedule:Schedule" && name === "poll-prices",
  );
  const poller = resources.find(
    ({ type, name }) => type === "aws:lambda/function:Function" && name === "poll-prices",
  );
  const variables = (poller?.inputs.environment as { variables?: Record<string, string> } | undefined)
    ?.variables;
  const minutes = /^cron\(0\/(\d+) /.exec(String(schedule?.inputs.scheduleExpression))?.[1] ?? "60";
  return variables && schedule && { coins: Number(variables.COINS), perDay: 1440 / Number(minutes) };
}
