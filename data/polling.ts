/** CoinGecko's largest page of its markets list. */
export const COINS_PER_PAGE = 250;

/** Published limits of the price sources; `requestsPerMinute` in the configuration overrides them. */
export const requestsPerMinute = { coingecko: 10, "coingecko-pro": 250, sample: 60_000 } as const;

/**
 * Requests a month of the free plans. CoinGecko's demo plan: https://www.coingecko.com/en/api/pricing. CoinPaprika:
 * https://docs.coinpaprika.com/api-reference/rest-api/introduction. Paid plans differ, and CoinGecko publishes no monthly
 * number for requests without a key.
 */
export const freeRequestsPerMonth = { coingecko: 10_000, coinpaprika: 20_000 } as const;

/**
 * Poll slots and the schedule's ticks. A slot is a multiple of the poll interval since 1970-01-01T00:00:00Z. The
 * schedule can only tick at whole minutes, so one tick serves every slot from its own time to the next tick.
 */

const MINUTE = 60;
const HOUR = 3600;

/**
 * Seconds between two ticks. Slots at whole minutes get ticks that hit each of them, at the largest divisor of an
 * hour that does. Other slots get a tick a minute, and the function waits up to 59 seconds.
 */
export const tickSecondsOf = (pollSeconds: number): number =>
  pollSeconds % MINUTE === 0 ? gcd(pollSeconds, HOUR) : MINUTE;

/** The slots of a tick, in milliseconds: those in [tick, tick + tickSeconds). */
export function slotsOfTick(tick: number, tickSeconds: number, pollSeconds: number): number[] {
  const step = pollSeconds * 1000;
  const end = tick + tickSeconds * 1000;
  const slots: number[] = [];
  for (let slot = Math.ceil(tick / step) * step; slot < end; slot += step) slots.push(slot);
  return slots;
}

/** Longest time from a tick to one of its slots, in seconds. */
export const longestWaitSeconds = (pollSeconds: number): number =>
  pollSeconds % MINUTE === 0 ? 0 : MINUTE - gcd(pollSeconds, MINUTE);

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
