import * as pulumi from "@pulumi/pulumi";
import { EXPIRE_CSV, EXPIRE_RUNS, EXPIRE_TAG } from "../../data/history/layout";
import type { Config } from "../config/config";
import type { Context } from "../context";
import { SecureBucket, type SecureBucketArgs } from "./bucket";

export interface LakeArgs {
  /** ARN of the CloudFront distribution that serves the published site, if any. */
  readonly servedBy: pulumi.Input<string> | undefined;
  /** Region of CloudWatch's log deliveries into the bucket for access logs, if any. */
  readonly logDeliveriesFrom: string | undefined;
}

/** The buckets: the lake, query results, failed batches, and access logs. */
export class Lake extends pulumi.ComponentResource {
  readonly data: SecureBucket;
  readonly results: SecureBucket;
  readonly failures: SecureBucket;
  readonly accessLogs: SecureBucket;

  constructor(
    name: string,
    { servedBy, logDeliveriesFrom }: LakeArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:storage:Lake", name, {}, options);
    const { names, account, region, config, key } = context;
    const disposable = !config.isProtected;
    const createBucket = (suffix: string, args: Omit<SecureBucketArgs, "disposable">) =>
      new SecureBucket(`${name}-${suffix}`, { disposable, ...args }, { parent: this });

    const logs = createBucket("access-logs", {
      bucket: names.logsBucket(account, region),
      rules: [expire("logs", "", 90)],
      versioned: false,
      acceptsLogsOf: account,
      acceptsDeliveriesFrom: logDeliveriesFrom,
    });
    this.accessLogs = logs;
    this.data = createBucket("data", {
      bucket: names.lakeBucket(account, region),
      rules: [
        {
          id: "raw-to-cheaper-storage",
          status: "Enabled",
          filter: { prefix: "raw/" },
          transitions: [{ days: config.lake.rawArchiveDays, storageClass: "STANDARD_IA" }],
          expiration: { days: config.lake.rawExpiryDays },
        },
        expire("errors", "errors/", 90),
        ...expireTagged(config.lake),
        ...(config.site.access !== "off" && !disposable ? [EXPIRE_OLD_PAGES] : []),
      ],
      versioned: !disposable,
      logs,
      key,
      servedBy,
    });
    this.results = createBucket("results", {
      bucket: names.resultsBucket(account, region),
      rules: [expire("results", "", config.lake.resultsExpiryDays)],
      versioned: false,
      logs,
      key,
    });
    // Encrypted by S3: the stack's key may be why a batch failed.
    this.failures = createBucket("failures", {
      bucket: names.failuresBucket(account, region),
      rules: [expire("failures", "", 90)],
      versioned: false,
      logs,
    });
    this.registerOutputs({ data: this.data.name, results: this.results.name });
  }
}

const expire = (what: string, prefix: string, days: number) => ({
  id: `expire-${what}`,
  status: "Enabled",
  filter: { prefix },
  expiration: { days },
});

/**
 * The compaction tags csv/ objects of days that the view reads from history, and runs that were replaced. Without a
 * compaction every day nothing is tagged: the views may then read csv/ again.
 */
const expireTagged = ({ compaction, csvExpiryDays }: Config["lake"]) =>
  compaction === "none"
    ? []
    : [
        ...(csvExpiryDays === undefined ? [] : [expireTaggedIn(EXPIRE_CSV, "csv/", csvExpiryDays)]),
        expireTaggedIn(EXPIRE_RUNS, "history/", REPLACED_RUN_DAYS),
      ];

/** A run is tagged a day after it was replaced. */
const REPLACED_RUN_DAYS = 2;

const expireTaggedIn = (id: string, prefix: string, days: number) => ({
  id,
  status: "Enabled",
  filter: { and: { prefix, tags: { [EXPIRE_TAG.Key]: EXPIRE_TAG.Value } } },
  expiration: { days },
});

/** Each publication replaces the pages; nobody needs the earlier ones. */
const EXPIRE_OLD_PAGES = {
  id: "expire-old-pages",
  status: "Enabled",
  filter: { prefix: "site/" },
  noncurrentVersionExpiration: { noncurrentDays: 1 },
};
