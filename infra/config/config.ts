import * as pulumi from "@pulumi/pulumi";
import { feeds } from "../../data/feeds";
import { rawFormats } from "../../data/names";
import { COINS_PER_PAGE, requestsPerMinute as publishedRates } from "../../data/polling";
import { isRange } from "../site/edge-code";
import { WORK_SECONDS } from "./batch-window";
import { quotaWarning } from "./quota";
import { ConfigError, ConfigReader } from "./reader";

/** Everything that differs between environments. Pulumi.yaml documents each key and holds its default. */
export type Config = ReturnType<typeof readKeys>;

/** Reads the configuration of the current stack. */
export function loadConfig(): Config {
  const config = new pulumi.Config();
  const prefix = `${pulumi.getProject()}:`;
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(prefix));
  const read = readConfig(
    pulumi.getStack(),
    (key) => config.get(key),
    (key) => config.getSecret(key),
    keys.map((key) => key.slice(prefix.length)),
  );
  const warning = quotaWarning(read.prices);
  const polls = Object.values(feeds).some(({ name, polled }) => polled && read.feeds.includes(name));
  if (warning !== undefined && polls) pulumi.log.warn(warning);
  return read;
}

type ReadSecret = (key: string) => pulumi.Output<string> | undefined;

/** `keys` are all keys that are set; unknown ones are refused. */
export function readConfig(
  stack: string,
  read: (key: string) => string | undefined,
  readSecret: ReadSecret,
  keys: readonly string[] = [],
): Config {
  const reader = new ConfigReader(read);
  const minutes = read("pollMinutes");
  if (minutes !== undefined)
    throw new ConfigError("pollMinutes", minutes, "removed: pollSeconds, in seconds, replaces it");
  const config = readKeys(stack, reader, readSecret);
  reader.refuseUnknown(keys);
  checkCombinations(config);
  return config;
}

function readKeys(stack: string, reader: ConfigReader, readSecret: ReadSecret) {
  const priceSource = reader.oneOf("priceSource", ["sample", "coingecko", "coingecko-pro"]);
  const sampleUrl = reader.text("sampleMarketUrl", SAMPLE_URL, "http://127.0.0.1:<port>");
  return {
    env: environment(stack),
    feeds: feedNames(reader, "feeds"),
    /** Feeds that also get a Direct PUT delivery stream. */
    directFeeds: feedNames(reader, "directFeeds"),
    stream: {
      mode: reader.oneOf("streamMode", ["PROVISIONED", "ON_DEMAND"]),
      shards: reader.integer("streamShards", 1, 500),
      retentionHours: reader.integer("streamRetentionHours", 24, 8760),
      readers: reader.oneOf("streamReaders", ["shared", "dedicated"]),
    },
    delivery: {
      bufferSeconds: reader.integer("deliveryBufferSeconds", 0, 900),
      bufferMegabytes: reader.integer("deliveryBufferMegabytes", 1, 128),
      format: reader.oneOf("deliveryFormat", rawFormats),
    },
    functions: {
      batchSize: reader.integer("batchSize", 1, 10_000),
      /** Goal for the time until a row is in reports. The batching windows follow from it. */
      freshnessSeconds: reader.integer("freshnessSeconds", WORK_SECONDS, 1200),
      /** Undefined for the window that freshnessSeconds and the feed's rate give. */
      batchWindowSeconds:
        reader.text("batchWindowSeconds", /^(?:auto|[12]?\d?\d|300)$/, "auto, or 0 to 300") === "auto"
          ? undefined
          : reader.integer("batchWindowSeconds", 0, 300),
      retries: reader.integer("retries", 0, 10_000),
      recordAgeSeconds: reader.integer("recordAgeSeconds", 60, 604_800),
      csvGzip: reader.flag("csvGzip"),
      storeWrites: reader.oneOf("storeWrites", ["single", "transactions"]),
      reservedConcurrency: reader.integer("reservedConcurrency", 0, 1000) || undefined,
      concurrencyQuota: reader.integer("concurrencyQuota", 10, 1_000_000),
      tracing: reader.flag("tracing"),
      logRetentionDays: Number(reader.oneOf("logRetentionDays", LOG_RETENTION_DAYS.map(String))),
    },
    deadLetterQueues: reader.flag("deadLetterQueues"),
    prices: {
      source: priceSource,
      sampleUrl: priceSource === "sample" ? sampleUrl : undefined,
      coins: reader.integer("coins", 1, 20_000),
      pollSeconds: reader.integer("pollSeconds", 30, 3600),
      requestsPerMinute: reader.integer("requestsPerMinute", 0, 60_000) || undefined,
      fallback: reader.oneOf("fallbackSource", ["none", "coinpaprika"]),
      apiKey: reader.isSet("coingeckoApiKey") ? readSecret("coingeckoApiKey") : undefined,
      /** Name of a secret in Secrets Manager that the user created; the program reads no value. */
      apiKeySecret: reader.isSet("coingeckoApiKeySecret")
        ? reader.text(
            "coingeckoApiKeySecret",
            /^[\w/+=.@-]{1,512}$/,
            "the name of a secret, up to 512 letters, digits and /_+=.@-",
          )
        : undefined,
    },
    lake: {
      since: reader.day("lakeSince"),
      rawArchiveDays: reader.integer("rawArchiveDays", 30, 3650),
      rawExpiryDays: reader.integer("rawExpiryDays", 31, 36_500),
      resultsExpiryDays: reader.integer("resultsExpiryDays", 1, 3650),
      crawlCron: reader.text(
        "crawlCron",
        /^cron\([^()]{11,80}\)$/,
        "an EventBridge cron expression, cron(…)",
      ),
      compaction: reader.oneOf("compaction", ["none", "daily"]),
      /** Undefined keeps csv/ for ever. */
      csvExpiryDays: reader.integer("csvExpiryDays", 0, 36_500) || undefined,
      scanLimitMegabytes: reader.integer("scanLimitMegabytes", 10, 7_000_000),
    },
    /** Protected data is kept when the stack is destroyed. */
    isProtected: reader.oneOf("data", ["disposable", "protected"]) === "protected",
    /** Encrypt with a customer-managed KMS key. */
    ownKey: reader.flag("ownKey"),
    alertEmails: reader.list("alertEmails", /^[^\s@]{1,64}@[^\s@]{1,190}$/, "e-mail addresses"),
    monthlyBudgetUsd: reader.integer("monthlyBudgetUsd", 0, 1_000_000) || undefined,
    site: {
      access: reader.oneOf("site", ["off", "bucket", "private", "public"]),
      minutes: reader.integer("siteMinutes", 5, 1440),
      scanLimitMegabytes: reader.integer("siteScanLimitMegabytes", 10, 7_000_000),
      passwordHash: reader.isSet("sitePasswordHash")
        ? reader.text(
            "sitePasswordHash",
            /^[0-9a-f]{32}:[0-9a-f]{64}$/,
            "a salt and a hash, as `npm run report -- site --new-password` prints them",
          )
        : undefined,
      allowedIps: reader.listWhere(
        "siteAllowedIps",
        isRange,
        "addresses or CIDR ranges such as 203.0.113.0/24",
      ),
      url: reader.isSet("siteUrl")
        ? reader.text(
            "siteUrl",
            /^https?:\/\/[^\s"<>]{1,200}$/,
            "an address such as https://reports.example.com/",
          )
        : undefined,
      domain: reader.isSet("siteDomain")
        ? reader.text(
            "siteDomain",
            /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
            "a host name such as reports.example.com",
          )
        : undefined,
      certificateArn: reader.isSet("siteCertificateArn")
        ? reader.text(
            "siteCertificateArn",
            /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/,
            "the ARN of a certificate in us-east-1, where CloudFront looks for certificates",
          )
        : undefined,
      accessLogs: reader.flag("siteAccessLogs"),
      webhooks: reader.listWhere(
        "siteWebhooks",
        (webhook) => /^[a-z][a-z0-9-]{0,30}:(slack|teams):[\w/+=.@-]{1,512}$/.test(webhook),
        "webhooks, <name>:slack:<secret> or <name>:teams:<secret>, with the name of a secret in Secrets Manager",
        // Whoever puts an address here has put a secret here.
        (text) => text.replace(/:\/\/[^"]*/g, "://…"),
      ),
    },
    monitoring: reader.oneOf("monitoring", ["none", "dashboard", "alarms"]),
    dailyReconcile: reader.flag("dailyReconcile"),
  } as const;
}

/** Refuses values that are valid alone, but that AWS refuses, or that lose data, together. */
function checkCombinations(config: Config): void {
  const { delivery, functions, lake, prices, stream } = config;
  if (lake.rawExpiryDays <= lake.rawArchiveDays)
    throw new ConfigError(
      "rawExpiryDays",
      String(lake.rawExpiryDays),
      `more than rawArchiveDays, ${lake.rawArchiveDays}`,
    );
  if (lake.csvExpiryDays !== undefined && lake.csvExpiryDays < LEAST_CSV_DAYS)
    throw new ConfigError(
      "csvExpiryDays",
      String(lake.csvExpiryDays),
      `0, or at least ${LEAST_CSV_DAYS}: a compaction that fails must be noticed before rows that it has not read expire`,
    );
  const longestAge = stream.retentionHours * 3600 - AGE_MARGIN_SECONDS;
  if (functions.recordAgeSeconds > longestAge)
    throw new ConfigError(
      "recordAgeSeconds",
      String(functions.recordAgeSeconds),
      `at most ${longestAge}, an hour less than the stream's retention: a record that expires in the stream never reaches the failure destination`,
    );
  checkReservations(config);
  if (delivery.format === "event-time" && delivery.bufferSeconds === 0)
    throw new ConfigError("deliveryBufferSeconds", "0", "1 to 900 with deliveryFormat event-time");
  if (prices.apiKey && prices.apiKeySecret)
    throw new ConfigError("coingeckoApiKeySecret", prices.apiKeySecret, "unset when coingeckoApiKey is set");
  if (prices.source === "coingecko-pro" && !prices.apiKey && !prices.apiKeySecret)
    throw new ConfigError("coingeckoApiKey", undefined, "set with priceSource coingecko-pro");
  checkRate(prices);
  checkSite(config.site);
}

const LEAST_CSV_DAYS = 7;

/** A private site needs a check at the edge, and a public one must not look as if it had one. */
function checkSite({ access, passwordHash, allowedIps, domain, certificateArn }: Config["site"]): void {
  const isGuarded = passwordHash !== undefined || allowedIps.length > 0;
  if (access === "private" && !isGuarded)
    throw new ConfigError("site", access, "bucket or public without sitePasswordHash and siteAllowedIps");
  if (access === "public" && isGuarded)
    throw new ConfigError(
      "site",
      access,
      "private with sitePasswordHash or siteAllowedIps: a public site checks neither",
    );
  if (domain !== undefined && certificateArn === undefined)
    throw new ConfigError(
      "siteCertificateArn",
      undefined,
      `set with siteDomain: a certificate for ${domain}`,
    );
  if (domain === undefined && certificateArn !== undefined)
    throw new ConfigError("siteDomain", undefined, "set with siteCertificateArn");
  if (domain !== undefined && (access === "off" || access === "bucket"))
    throw new ConfigError("siteDomain", domain, `empty with site ${access}: nothing serves the site`);
}

/** Between giving a batch up and its records' expiry, Lambda reads them again for the failure destination. */
const AGE_MARGIN_SECONDS = 3600;

/**
 * Lambda refuses a reservation that leaves less than 100 of the account's quota unreserved: "You can reserve up to the
 * Unreserved account concurrency value that is shown, minus 100" (Lambda developer guide, "Configuring reserved
 * concurrency"). New accounts have a quota of 10, and can reserve nothing.
 */
const ALWAYS_UNRESERVED = 100;

function checkReservations({ functions, feeds: deployed, directFeeds, site }: Config): void {
  const { reservedConcurrency = 0, concurrencyQuota } = functions;
  const definitions = Object.values(feeds).filter(({ name }) => deployed.includes(name));
  const perFeed = definitions.map(
    ({ name, watched, polled }) =>
      2 + (watched ? 1 : 0) + (polled ? 1 : 0) + (directFeeds.includes(name) ? 1 : 0),
  );
  const count = perFeed.reduce((sum, each) => sum + each, site.access === "off" ? 0 : 1);
  const most = Math.max(0, Math.floor((concurrencyQuota - ALWAYS_UNRESERVED) / Math.max(1, count)));
  if (reservedConcurrency > most)
    throw new ConfigError(
      "reservedConcurrency",
      String(reservedConcurrency),
      `${most === 0 ? "0" : `at most ${most}`} with concurrencyQuota ${concurrencyQuota}: ${count} functions reserve it, and AWS keeps ${ALWAYS_UNRESERVED} unreserved`,
    );
}

/** Refuses more coins, or more frequent polls, than the price source's rate limit allows. */
function checkRate({ source, coins, pollSeconds, requestsPerMinute }: Config["prices"]): void {
  const rate = requestsPerMinute ?? publishedRates[source];
  const pages = Math.ceil(coins / COINS_PER_PAGE);
  const perMinute = (60 * pages) / pollSeconds;
  if (perMinute > rate)
    throw new ConfigError(
      "pollSeconds",
      String(pollSeconds),
      `at least ${Math.ceil((60 * pages) / rate)} with coins ${coins}: a poll takes ${pages} requests, and the limit is ${rate} a minute (requestsPerMinute)`,
    );
  const pauses = ((pages - 1) * 60) / rate;
  if (pauses > LONGEST_PAUSES_SECONDS)
    throw new ConfigError(
      "coins",
      String(coins),
      `at most ${COINS_PER_PAGE * (1 + Math.floor((LONGEST_PAUSES_SECONDS * rate) / 60))}: at ${rate} requests a minute (requestsPerMinute) its ${pages} pages take ${Math.ceil(pauses)} s, and a poll may take ${LONGEST_PAUSES_SECONDS}`,
    );
}

/** Pauses between the pages of a poll. The rest of a minute is for the answers, retries and writes. */
const LONGEST_PAUSES_SECONDS = 40;

const feedNames = (reader: ConfigReader, key: string): readonly string[] => {
  const known = Object.keys(feeds);
  return reader.list(key, new RegExp(`^(${known.join("|")})$`), `feeds: ${known.join(", ")}`);
};

const SAMPLE_URL = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;

/** The stack's name is the environment, and part of every physical name. */
function environment(stack: string): string {
  if (!/^[a-z][a-z0-9]{1,14}$/.test(stack))
    throw new pulumi.RunError(
      `the stack "${stack}" names the environment; it must be 2 to 15 of a-z and 0-9`,
    );
  return stack;
}

/** The retention periods that CloudWatch Logs accepts. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
