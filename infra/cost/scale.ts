import { tickSecondsOf } from "../../data/polling";
import { lanesFor } from "../../data/records/pack";
import { loadReport, reportIds } from "../../sql/library/library";
import { durationSeconds } from "../../sql/library/times";
import { estimate } from "./index";
import { filesPerDay, PARQUET_RATIO } from "./jobs";
import { type Estimate, lineIn, type Priced } from "./model";
import quotas from "./quotas.json";
import { DAYS, type Traffic, trafficOf } from "./traffic";
import { batchesPerMonth, csvBytesPerMonth, csvDays } from "./volumes";

/** A size of the polled feed. */
export interface Size {
  readonly eventsPerMinute: number;
  readonly coins: number;
  readonly years: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface Quota {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  readonly unit: string;
}

export interface ReportCost {
  readonly id: string;
  /** Its default window. */
  readonly days: number;
  /** Billed megabytes, if it reads all columns of all coins. */
  readonly megabytes: number;
  readonly usd: number;
}

export interface Scale {
  readonly size: Size;
  readonly figures: readonly Figure[];
  readonly reports: readonly ReportCost[];
  readonly cost: Estimate;
  /** The fullest quota first. */
  readonly quotas: readonly Quota[];
}

const FEED = "crypto";
const MIB = 1024 ** 2;
const GB = 1024 ** 3;
const DAY_SECONDS = 86_400;
/** The functions and the delivery stream read each shard's 2 MiB/s together. */
const READERS = 4;

const isPoller = ({ type, name }: Priced) =>
  type === "aws:lambda/function:Function" && name === "poll-prices";
const isStream = ({ type, name }: Priced) =>
  type === "aws:kinesis/stream:Stream" && name === `${FEED}-stream`;

/** A stack's resources as they would be for a size: interval and number of coins, lanes and shards. */
function resized(resources: readonly Priced[], { eventsPerMinute, coins }: Size, shards: number): Priced[] {
  const pollSeconds = (60 * coins) / eventsPerMinute;
  const sized = {
    COINS: String(coins),
    POLL_SECONDS: String(pollSeconds),
    TICK_SECONDS: String(Number.isInteger(pollSeconds) ? tickSecondsOf(pollSeconds) : 60),
    LANES: String(lanesFor(shards)),
  };
  return resources.map((resource) => {
    const { inputs } = resource;
    if (isStream(resource)) return { ...resource, inputs: { ...inputs, shardCount: shards } };
    if (!isPoller(resource)) return resource;
    const environment = inputs.environment as { variables?: Record<string, string> } | undefined;
    const variables = { ...environment?.variables, ...sized };
    return { ...resource, inputs: { ...inputs, environment: { ...environment, variables } } };
  });
}

/** Shards for the bytes and records written, and for all readers together, at twice the average. */
function shardsFor({ bytes, records }: Traffic, least: number): number {
  const perSecond = (perMonth: number) => (PEAK * perMonth) / (DAYS * DAY_SECONDS);
  return Math.max(
    least,
    Math.ceil(perSecond(bytes) / MIB),
    Math.ceil(perSecond(records) / 1000),
    Math.ceil((READERS * perSecond(bytes)) / (2 * MIB)),
  );
}

const PEAK = 2;

/** What a size means for a stack, by the formulas of the preview's cost lines. */
export function scale(stack: readonly Priced[], size: Size, region: string): Scale {
  const least = Number(stack.find(isStream)?.inputs.shardCount ?? 1);
  const first = trafficOf(FEED, resized(stack, size, least));
  if (!first) throw new Error("the stack has no function poll-prices");
  const shards = shardsFor(first, least);
  const resources = resized(stack, size, shards);
  const traffic = trafficOf(FEED, resources) ?? first;
  return {
    size,
    figures: figuresOf(resources, traffic, size, shards),
    reports: reportsOf(traffic, region),
    cost: estimate(resources, region),
    quotas: quotasOf(resources, traffic, size, shards),
  };
}

function figuresOf(
  resources: readonly Priced[],
  traffic: Traffic,
  { years }: Size,
  shards: number,
): readonly Figure[] {
  const days = 365 * years;
  const perDay = (perMonth: number) => perMonth / DAYS;
  const csvObjects = perDay(batchesPerMonth(traffic, resources));
  const csvBytes = perDay(csvBytesPerMonth(traffic));
  const parquetBytes = csvBytes / PARQUET_RATIO;
  const files = filesPerDay(traffic);
  const kept = Math.min(days, csvDays(resources, days));
  const scans = (bytes: number) => Math.max(10 * MIB, bytes) / MIB;
  return [
    { name: "events", value: perDay(traffic.events) * days, unit: "in all years" },
    { name: "bytes of events", value: (perDay(traffic.bytes) * days) / GB, unit: "GB in all years" },
    { name: "shards", value: shards, unit: "for twice the average" },
    { name: "records", value: perDay(traffic.records), unit: "a day" },
    { name: "objects in csv/", value: csvObjects, unit: "a day" },
    { name: "objects in csv/, kept", value: csvObjects * kept, unit: `of ${kept} days` },
    { name: "bytes in csv/, kept", value: (csvBytes * kept) / GB, unit: "GB" },
    { name: "objects in history/", value: days * files, unit: `${files} a day` },
    { name: "bytes in history/", value: (parquetBytes * days) / GB, unit: "GB" },
    { name: "partitions of csv/", value: 24 * kept, unit: "hours, projected" },
    { name: "partitions of history/", value: days, unit: "days in the catalogue" },
    { name: "Lambda, at the same time", value: concurrency(shards), unit: "invocations at most" },
    { name: "Athena, report over today", value: scans(csvBytes), unit: "MB of csv/" },
    { name: "Athena, report over a month", value: scans(parquetBytes * 30), unit: "MB of history/ at most" },
    { name: "Athena, report over a year", value: scans(parquetBytes * 365), unit: "MB of history/ at most" },
    {
      name: "Athena, a coin over a year",
      value: scans((parquetBytes * 365) / files),
      unit: "MB of history/ at most",
    },
  ];
}

/** The feed's reports: today from csv/, the other days of their default window from history/. */
function reportsOf(traffic: Traffic, region: string): readonly ReportCost[] {
  const csvBytes = csvBytesPerMonth(traffic) / DAYS;
  const line = lineIn(region);
  return reportIds()
    .map((id) => loadReport(id))
    .filter(({ feed }) => feed === FEED)
    .flatMap(({ id, window, params }) => {
      const since = params.find(({ name }) => name === window?.from)?.default ?? "";
      const days = (durationSeconds(since) ?? 0) / DAY_SECONDS;
      if (days === 0) return [];
      const bytes = csvBytes * Math.min(1, days) + (csvBytes / PARQUET_RATIO) * Math.max(0, days - 1);
      const billed = Math.max(10 * MIB, bytes);
      return [
        {
          id,
          days,
          megabytes: billed / MIB,
          usd: line(id, "athena.terabyte", billed / 1024 ** 4).usd ?? Number.NaN,
        },
      ];
    });
}

/** Three functions read each shard, one batch at a time. The poller and the daily functions run beside them. */
const concurrency = (shards: number): number => 3 * shards + 3;

function quotasOf(
  resources: readonly Priced[],
  traffic: Traffic,
  { eventsPerMinute, coins, years }: Size,
  shards: number,
): readonly Quota[] {
  const perSecond = (perMonth: number) => perMonth / (DAYS * DAY_SECONDS);
  const used: Readonly<Record<keyof typeof quotas.limits, number>> = {
    shards,
    lambdaConcurrency: concurrency(shards),
    newAccountConcurrency: concurrency(shards),
    tableWriteUnits: coins * traffic.changedShare * Math.ceil(traffic.bytes / traffic.events / 1024),
    putsPerPrefix: perSecond(batchesPerMonth(traffic, resources)),
    partitions: 365 * years,
    coingeckoRequests: ((eventsPerMinute * 1440 * DAYS) / coins) * Math.ceil(coins / 250),
  };
  return Object.entries(quotas.limits)
    .map(([key, { name, limit, unit }]) => ({ name, limit, unit, used: used[key as keyof typeof used] }))
    .sort((a, b) => b.used / b.limit - a.used / a.limit);
}
