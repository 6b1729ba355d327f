import { slotsOfTick } from "../../data/polling";
import { lanesFor, PACK_BYTES } from "../../data/records/pack";
import type { Priced } from "./model";
import usage from "./usage.json";

export interface Traffic {
  readonly feed: string;
  readonly events: number;
  readonly records: number;
  /** How often records arrive: those of a poll arrive together, in each shard. */
  readonly arrivals: number;
  readonly bytes: number;
  readonly shards: number;
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
  /** Whether its events come from the poller. */
  readonly polled?: boolean;
}

const feeds: Readonly<Record<string, FeedUsage>> = usage.feeds;

/** A month of traffic of one feed; undefined without assumptions in usage.json. */
export function trafficOf(feed: string, resources: readonly Priced[]): Traffic | undefined {
  const assumed = feeds[feed];
  if (!assumed) return undefined;
  const polled = assumed.polled ? polls(resources) : undefined;
  const events = polled ? polled.coins * polled.perDay : assumed.eventsPerDay;
  const records = polled
    ? recordsPerPoll(polled, assumed.bytesPerEvent) * polled.perDay
    : assumed.recordsPerDay;
  if (events === undefined || records === undefined) return undefined;
  return {
    feed,
    events: events * DAYS,
    records: records * DAYS,
    arrivals: (polled ? polled.perDay * (polled.lanes / lanesFor(1)) : records) * DAYS,
    shards: polled ? polled.lanes / lanesFor(1) : 1,
    bytes: events * DAYS * assumed.bytesPerEvent,
    changedShare: assumed.changedShare,
  };
}

/** A poll sends its coins in packs of a lane each. */
const recordsPerPoll = ({ coins, lanes }: Polls, bytesPerEvent: number): number =>
  Math.min(coins, lanes * Math.ceil((coins * bytesPerEvent) / lanes / PACK_BYTES));

export interface Polls {
  readonly coins: number;
  readonly lanes: number;
  readonly perDay: number;
  readonly pollSeconds: number;
  readonly tickSeconds: number;
  /** Invocations: a tick may serve no slot, or several. */
  readonly ticksPerDay: number;
}

/** The poller's interval and number of coins, read from the stack's resources. */
export function polls(resources: readonly Priced[]): Polls | undefined {
  const poller = resources.find(
    ({ type, name }) => type === "aws:lambda/function:Function" && name === "poll-prices",
  );
  const variables = (poller?.inputs.environment as { variables?: Record<string, string> } | undefined)
    ?.variables;
  if (!variables) return undefined;
  const pollSeconds = Number(variables.POLL_SECONDS);
  const tickSeconds = Number(variables.TICK_SECONDS);
  return {
    coins: Number(variables.COINS),
    lanes: Number(variables.LANES),
    perDay: 86_400 / pollSeconds,
    pollSeconds,
    tickSeconds,
    ticksPerDay: 86_400 / tickSeconds,
  };
}

/** Billed seconds of the poller per day: polls, waits for slots between two ticks, and ticks without a slot. */
export function pollerSecondsPerDay(
  { pollSeconds, tickSeconds, ticksPerDay }: Polls,
  perPoll: number,
): number {
  // Slots and ticks repeat their pattern after pollSeconds ticks at the latest.
  const ticks = Math.ceil(pollSeconds);
  let seconds = 0;
  for (let tick = 0; tick < ticks; tick++) {
    const start = tick * tickSeconds;
    const slots = slotsOfTick(start * 1000, tickSeconds, pollSeconds);
    const end = slots.reduce((time, slot) => Math.max(time, slot / 1000) + perPoll, start);
    seconds += slots.length === 0 ? EMPTY_TICK_SECONDS : end - start;
  }
  return (seconds / ticks) * ticksPerDay;
}

const EMPTY_TICK_SECONDS = 0.05;
