/** Athena's list prices in USD per terabyte scanned; regional, so data with a date and a source. */
export const athenaPrices = {
  asOf: "2026-11-01",
  source: "https://aws.amazon.com/athena/pricing/",
  perTerabyte: {
    "us-east-1": 5,
    "us-east-2": 5,
    "us-west-2": 5,
    "us-west-1": 6.75,
    "ca-central-1": 5.5,
    "eu-west-1": 5,
    "eu-west-2": 5,
    "eu-west-3": 7,
    "eu-central-1": 5,
    "eu-north-1": 5,
    "ap-south-1": 5,
    "ap-northeast-1": 5,
    "ap-northeast-2": 5,
    "ap-southeast-1": 5,
    "ap-southeast-2": 5,
    "sa-east-1": 9,
  } as Readonly<Record<string, number>>,
  /** Regions not listed here are priced as the dearest known, so that a budget errs on the safe side. */
  elsewhere: 9,
} as const;

const terabyte = 1024 ** 4;
/** A query that reads anything is billed at least this much. */
export const minimumBytes = 10 * 1024 ** 2;

export const billedBytes = (scanned: number): number => (scanned <= 0 ? 0 : Math.max(scanned, minimumBytes));

export const costOf = (scanned: number, region: string): number =>
  (billedBytes(scanned) / terabyte) * (athenaPrices.perTerabyte[region] ?? athenaPrices.elsewhere);
