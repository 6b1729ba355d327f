/**
 * Athena's list prices in USD per terabyte scanned, as AWS's price list had them on the day: only regions whose price
 * somebody looked up.
 */
export const athenaPrices = {
  asOf: "2026-09-11",
  source: "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonAthena/current/<region>/index.json",
  perTerabyte: {
    "us-east-1": 5,
    "eu-west-1": 5,
    "ap-southeast-1": 5,
    "ap-northeast-1": 5,
    "sa-east-1": 9,
  } as Readonly<Record<string, number>>,
  /** Any other region counts as the dearest known, so that a budget errs on the safe side. */
  elsewhere: 9,
} as const;

const terabyte = 1024 ** 4;
/** A query that reads anything is billed at least this much. */
export const minimumBytes = 10 * 1024 ** 2;

export const billedBytes = (scanned: number): number => (scanned <= 0 ? 0 : Math.max(scanned, minimumBytes));

export const costOf = (scanned: number, region: string): number =>
  (billedBytes(scanned) / terabyte) * (athenaPrices.perTerabyte[region] ?? athenaPrices.elsewhere);

/** What an amount is: the region's price, or the dearest known. */
export const inRegion = (region: string): string =>
  Object.hasOwn(athenaPrices.perTerabyte, region)
    ? `in ${region}`
    : `at the dearest region's price, ${region}'s being unknown`;
