import { COINS_PER_PAGE, freeRequestsPerMonth } from "../../data/polling";

export interface Polling {
  readonly source: string;
  readonly fallback: string;
  readonly coins: number;
  readonly pollSeconds: number;
}

const MONTH_SECONDS = 30 * 86_400;

/**
 * What the free plans' monthly quotas mean for the poll interval; undefined when they suffice. Only a warning, because the
 * program does not know which plan an API key has.
 */
export function quotaWarning({ source, fallback, coins, pollSeconds }: Polling): string | undefined {
  if (source !== "coingecko") return undefined;
  const quota = freeRequestsPerMonth.coingecko;
  const pages = Math.ceil(coins / COINS_PER_PAGE);
  const polls = Math.floor(MONTH_SECONDS / pollSeconds);
  if (polls * pages <= quota) return undefined;
  const left = polls - Math.floor(quota / pages);
  // A poll of CoinPaprika is one request, whatever the number of coins.
  const failing = fallback === "none" ? left : Math.max(0, left - freeRequestsPerMonth.coinpaprika);
  const rest =
    failing === 0
      ? `the other ${left} polls come from the fallback source`
      : `${failing} of ${polls} polls a month fail` +
        (fallback === "none" ? "" : `, also with the fallback source's ${freeRequestsPerMonth.coinpaprika}`);
  const enough = Math.ceil((MONTH_SECONDS * pages) / quota);
  return (
    `pollSeconds ${pollSeconds} with coins ${coins} takes ${polls * pages} requests a month, and CoinGecko's free plan ` +
    `allows ${quota}: ${rest}. ${enough <= 3600 ? `From pollSeconds ${enough} on it suffices` : "Fewer coins need fewer requests"}`
  );
}
