import * as pulumi from "@pulumi/pulumi";
import { SecureBucket } from "./bucket";
import type { Context } from "./context";

/** The buckets: the lake, query results, failed batches, and access logs. */
export class Lake extends pulumi.ComponentResource {
  readonly data: SecureBucket;
  readonly results: SecureBucket;
  readonly failures: SecureBucket;

  constructor(name: string, context: Context, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:storage:Lake", name, {}, options);
    const { names, account, region, config, key } = context;
    const parent = { parent: this };
    const disposable = !config.isProtected;
    const logs = new SecureBucket(
      `${name}-access-logs`,
      {
        bucket: names.logsBucket(account, region),
        rules: [expire("logs", "", 90)],
        disposable,
        versioned: false,
        acceptsLogsOf: account,
      },
      parent,
    );
    this.data = new SecureBucket(
      `${name}-data`,
      {
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
        ],
        disposable,
        versioned: !disposable,
        logs,
        key,
      },
      parent,
    );
    this.results = new SecureBucket(
      `${name}-results`,
      {
        bucket: names.resultsBucket(account, region),
        rules: [expire("results", "", config.lake.resultsExpiryDays)],
        disposable,
        versioned: false,
        logs,
        key,
      },
      parent,
    );
    this.failures = new SecureBucket(
      `${name}-failures`,
      {
        bucket: names.failuresBucket(account, region),
        rules: [expire("failures", "", 90)],
        disposable,
        versioned: false,
        logs,
        key,
      },
      parent,
    );
    this.registerOutputs({ data: this.data.name, results: this.results.name });
  }
}

const expire = (what: string, prefix: string, days: number) => ({
  id: `expire-${what}`,
  status: "Enabled",
  filter: { prefix },
  expiration: { days },
});
