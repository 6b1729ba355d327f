import * as pulumi from "@pulumi/pulumi";
import { feeds } from "../data/feeds";
import { ConfigError, ConfigReader, type ReadText } from "./config-reader";
import { checkTogether } from "./config-together";
import type { DeliveryFormat } from "./delivery-format";

/** Everything that differs between environments. Pulumi.yaml documents each key and holds the defaults. */
export interface Config {
  readonly env: string;
  readonly feeds: readonly string[];
  /** Those with a delivery stream for producers and agents that know only Firehose. */
  readonly directFeeds: readonly string[];
  readonly stream: {
    readonly mode: "PROVISIONED" | "ON_DEMAND";
    readonly shards: number;
    readonly retentionHours: number;
  };
  readonly delivery: {
    readonly bufferSeconds: number;
    readonly bufferMegabytes: number;
    readonly format: DeliveryFormat;
  };
  readonly functions: {
    readonly batchSize: number;
    readonly batchWindowSeconds: number;
    readonly retries: number;
    readonly recordAgeSeconds: number;
    readonly csvGzip: boolean;
    readonly storeWrites: "single" | "transactions";
    readonly reservedConcurrency: number | undefined;
    readonly tracing: boolean;
    readonly logRetentionDays: number;
  };
  /** Queues for calls that schedules and functions could not make. */
  readonly deadLetterQueues: boolean;
  readonly prices: {
    readonly source: "sample" | "coingecko" | "coingecko-pro";
    readonly sampleUrl: string | undefined;
    readonly coins: number;
    readonly everyMinutes: number;
    readonly requestsPerMinute: number | undefined;
    readonly apiKey: pulumi.Output<string> | undefined;
  };
  readonly lake: {
    readonly since: string;
    readonly rawArchiveDays: number;
    readonly rawExpiryDays: number;
    readonly resultsExpiryDays: number;
    readonly crawlCron: string;
    readonly scanLimitMegabytes: number;
  };
  /** Data that may be thrown away with the stack, or data that must outlive a mistake. */
  readonly data: "disposable" | "protected";
  /** A KMS key of the stack's own instead of AWS's. */
  readonly ownKey: boolean;
  readonly alertEmails: readonly string[];
  readonly monthlyBudgetUsd: number | undefined;
  readonly monitoring: "none" | "dashboard" | "alarms";
}

/** The environment is the stack; its configuration is read here and nowhere else. */
export function loadConfig(): Config {
  const config = new pulumi.Config();
  const ours = `${pulumi.getProject()}:`;
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(ours));
  return readConfig(
    pulumi.getStack(),
    (key) => config.get(key),
    (key) => config.getSecret(key),
    keys.map((key) => key.slice(ours.length)),
  );
}

/** `keys` are all that are set: what is not known is refused. */
export function readConfig(
  stack: string,
  read: ReadText,
  secret: (key: string) => pulumi.Output<string> | undefined,
  keys: readonly string[] = [],
): Config {
  const from = new ConfigReader(read);
  const config = readAll(stack, from, secret);
  from.refuseOthers(keys);
  checkTogether(config);
  return config;
}

function readAll(
  stack: string,
  from: ConfigReader,
  secret: (key: string) => pulumi.Output<string> | undefined,
): Config {
  const source = from.oneOf("priceSource", ["sample", "coingecko", "coingecko-pro"]);
  const sampleUrl = from.text("sampleMarketUrl", SAMPLE_URL, "http://127.0.0.1:<port>");
  return {
    env: environment(stack),
    feeds: feedList(from, "feeds"),
    directFeeds: feedList(from, "directFeeds"),
    stream: {
      mode: from.oneOf("streamMode", ["PROVISIONED", "ON_DEMAND"]),
      shards: from.whole("streamShards", 1, 500),
      retentionHours: from.whole("streamRetentionHours", 24, 8760),
    },
    delivery: {
      bufferSeconds: from.whole("deliveryBufferSeconds", 0, 900),
      bufferMegabytes: from.whole("deliveryBufferMegabytes", 1, 128),
      format: from.oneOf("deliveryFormat", ["lines", "event-time", "parquet"]),
    },
    functions: {
      batchSize: from.whole("batchSize", 1, 10_000),
      batchWindowSeconds: from.whole("batchWindowSeconds", 0, 300),
      retries: from.whole("retries", 0, 10_000),
      recordAgeSeconds: from.whole("recordAgeSeconds", 60, 604_800),
      csvGzip: from.flag("csvGzip"),
      storeWrites: from.oneOf("storeWrites", ["single", "transactions"]),
      reservedConcurrency: from.whole("reservedConcurrency", 0, 1000) || undefined,
      tracing: from.flag("tracing"),
      logRetentionDays: logRetention(from),
    },
    deadLetterQueues: from.flag("deadLetterQueues"),
    prices: {
      source,
      sampleUrl: source === "sample" ? sampleUrl : undefined,
      coins: from.whole("coins", 1, 20_000),
      everyMinutes: cadence(from),
      requestsPerMinute: from.whole("requestsPerMinute", 0, 60_000) || undefined,
      apiKey: from.has("coingeckoApiKey") ? secret("coingeckoApiKey") : undefined,
    },
    lake: {
      since: day(from, "lakeSince"),
      rawArchiveDays: from.whole("rawArchiveDays", 30, 3650),
      rawExpiryDays: from.whole("rawExpiryDays", 31, 36_500),
      resultsExpiryDays: from.whole("resultsExpiryDays", 1, 3650),
      crawlCron: from.text("crawlCron", /^cron\([^()]{11,80}\)$/, "an EventBridge cron expression, cron(…)"),
      scanLimitMegabytes: from.whole("scanLimitMegabytes", 10, 7_000_000),
    },
    data: from.oneOf("data", ["disposable", "protected"]),
    ownKey: from.flag("ownKey"),
    alertEmails: from.list("alertEmails", /^[^\s@]{1,64}@[^\s@]{1,190}$/, "e-mail addresses"),
    monthlyBudgetUsd: from.whole("monthlyBudgetUsd", 0, 1_000_000) || undefined,
    monitoring: from.oneOf("monitoring", ["none", "dashboard", "alarms"]),
  };
}

const feedList = (from: ConfigReader, key: string): readonly string[] =>
  from.list(
    key,
    new RegExp(`^(${Object.keys(feeds).join("|")})$`),
    `feeds: ${Object.keys(feeds).join(", ")}`,
  );

function day(from: ConfigReader, key: string): string {
  const allowed = "a day, YYYY-MM-DD, from 2000 on";
  const text = from.text(key, /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, allowed);
  if (new Date(text).toISOString().slice(0, 10) !== text) throw new ConfigError(key, text, allowed);
  return text;
}

const SAMPLE_URL = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;

/** Part of every physical name, bucket names included. */
function environment(stack: string): string {
  if (!/^[a-z][a-z0-9]{1,14}$/.test(stack))
    throw new pulumi.RunError(
      `the stack "${stack}" names the environment; it must be 2 to 15 of a-z and 0-9`,
    );
  return stack;
}

/** Slots line up with the clock only if they divide the hour. */
function cadence(from: ConfigReader): number {
  const minutes = from.whole("pollMinutes", 1, 60);
  if (60 % minutes !== 0) throw new ConfigError("pollMinutes", String(minutes), "a divisor of 60");
  return minutes;
}

/** The periods CloudWatch knows. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const logRetention = (from: ConfigReader): number =>
  Number(from.oneOf("logRetentionDays", LOG_DAYS.map(String)));
