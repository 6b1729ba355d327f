import type { Context } from "../../../functions/shared/context";
import type { KinesisEvent, KinesisEventRecord } from "../../../functions/shared/kinesis-event";

export const SHARD = "shardId-000000000000";
export const ARRIVAL = "2026-01-02T03:05:01.000Z";

/** The sequence number of the n-th record, in the form and length of the real ones. */
export const sequence = (n: number): string =>
  (49590338271490256608559692538361571095921575989136588898n + BigInt(n)).toString();

export const record = (n: number, data: string | Uint8Array, arrival = ARRIVAL): KinesisEventRecord => ({
  eventID: `${SHARD}:${sequence(n)}`,
  kinesis: {
    partitionKey: "0",
    sequenceNumber: sequence(n),
    data: Buffer.from(data as string).toString("base64"),
    approximateArrivalTimestamp: Date.parse(arrival) / 1000,
  },
});

export const batch = (...data: readonly (string | Uint8Array)[]): KinesisEvent => ({
  Records: data.map((each, i) => record(i + 1, each)),
});

export const context = (millis = 30_000, functionName = "test"): Context => {
  const end = performance.now() + millis;
  return { awsRequestId: "r", functionName, getRemainingTimeInMillis: () => end - performance.now() };
};

/** A crypto row; `change` replaces the values that a test is about. */
export const coin = (coin_id: string, event_time: string, price_usd: unknown = 1, change: object = {}) => ({
  coin_id,
  symbol: coin_id.slice(0, 3),
  name: coin_id,
  price_usd,
  market_cap_usd: null,
  market_cap_rank: null,
  volume_24h_usd: null,
  high_24h_usd: null,
  low_24h_usd: null,
  change_24h_pct: null,
  circulating_supply: null,
  last_updated: event_time,
  event_time,
  origin: "poll",
  ...change,
});

export const line = (row: unknown): string => `${JSON.stringify(row)}\n`;
