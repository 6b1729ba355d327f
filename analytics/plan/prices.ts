/**
 * Athena's list prices in USD per terabyte scanned, as of 2026-09-11. Source:
 * https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonAthena/current/<region>/index.json
 */
const perTerabyte: Readonly<Record<string, number>> = {
  "us-east-1": 5,
  "eu-west-1": 5,
  "ap-southeast-1": 5,
  "ap-northeast-1": 5,
  "sa-east-1": 9,
};

const TERABYTE = 1024 ** 4;
/** Athena bills at least this much for a query that reads data. */
const MINIMUM_BYTES = 10 * 1024 ** 2;

export const billedBytes = (scanned: number): number => (scanned <= 0 ? 0 : Math.max(scanned, MINIMUM_BYTES));

/** Regions without a known price count as the most expensive one, so that a budget is not exceeded. */
export const costOf = (scanned: number, region: string): number =>
  (billedBytes(scanned) / TERABYTE) * (perTerabyte[region] ?? Math.max(...Object.values(perTerabyte)));

/** Which price a cost is based on. */
export const priceNote = (region: string): string =>
  Object.hasOwn(perTerabyte, region)
    ? `in ${region}`
    : `at the highest known price, because the price in ${region} is unknown`;
