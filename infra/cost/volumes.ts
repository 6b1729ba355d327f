import { EXPIRE_CSV } from "../../data/history/layout";
import type { Priced } from "./model";
import { DAYS, type Traffic } from "./traffic";
import usage from "./usage.json";

/** Types of the provider that the costs of others depend on. */
export const STREAM = "aws:kinesis/stream:Stream";
export const FUNCTION = "aws:lambda/function:Function";
export const KB = 1024;
export const MB = 1024 ** 2;
export const GB = 1024 ** 3;

/** The environment of a function. */
export const variablesOf = (name: string, all: readonly Priced[]): Record<string, string> | undefined => {
  const lambda = all.find((one) => one.type === FUNCTION && one.name === name);
  return (lambda?.inputs.environment as { variables?: Record<string, string> } | undefined)?.variables;
};

/** Invocations of a function for each shard: one per batch window, at most one per arrival of records. */
export function batchesPerMonth({ feed, arrivals, shards }: Traffic, all: readonly Priced[]): number {
  const mapping = all.find(({ type, name }) => type === MAPPING && name === `write-csv-${feed}-mapping`);
  const window = Number(mapping?.inputs.maximumBatchingWindowInSeconds ?? 60);
  return shards * Math.min(arrivals / shards, (DAYS * 86_400) / Math.max(1, window));
}

const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";

/** A row of csv/ has no names of fields. */
export const csvBytesPerMonth = ({ bytes }: Traffic): number => bytes * usage.csvShare;

export const objectsPerMonth = (intervalSeconds: number, records: number): number =>
  Math.min(records, (DAYS * 86_400) / Math.max(60, intervalSeconds));

export const stored = (bytesPerMonth: number, days = usage.storedDays): number =>
  (bytesPerMonth * (days / DAYS)) / GB;

/** Days that objects of csv/ are kept: until their rule expires them, once their day is in history. */
export function csvDays(all: readonly Priced[], longest = usage.storedDays): number {
  const rules = all.flatMap(({ type, inputs }) =>
    type === LIFECYCLE ? ((inputs.rules ?? []) as readonly LifecycleRule[]) : [],
  );
  const expiry = rules.find(({ id }) => id === EXPIRE_CSV)?.expiration?.days;
  return Math.min(longest, expiry ?? Number.POSITIVE_INFINITY);
}

const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

interface LifecycleRule {
  readonly id?: string;
  readonly expiration?: { readonly days?: number };
}
